// Reads as a caller: the tenant, the credential's standing and the data in one exchange.
import type { Pool } from 'pg';
import type { Actor, Call } from '../../domain/model/caller.ts';
import { succeed, type Outcome } from '../../domain/refusals.ts';
import { admit } from '../../domain/rules/admit.ts';
import { standingOf, standingStatement } from '../commands/ground-statement.ts';
import { runBatch, type Row, type Statement } from '../database/batch.ts';
import { scopeOf } from '../database/scope.ts';
import { retrying, withClient } from '../database/transaction.ts';

/** The standing is read in the same exchange and decides whether the rows may be shown. */
export async function readAs(pool: Pool, call: Call, statements: readonly Statement[]): Promise<Outcome<{ actor: Actor; rows: Row[][] }>> {
  const { credential } = call;
  const batch = [scopeOf(credential.tenant), standingStatement(credential), ...statements];
  const read = await retrying(async () => await withClient(pool, async (client) => await runBatch(client, batch)));
  if (!read.ok) return read;
  const [, standing = [], ...rows] = read.value;
  const admitted = admit(credential, standingOf(credential, standing[0]), 'scim.read');
  return admitted.ok ? succeed({ actor: admitted.value, rows }) : admitted;
}
