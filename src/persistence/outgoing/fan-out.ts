// Turns outbox rows into what each endpoint is owed, in the order of commits; safe beside other instances.
import type { Pool } from 'pg';
import { runBatch } from '../database/batch.ts';
import { scopeOf } from '../database/scope.ts';
import { withClient } from '../database/transaction.ts';
import { securityEventTopics, wants } from './event-columns.ts';

/** Workspaces with outbox rows, in order, after the given one. */
export async function workspacesWithOutbox(pool: Pool, most: number, beyond?: string): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('select workspace_id as id from usher_workspaces_with_outbox($1, $2)', [most, beyond]);
  return rows.map((row) => row.id);
}

const lockClass = 1_431_520_259;
const nobody = '00000000-0000-0000-0000-000000000000';

/** Days for which deliveries are kept, whatever became of them. */
const keptDays = 30;
const forgottenAtOnce = 200;

/**
 * Takes at most so many outbox rows of a workspace. One instance at a time does so: the lock is tried and not waited for, since a second
 * one that went on with later rows would overtake the first. Rows of one aggregate get their positions under its row lock and are seen
 * only after those before them, so that no row is ever passed over; that is why nothing here asks for ids beyond the last one.
 */
export async function fanOut(pool: Pool, workspaceId: string, most: number): Promise<{ readonly taken: number; readonly endpointIds: readonly string[] }> {
  const rows = await withClient(
    pool,
    async (client) =>
      await runBatch(client, [
        scopeOf({ workspaceId, organizationId: nobody }),
        { name: 'fan_out', text: statement, values: [workspaceId, most, securityEventTopics, Number.parseInt(workspaceId.slice(-8), 16) | 0] },
        { name: 'fan_out_forget', text: forget, values: [workspaceId] },
      ]),
  );
  const row = rows[1]?.[0];
  return { taken: Number(row?.['taken'] ?? 0), endpointIds: (row?.['endpoint_ids'] as string[] | undefined) ?? [] };
}

/** An aggregate in whose way an older event stands that is being repeated waits with it, instead of being looked at again and again. */
const statement = `with taken as (
    select o.id, o.topic, o.aggregate_id, o.audit_id, o.position, o.created_at from outbox_event o
      where o.workspace_id = $1 and o.topic like 'audit.%' and (select pg_try_advisory_xact_lock(${lockClass}, $4::integer))
      order by o.position limit $2 for update skip locked),
  made as (
    insert into event_delivery (workspace_id, endpoint_id, event_id, topic, aggregate_id, next_at)
      select $1, e.id, t.audit_id, t.topic, t.aggregate_id, greatest(now(), (
          select max(p.next_at) from event_delivery p where p.workspace_id = $1 and p.endpoint_id = e.id and p.aggregate_id = t.aggregate_id and p.status = 'pending' and p.attempts > 0))
        from taken t join event_endpoint e on e.workspace_id = $1 and e.status <> 'disabled' and e.created_at <= t.created_at and ${wants('t.topic', '$3')}
        order by t.position
      on conflict do nothing returning endpoint_id),
  gone as (delete from outbox_event o using taken t where o.workspace_id = $1 and o.id = t.id)
  select (select count(*)::int from taken) as taken, array(select distinct endpoint_id from made) as endpoint_ids`;

const forget = `delete from event_delivery d where d.workspace_id = $1 and (d.endpoint_id, d.event_id) in (
  select f.endpoint_id, f.event_id from event_delivery f where f.workspace_id = $1 and f.created_at < now() - interval '${keptDays} days' limit ${forgottenAtOnce} for update skip locked)`;
