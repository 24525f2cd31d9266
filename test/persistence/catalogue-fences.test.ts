// The fences at work: what each role sees and writes with the right tenant, another one, none and an empty one.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWithOrdinaryOwner, type OrdinaryDatabase } from './ordinary-owner.ts';
import { enter, tenantRows, writeTenant } from './tenant-rows.ts';

const ours = tenantRows(1);
const theirs = tenantRows(2);
const nobody = { workspaceId: '', organizationId: '' };

let database: OrdinaryDatabase;
let owner: pg.Client;
let runtime: pg.Client;
let tables: string[];

beforeAll(async () => {
  database = await createWithOrdinaryOwner();
  owner = new pg.Client({ ...database.owner });
  runtime = new pg.Client({ ...database.runtime });
  await Promise.all([owner.connect(), runtime.connect()]);
  const { rows } = await owner.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname !~ '_directory$|^usher_' order by relname`,
  );
  tables = rows.map((row) => row.name);
});

afterAll(async () => {
  await Promise.all([owner.end(), runtime.end()]);
  await database.drop();
});

/** Runs inside a transaction that is rolled back. */
async function within<T>(client: pg.Client, tenant: Parameters<typeof enter>[1] | undefined, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    if (tenant !== undefined) await enter(client, tenant);
    return await work();
  } finally {
    await client.query('rollback');
  }
}

async function counts(client: pg.Client): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const table of tables) found[table] = (await client.query(`select from ${table}`)).rowCount ?? -1;
  return found;
}

async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error instanceof pg.DatabaseError ? error.code : String(error);
  }
}

const eachOnce = () => Object.fromEntries(tables.map((table) => [table, 1]));
const eachNever = () => Object.fromEntries(tables.map((table) => [table, 0]));

describe('the fences', () => {
  beforeAll(async () => {
    await writeTenant(runtime, ours);
    await writeTenant(runtime, theirs);
  });

  it('show a tenant its own rows, one in every table', async () => {
    expect(await within(runtime, ours, async () => await counts(runtime))).toEqual(eachOnce());
    const { rows } = await within(runtime, theirs, async () => await runtime.query('select id from membership'));
    expect(rows).toEqual([{ id: theirs.membershipId }]);
  });

  it('show nothing without a tenant, nor with the empty setting that a transaction leaves behind', async () => {
    const fresh = new pg.Client({ ...database.runtime });
    await fresh.connect();
    try {
      expect(await counts(fresh)).toEqual(eachNever());
      await within(fresh, ours, async () => await counts(fresh));
      expect((await fresh.query(`select current_setting('app.workspace') as left`)).rows).toEqual([{ left: '' }]);
      expect(await counts(fresh)).toEqual(eachNever());
      expect(await within(fresh, nobody, async () => await counts(fresh))).toEqual(eachNever());
    } finally {
      await fresh.end();
    }
  });

  it('hold for the owner of the tables as well', async () => {
    expect(await counts(owner)).toEqual({ ...eachNever(), audit_unsealed: 2, event_delivery: 2, event_endpoint: 2, idempotency_key: 2, invitation: 2, mail_message: 2, outbox_event: 2, scheduled_action: 2, scim_request_log: 2, seat_unsealed: 2 });
  });

  it('accept a row only from its own tenant', async () => {
    for (const table of tables) {
      const row = await within(runtime, ours, async () => (await runtime.query<{ row: unknown }>(`select to_json(t) as row from ${table} t`)).rows[0]?.row);
      const insert = async () => await runtime.query(`insert into ${table} select * from json_populate_record(null::${table}, $1)`, [JSON.stringify(row)]);
      const codes: (string | undefined)[] = [];
      for (const tenant of [undefined, nobody, theirs, ours]) codes.push(await codeOf(within(runtime, tenant, insert)));
      expect([table, ...codes]).toEqual([table, '42501', '42501', '42501', '23505']);
    }
  });

  it('let no update move a row to another tenant', async () => {
    const move = async () => await runtime.query('update membership set workspace_id = $1', [theirs.workspaceId]);
    expect(await codeOf(within(runtime, ours, move))).toBe('42501');
  });

  it('let the owner update, delete or truncate nothing that is append-only', async () => {
    for (const table of ['audit_event', 'audit_seal', 'seat_ledger', 'seat_balance']) {
      const column = table.startsWith('audit') ? 'workspace_id' : 'organization_id';
      for (const statement of [`update ${table} set ${column} = ${column}`, `delete from ${table}`, `truncate ${table} cascade`]) {
        await expect(within(owner, ours, async () => await owner.query(statement)), statement).rejects.toThrow(`${table} is append-only`);
        expect(await codeOf(within(runtime, ours, async () => await runtime.query(statement)))).toBe('42501');
      }
    }
  });
});

describe('the functions across tenants', () => {
  it('find workspaces and organizations by name, and nothing by a pattern', async () => {
    const bySlug = async (slug: string) => (await runtime.query('select * from usher_workspace_by_slug($1)', [slug])).rows;
    expect(await bySlug(`slug-${ours.workspaceId}`)).toEqual([{ workspace_id: ours.workspaceId, organization_id: ours.organizationId }]);
    expect(await bySlug('slug-%')).toEqual([]);
    const byName = async (name: string) => (await runtime.query('select * from usher_organization_by_name($1)', [name])).rows;
    expect(await byName(`ORG ${theirs.organizationId}`)).toEqual([{ organization_id: theirs.organizationId }]);
    expect(await byName('Org')).toEqual([]);
  });

  it('name the tenants that wait for the sealer, in turn', async () => {
    const waiting = async (sql: string) => (await runtime.query<{ id: string }>({ text: sql })).rows.map((row) => row.id);
    expect(await waiting('select workspace_id as id from usher_unsealed_workspaces(10)')).toEqual([ours.workspaceId, theirs.workspaceId]);
    expect(await waiting('select workspace_id as id from usher_unsealed_workspaces(1)')).toEqual([ours.workspaceId]);
    expect(await waiting(`select workspace_id as id from usher_unsealed_workspaces(1, '${ours.workspaceId}')`)).toEqual([theirs.workspaceId]);
    expect(await waiting(`select organization_id as id from usher_unsealed_organizations(10, '${ours.organizationId}')`)).toEqual([theirs.organizationId]);
    expect(await waiting(`select organization_id as id from usher_unsealed_organizations(10)`)).toEqual([ours.organizationId, theirs.organizationId]);
  });
});
