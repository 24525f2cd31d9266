// Finds invitations that have run out; what is found may be answered or sent again a moment later.
import type { Pool } from 'pg';
import type { Tenant } from '../../domain/model/caller.ts';
import { runBatch } from '../database/batch.ts';
import { withClient } from '../database/transaction.ts';

/** Workspaces with such invitations, in order, after the given one. */
export async function workspacesWithLapsed(pool: Pool, most: number, beyond?: string): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('select workspace_id as id from usher_invitations_due($1, $2)', [most, beyond]);
  return rows.map(({ id }) => id);
}

/** Those of one workspace, the longest first. */
export async function lapsedInvitations(pool: Pool, workspaceId: string, most: number): Promise<{ tenant: Tenant; ids: string[] } | undefined> {
  const [, rows = []] = await withClient(pool, async (client) =>
    await runBatch(client, [
      { name: 'scope_workspace_alone', text: `select set_config('app.workspace', $1, true)`, values: [workspaceId] },
      {
        name: 'invitations_lapsed',
        text: `select w.organization_id, array(select i.id::text from invitation i where i.workspace_id = w.id and i.status = 'pending' and i.expires_at <= now()
          order by i.expires_at, i.id limit $2) as ids from workspace w where w.id = $1`,
        values: [workspaceId, most],
      },
    ]),
  );
  const [row] = rows;
  return row && { tenant: { workspaceId, organizationId: row['organization_id'] as string }, ids: row['ids'] as string[] };
}
