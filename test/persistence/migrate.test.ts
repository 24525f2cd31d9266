// Migrating: any number of times, several at once, with owners of few rights, and never backwards.
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrations } from '../../migrations/all.ts';
import type { Login } from '../../src/persistence/database/pool.ts';
import { isMigrated } from '../../src/persistence/is-migrated.ts';
import { migrate } from '../../src/persistence/migrate.ts';
import { createDatabase } from '../support/database.ts';

type Created = Awaited<ReturnType<typeof createDatabase>>;

let created: Created;
let owner: pg.Client;
const roles: string[] = [];

async function connect(login: Login): Promise<pg.Client> {
  const client = new pg.Client({ ...login });
  await client.connect();
  return client;
}

async function run(login: Login, statement: string): Promise<pg.QueryResult> {
  const client = await connect(login);
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}

async function migratedAs(login: Login): Promise<boolean> {
  const pool = new pg.Pool({ ...login, max: 1 });
  try {
    return await isMigrated(pool);
  } finally {
    await pool.end();
  }
}

/** Makes the database as new: everybody may use the schema, as after `create database`. */
async function empty(): Promise<void> {
  await owner.query('drop schema public cascade; create schema public; grant usage on schema public to public');
}

/** A role of the server that only this test knows. */
async function makeRole(attributes: string): Promise<string> {
  const name = `test_${Math.random().toString(36).slice(2, 12)}`;
  await owner.query(`create role ${name} ${attributes}`);
  roles.push(name);
  return name;
}

/** A login that owns nothing yet and may create tables but no roles. */
async function makePoorOwner(): Promise<Login> {
  const user = await makeRole(`login password 'poor'`);
  await owner.query(`grant create, usage on schema public to ${user}`);
  return { ...created.owner, user, password: 'poor' };
}

const runtime = () => ({ role: created.runtime.user, password: created.runtime.password });

beforeAll(async () => {
  created = await createDatabase();
  owner = await connect(created.owner);
});

beforeEach(async () => {
  await empty();
});

afterAll(async () => {
  await empty();
  // Rights go with the objects, so nothing hangs on the roles any more.
  for (const role of roles.toReversed()) await owner.query(`drop role ${role}`);
  await owner.end();
  await created.drop();
});

describe('migrate', () => {
  it('brings an empty database to the schema when several instances start at once', async () => {
    expect(await migratedAs(created.runtime)).toBe(false);
    await Promise.all(Array.from({ length: 4 }, async () => await migrate(created.owner, runtime())));
    expect(await migratedAs(created.runtime)).toBe(true);
    await migrate(created.owner, runtime());
    const names = await owner.query('select name from usher_migration order by id');
    expect(names.rows.map((row: { name: string }) => row.name)).toEqual(migrations.map(({ name }) => name));
    expect(migrations.length).toBeGreaterThan(4);
  });

  it('waits while another instance migrates', async () => {
    await owner.query('select pg_advisory_lock(7308895158391825)');
    const migrating = migrate(created.owner, runtime());
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await migratedAs(created.runtime)).toBe(false);
    await owner.query('select pg_advisory_unlock(7308895158391825)');
    await migrating;
    expect(await migratedAs(created.runtime)).toBe(true);
  });

  it('leaves nothing behind when a migration fails in the middle', async () => {
    await owner.query('create table scim_group ()');
    await expect(migrate(created.owner, runtime())).rejects.toThrow(/a migration failed: .*scim_group.* already exists/);
    expect((await owner.query(`select from pg_class where relname = 'membership'`)).rowCount).toBe(0);
    await owner.query('drop table scim_group');
    await migrate(created.owner, runtime());
    expect(await migratedAs(created.runtime)).toBe(true);
  });

  it('refuses a database that a newer program has migrated, and is not ready on it', async () => {
    await migrate(created.owner, runtime());
    await owner.query(`insert into usher_migration (name) values ('9999-tomorrow')`);
    await expect(migrate(created.owner, runtime())).rejects.toThrow(/newer than this program.*9999-tomorrow/);
    expect(await migratedAs(created.runtime)).toBe(false);
  });

  it('is not ready while a migration is pending', async () => {
    await migrate(created.owner, runtime());
    await owner.query(`delete from usher_migration where name = '0005-audit'`);
    expect(await migratedAs(created.runtime)).toBe(false);
  });

  it('gives back rights that were taken away and takes back those that were given', async () => {
    await migrate(created.owner, runtime());
    await owner.query(`revoke select on membership from ${runtime().role}; grant delete on audit_event to ${runtime().role}; grant select on usher_migration to public`);
    await migrate(created.owner, runtime());
    await run(created.runtime, 'select from membership');
    await expect(run(created.runtime, 'delete from audit_event')).rejects.toThrow(/permission denied/);
    await expect(run(created.runtime, 'select from usher_migration')).rejects.toThrow(/permission denied/);
  });
});

