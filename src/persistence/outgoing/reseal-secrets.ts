// Seals all secrets of endpoints anew with the newest key, workspace by workspace; may run beside a server.
import type { Pool } from 'pg';
import { secretContext, type SecretBox } from '../../domain/outgoing/ports.ts';
import { runBatch, type Statement } from '../database/batch.ts';
import { begin, commit, scopeOf } from '../database/scope.ts';
import { withClient } from '../database/transaction.ts';

const workspacesAtOnce = 100;
const nobody = '00000000-0000-0000-0000-000000000000';

/** How many secrets were sealed anew, how many needed it not, and how many none of the keys opens. */
export interface Resealed {
  resealed: number;
  kept: number;
  lost: number;
}

/** Goes through every workspace that has endpoints. */
export async function resealSecrets(pool: Pool, box: SecretBox): Promise<Resealed> {
  const counts: Resealed = { resealed: 0, kept: 0, lost: 0 };
  let beyond: string | undefined;
  for (;;) {
    const { rows } = await pool.query<{ id: string }>('select workspace_id as id from usher_workspaces_with_endpoints($1, $2)', [workspacesAtOnce, beyond]);
    for (const { id } of rows) await resealWorkspace(pool, box, id, counts);
    if (rows.length < workspacesAtOnce) return counts;
    beyond = rows.at(-1)?.id;
  }
}

async function resealWorkspace(pool: Pool, box: SecretBox, workspaceId: string, counts: Resealed): Promise<void> {
  await withClient(pool, async (client) => {
    const read: Statement = { text: 'select id, secret, former_secret from event_endpoint where workspace_id = $1 and secret is not null order by id for update', values: [workspaceId] };
    const [, , rows = []] = await runBatch(client, [begin, scopeOf({ workspaceId, organizationId: nobody }), read]);
    const anew = (sealed: unknown, id: string): string | null => {
      if (typeof sealed !== 'string') return null;
      const context = secretContext(workspaceId, id);
      const secret = box.isCurrent(sealed) ? undefined : box.open(sealed, context);
      counts[box.isCurrent(sealed) ? 'kept' : secret === undefined ? 'lost' : 'resealed'] += 1;
      return secret === undefined ? sealed : box.seal(secret, context);
    };
    const writes = rows.map((row): Statement => {
      const id = row['id'] as string;
      return { text: 'update event_endpoint set secret = $3, former_secret = $4 where workspace_id = $1 and id = $2', values: [workspaceId, id, anew(row['secret'], id), anew(row['former_secret'], id)] };
    });
    await runBatch(client, [...writes, commit]);
  });
}
