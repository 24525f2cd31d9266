// The transaction of a sealer: it alone appends to one tenant's chain, because it holds that chain's advisory lock to its end.
import type { Pool } from 'pg';
import { runBatch, type Row, type Statement } from '../database/batch.ts';
import { begin, commit } from '../database/scope.ts';

/** A chain: the setting that lets its tenant's rows be seen, and a class of locks of its own beside those of the commands. */
export interface Chain {
  readonly setting: 'app.workspace' | 'app.organization';
  readonly lockClass: number;
}

/** Loads under the chain's lock, then writes what `plan` makes of the rows; two exchanges. Any failure leaves everything as it was. */
export async function appendToChain(pool: Pool, chain: Chain, tenantId: string, load: readonly Statement[], plan: (rows: Row[][]) => readonly Statement[]): Promise<void> {
  const enter: Statement = {
    name: `seal_${chain.lockClass}`,
    text: `select set_config('${chain.setting}', $1, true), pg_advisory_xact_lock(${chain.lockClass}, $2::integer)`,
    values: [tenantId, lockKey(tenantId)],
  };
  const client = await pool.connect();
  let finished = false;
  try {
    const loaded = await runBatch(client, [begin, enter, ...load]);
    await runBatch(client, [...plan(loaded.slice(2)), commit]);
    finished = true;
  } finally {
    // Closing the connection is the roll-back that needs no working connection.
    client.release(!finished);
  }
}

/** Two tenants with one key only wait for each other needlessly. */
function lockKey(id: string): number {
  return Number.parseInt(id.slice(-8), 16) | 0;
}
