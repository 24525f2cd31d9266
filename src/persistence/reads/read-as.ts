// Reads as a caller: the tenant, the credential's standing and the data in one exchange.
import pg, { type Pool } from 'pg';
import { scopeFor, type Access, type Actor, type Call } from '../../domain/model/caller.ts';
import { succeed, type Outcome } from '../../domain/refusals.ts';
import { admit } from '../../domain/rules/admit.ts';
import { standingOf, standingStatement } from '../commands/ground-statement.ts';
import { runBatch, type Row, type Statement } from '../database/batch.ts';
import type { QuickRead } from '../database/quick-reads.ts';
import { scopeOf } from '../database/scope.ts';
import { lostConnection, retrying, withClient } from '../database/transaction.ts';

/** The standing is read in the same exchange and decides whether the rows may be shown. `quick` is for look-ups by key alone, `access` the scope that is wanted. */
export async function readAs(pool: Pool, call: Call, statements: readonly Statement[], quick?: QuickRead, access: Access = 'read'): Promise<Outcome<{ actor: Actor; rows: Row[][] }>> {
  const { credential } = call;
  const batch = [scopeOf(credential.tenant), standingStatement(credential), ...statements];
  const read = await retrying(async () => await exchange(pool, batch, quick));
  if (!read.ok) return read;
  const [, standing = [], ...rows] = read.value;
  const admitted = admit(credential, standingOf(credential, standing[0]), scopeFor(call, access));
  return admitted.ok ? succeed({ actor: admitted.value, rows }) : admitted;
}

/** What is lost on a quick connection is read once more on one of the pool. */
async function exchange(pool: Pool, batch: readonly Statement[], quick: QuickRead | undefined): Promise<Row[][]> {
  const early = quick?.(batch);
  if (early !== undefined) {
    try {
      return await early;
    } catch (error) {
      if (!isWorthAnother(error)) throw error;
    }
  }
  return await withClient(pool, async (client) => await runBatch(client, batch));
}

/** A statement is unknown (26000) when the exchange ahead failed before it came to prepare it. */
function isWorthAnother(error: unknown): boolean {
  if (error instanceof pg.DatabaseError && error.code === '26000') return true;
  return lostConnection(error) && !(error instanceof Error && /timeout/.test(error.message));
}
