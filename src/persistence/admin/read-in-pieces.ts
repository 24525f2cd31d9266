// Reads a workspace piece by piece on one snapshot, so that memory does not grow with it; assumes that every piece is asked for soon.
import type { Pool } from 'pg';
import type { Tenant } from '../../domain/model/caller.ts';
import { runBatch, type Row, type Statement } from '../database/batch.ts';
import { rollback, scopeOf } from '../database/scope.ts';
import { withClient } from '../database/transaction.ts';

/** Asks for the rows of several statements in one exchange. */
export type Fetch = (...statements: readonly Statement[]) => Promise<Row[][]>;

const begin: Statement = { text: 'begin isolation level repeatable read read only', values: [] };

/** Runs the reads in a transaction that sees one moment of the tenant and cannot write. */
export async function readInPieces<T>(pool: Pool, tenant: Tenant, read: (fetch: Fetch) => Promise<T>): Promise<T> {
  return await withClient(pool, async (client) => {
    await runBatch(client, [begin, scopeOf(tenant)]);
    try {
      return await read(async (...statements) => await runBatch(client, statements));
    } finally {
      // A connection that broke is closed by whoever lent it; of one that works nothing may stay open.
      await runBatch(client, [rollback]).catch(() => undefined);
    }
  });
}
