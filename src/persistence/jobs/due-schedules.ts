// Finds booked deactivations whose time has come; what is found may be done by somebody else a moment later.
import type { Pool } from 'pg';
import type { Tenant } from '../../domain/model/caller.ts';
import { runBatch } from '../database/batch.ts';
import { withClient } from '../database/transaction.ts';

/** Workspaces with something due, in order, after the given one. */
export async function workspacesWithDue(pool: Pool, most: number, beyond?: string): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('select workspace_id as id from usher_due_schedules($1, $2)', [most, beyond]);
  return rows.map((row) => row.id);
}

/** The members of a workspace for whom something is due, the longest first. */
export async function dueMembers(pool: Pool, workspaceId: string, most: number): Promise<{ tenant: Tenant; memberIds: string[] } | undefined> {
  const [, rows = []] = await withClient(pool, async (client) =>
    await runBatch(client, [
      { name: 'scope_workspace_alone', text: `select set_config('app.workspace', $1, true)`, values: [workspaceId] },
      {
        name: 'schedules_due',
        text: `select w.organization_id, array(select s.membership_id::text from scheduled_action s where s.workspace_id = w.id and s.status = 'pending' and s.run_at <= now()
          order by s.run_at, s.id limit $2) as due from workspace w where w.id = $1`,
        values: [workspaceId, most],
      },
    ]),
  );
  const [row] = rows;
  return row && { tenant: { workspaceId, organizationId: row['organization_id'] as string }, memberIds: row['due'] as string[] };
}
