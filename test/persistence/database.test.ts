// The test databases themselves: each test file gets its own copy of the migrated template, and the pool's role is no owner.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../support/database.ts';

async function ask(connection: TestDatabase['owner'], statement: string): Promise<unknown[][]> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: statement, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
}

describe('createDatabase', () => {
  let one: TestDatabase;
  let two: TestDatabase;
  beforeAll(async () => {
    [one, two] = await Promise.all([createDatabase(), createDatabase()]);
  });
  afterAll(async () => {
    await Promise.all([one.drop(), two.drop()]);
  });

  it('gives each caller its own database', async () => {
    await ask(one.owner, 'create table mine ()');
    expect(await ask(one.owner, `select to_regclass('mine') is null`)).toEqual([[false]]);
    expect(await ask(two.owner, `select to_regclass('mine') is null`)).toEqual([[true]]);
  });

  it('lets the runtime role in, which is neither superuser nor free of row-level security', async () => {
    expect(await ask(one.runtime, 'select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user')).toEqual([['usher_app', false, false]]);
    await expect(ask(one.runtime, 'create table theirs ()')).rejects.toThrow(/permission denied/);
  });

  it('leaves nothing after drop, even while somebody is connected', async () => {
    const database = await createDatabase();
    const client = new pg.Client(database.runtime);
    client.on('error', () => undefined);
    await client.connect();
    await database.drop();
    const { owner } = inject('cluster');
    expect(await ask(owner, `select count(*)::int from pg_database where datname = '${database.owner.database}'`)).toEqual([[0]]);
  });
});
