// A migrated database whose owner is an ordinary role, as on a hosted PostgreSQL: row-level security holds for it too.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Login } from '../../src/persistence/database/pool.ts';
import { migrate } from '../../src/persistence/migrate.ts';
import { createDatabase } from '../support/database.ts';

export interface OrdinaryDatabase {
  readonly owner: Login;
  readonly runtime: Login;
  drop(): Promise<void>;
}

export async function createWithOrdinaryOwner(): Promise<OrdinaryDatabase> {
  const base = await createDatabase();
  const name = `plain_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(base.owner, [`create role ${name} login createrole password 'plain'`, `create database ${name} owner ${name}`]);
  const owner: Login = { ...base.owner, user: name, password: 'plain', database: name };
  const runtime: Login = { ...owner, user: `${name}_run`, password: 'run' };
  await migrate(owner, { role: runtime.user, password: runtime.password });
  const drop = async () => {
    await asAdmin(base.owner, [`drop database ${name} with (force)`, `drop role ${runtime.user}`, `drop role ${name}`]);
    await base.drop();
  };
  return { owner, runtime, drop };
}

async function asAdmin(login: Login, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ ...login });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