describe('the runtime role', () => {
  it('logs in with the password given last and with no other', async () => {
    const role = await makeRole('nologin');
    const login = { ...created.owner, user: role };
    await migrate(created.owner, { role, password: `first 'one"\\` });
    await migrate(created.owner, { role, password: 'second ünïcode' });
    await run({ ...login, password: 'second ünïcode' }, 'select from membership');
    await expect(run({ ...login, password: `first 'one"\\` }, 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  it('that was named keeps its password, also where the owner may change it', async () => {
    const role = await makeRole(`login password 'theirs'`);
    const login = { ...created.owner, user: role };
    await expect(migrate(created.owner, { role, password: 'wrong', named: true })).rejects.toThrow(/keeps its password because DATABASE_RUNTIME_URL names it, and logging in with the given one failed: password authentication failed/);
    await run({ ...login, password: 'theirs' }, 'select 1');
    await migrate(created.owner, { role, password: 'theirs', named: true });
    await run({ ...login, password: 'theirs' }, 'select from membership');
  });

  it('that was named is made with its password where it is missing', async () => {
    const role = `test_${Math.random().toString(36).slice(2, 12)}`;
    roles.push(role);
    await migrate(created.owner, { role, password: 'first', named: true });
    await run({ ...created.owner, user: role, password: 'first' }, 'select from membership');
    await expect(migrate(created.owner, { role, password: 'second', named: true })).rejects.toThrow(/keeps its password/);
  });

  it('is created in several databases at once', async () => {
    const role = `test_${Math.random().toString(36).slice(2, 12)}`;
    roles.push(role);
    const other = await createDatabase();
    try {
      const first = { ...created.owner, database: other.owner.database };
      const owners = other.owner.user === created.owner.user ? [created.owner, first] : [created.owner];
      await Promise.all([...owners, ...owners].map(async (login) => await migrate(login, { role, password: 'same' })));
      await run({ ...created.owner, user: role, password: 'same' }, 'select from membership');
    } finally {
      await other.drop();
    }
  });

  it('must be made by somebody else when the owner may not', async () => {
    const poor = await makePoorOwner();
    await expect(migrate(poor, { role: 'test_nobody_made_it', password: 'x' })).rejects.toThrow(/"test_nobody_made_it" does not exist and the owner login may not create it/);
    const role = await makeRole(`login password 'right'`);
    await expect(migrate(poor, { role, password: 'wrong' })).rejects.toThrow(/cannot be given another password by the owner login, and logging in with the given one failed/);
    await migrate(poor, { role, password: 'right' });
    expect(await migratedAs({ ...created.owner, user: role, password: 'right' })).toBe(true);
  });

  it('is refused when it could become the owner or make roles', async () => {
    await expect(migrate(created.owner, { role: created.owner.user, password: 'x' })).rejects.toThrow(/must be another role than the owner/);
    const maker = await makeRole('createrole');
    const role = await makeRole('nologin');
    await owner.query(`grant ${maker} to ${role}`);
    await expect(migrate(created.owner, { role, password: 'x' })).rejects.toThrow(new RegExp(`it is a member of "${maker}", which may create roles`));
    await owner.query(`revoke ${maker} from ${role}`);
    await empty();
    const poor = await makePoorOwner();
    await owner.query(`alter role ${role} login password 'x'; grant ${poor.user} to ${role}`);
    await expect(migrate(poor, { role, password: 'x' })).rejects.toThrow(new RegExp(`it is a member of "${poor.user}", which owns the tables`));
  });

  it('is not taken for let in when the owner may not open the schema to it', async () => {
    await owner.query('revoke usage on schema public from public');
    const poor = await makePoorOwner();
    const role = await makeRole(`login password 'x'`);
    await expect(migrate(poor, { role, password: 'x' })).rejects.toThrow(/grant usage on schema public to it as the owner of the schema/i);
    await owner.query(`grant usage on schema public to ${role}`);
    await migrate(poor, { role, password: 'x' });
    expect(await migratedAs({ ...created.owner, user: role, password: 'x' })).toBe(true);
  });

  it('cannot be let into a database whose schema the owner may not use', async () => {
    const user = await makeRole(`login password 'poor'`);
    await expect(migrate({ ...created.owner, user, password: 'poor' }, runtime())).rejects.toThrow(/may not create tables in the schema "public"/);
  });
});
