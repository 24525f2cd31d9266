// A migrated database of one's own, copied from the run's template in some 30 ms; assumes the cluster of this run.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import type { Connection } from '../../src/persistence/embedded/connection.ts';

export type TestDatabase = {
  /** Passes over row-level security: for looking at rows and breaking them, not for what the server does. */
  readonly owner: Connection;
  /** The login of the server's pool. */
  readonly runtime: Connection;
  /** Cuts every connection to it. */
  readonly drop: () => Promise<void>;
};

export async function createDatabase(): Promise<TestDatabase> {
  const { owner, template, runtime } = inject('cluster');
  const database = `test_${randomUUID().replaceAll('-', '')}`;
  await asOwner(owner, `create database ${database} template ${template} strategy file_copy`);
  return {
    owner: { ...owner, database },
    runtime: { ...owner, database, user: runtime.role, password: runtime.password },
    drop: () => asOwner(owner, `drop database if exists ${database} with (force)`),
  };
}

async function asOwner(owner: Connection, statement: string): Promise<void> {
  const client = new pg.Client(owner);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
