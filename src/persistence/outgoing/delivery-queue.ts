// The queue of deliveries on PostgreSQL: claimed with SKIP LOCKED for a while, recorded when it is known what became of them.
import type { Pool } from 'pg';
import type { ClaimedEvent, DeliveryQueue, DeliveryTarget } from '../../domain/outgoing/ports.ts';
import { runBatch, type Row, type Statement } from '../database/batch.ts';
import { scopeOf } from '../database/scope.ts';
import { withClient } from '../database/transaction.ts';
import { outgoingColumns, outgoingEventOf } from './event-columns.ts';

/** Endpoints with something to deliver now, as `workspace/endpoint` in order, after the given one. */
export async function dueEndpoints(pool: Pool, most: number, beyond?: string): Promise<string[]> {
  const [workspaceId, endpointId] = beyond?.split('/') ?? [];
  const { rows } = await pool.query<{ workspace_id: string; endpoint_id: string }>('select * from usher_due_endpoints($1, $2, $3)', [most, workspaceId, endpointId]);
  return rows.map((row) => `${row.workspace_id}/${row.endpoint_id}`);
}

/** For how long a claim keeps others away: longer than an attempt may take, after which a crash is assumed and another instance repeats it. */
const claimSeconds = 20;
const nobody = '00000000-0000-0000-0000-000000000000';

/** Builds the queue. `claimedFor` is for tests of what a crash leaves. */
export function createDeliveryQueue(pool: Pool, claimedFor = claimSeconds): DeliveryQueue {
  const inWorkspace = async (workspaceId: string, statements: readonly Statement[]): Promise<Row[][]> =>
    (await withClient(pool, async (client) => await runBatch(client, [scopeOf({ workspaceId, organizationId: nobody }), ...statements]))).slice(1);
  return {
    async claim(workspaceId, endpointId, most) {
      const [targets = [], claimed = []] = await inWorkspace(workspaceId, [readTarget(workspaceId, endpointId), claimStatement(workspaceId, endpointId, most, claimedFor)]);
      const [row] = targets;
      return row === undefined || row['status'] !== 'active' ? undefined : { target: targetOf(row), claimed: claimed.map(claimedOf).toSorted((one, other) => (one.event.id < other.event.id ? -1 : 1)) };
    },
    async record({ workspaceId, endpointId }, attempts) {
      const statements = attempts.flatMap(({ claimed, attempted }) => recordStatements(workspaceId, endpointId, claimed, attempted));
      const key = [workspaceId, endpointId];
      // The endpoint before its deliveries, as commands on endpoints do it.
      const lock: Statement = { name: 'failing_lock', text: 'select from event_endpoint where workspace_id = $1 and id = $2 for no key update', values: key };
      const since: Statement = { name: 'failing_since', text: 'select failing_since from event_endpoint where workspace_id = $1 and id = $2', values: key };
      const rows = await inWorkspace(workspaceId, [lock, ...statements, since]);
      return (rows.at(-1)?.[0]?.['failing_since'] as Date | null | undefined) ?? undefined;
    },
  };
}

/** Where an endpoint's events go, as `targetOf` reads it. */
export function readTarget(workspaceId: string, endpointId: string): Statement {
  return {
    name: 'delivery_target',
    text: `select e.workspace_id, w.organization_id, e.id, e.kind, e.status, e.url, coalesce(e.audience, e.url) as audience, e.secret,
        case when e.former_until > now() then e.former_secret end as former_secret
      from event_endpoint e join workspace w on w.id = e.workspace_id where e.workspace_id = $1 and e.id = $2 and e.kind <> 'poll'`,
    values: [workspaceId, endpointId],
  };
}

export function targetOf(row: Row): DeliveryTarget {
  return {
    workspaceId: row['workspace_id'] as string,
    organizationId: row['organization_id'] as string,
    endpointId: row['id'] as string,
    kind: row['kind'] as DeliveryTarget['kind'],
    url: row['url'] as string,
    audience: row['audience'] as string,
    secrets: [row['secret'], row['former_secret']].filter((secret) => typeof secret === 'string'),
  };
}

/** Only the oldest owed event of an aggregate can be claimed; while it is, or waits for its repeat, those behind it stay where they are. */
function claimStatement(workspaceId: string, endpointId: string, most: number, seconds: number): Statement {
  return {
    name: 'delivery_claim',
    text: `with head as (
        select q.event_id from event_delivery q where q.workspace_id = $1 and q.endpoint_id = $2 and q.status = 'pending' and q.next_at <= now() and (q.claimed_until is null or q.claimed_until <= now())
          and not exists (select from event_delivery p where p.workspace_id = $1 and p.endpoint_id = $2 and p.aggregate_id = q.aggregate_id and p.status = 'pending' and p.position < q.position)
          and exists (select from event_endpoint e where e.workspace_id = $1 and e.id = $2 and e.status = 'active')
          order by q.next_at, q.position limit $3 for update skip locked),
      claimed as (
        update event_delivery d set claimed_until = now() + make_interval(secs => $4), attempts = d.attempts + 1, first_tried_at = coalesce(d.first_tried_at, now()), last_tried_at = now()
          from head h where d.workspace_id = $1 and d.endpoint_id = $2 and d.event_id = h.event_id
          returning d.workspace_id, d.event_id, d.id, d.attempts, d.first_tried_at)
      select c.id as delivery_id, c.attempts, c.first_tried_at, ${outgoingColumns} from claimed c join audit_event a on a.workspace_id = c.workspace_id and a.id = c.event_id`,
    values: [workspaceId, endpointId, most, seconds],
  };
}

function claimedOf(row: Row): ClaimedEvent {
  return { deliveryId: row['delivery_id'] as string, attempt: row['attempts'] as number, firstTriedAt: row['first_tried_at'] as Date, event: outgoingEventOf(row) };
}

type Recorded = Parameters<DeliveryQueue['record']>[1][number];

/** What was claimed again in the meantime has another number of attempts and is left alone. */
function recordStatements(workspaceId: string, endpointId: string, { deliveryId, attempt }: ClaimedEvent, attempted: Recorded['attempted']): Statement[] {
  const key = [workspaceId, endpointId, deliveryId, attempt];
  const mine = `d.workspace_id = $1 and d.endpoint_id = $2 and d.id = $3 and d.attempts = $4 and d.status = 'pending'`;
  const behind = `update event_delivery b set next_at = %s from own where b.workspace_id = $1 and b.endpoint_id = $2 and b.aggregate_id = own.aggregate_id and b.status = 'pending' and b.position > own.position`;
  switch (attempted.kind) {
    case 'released':
      return [{ name: 'delivery_released', text: `update event_delivery d set claimed_until = null, attempts = d.attempts - 1 where ${mine}`, values: key }];
    case 'delivered':
      return [
        {
          name: 'delivery_done',
          text: `with own as (update event_delivery d set status = 'delivered', claimed_until = null, response_status = $5, response_text = null, error = null where ${mine} returning d.aggregate_id, d.position)
            ${behind.replace('%s', 'now()')} and b.next_at > now()`,
          values: [...key, attempted.status],
        },
        { name: 'endpoint_works', text: 'update event_endpoint set failing_since = null where workspace_id = $1 and id = $2 and failing_since is not null', values: [workspaceId, endpointId] },
      ];
    case 'failed': {
      const { status, response, error, nextAt } = attempted;
      return [
        {
          name: 'delivery_failed',
          text: `with own as (update event_delivery d set status = case when $8::timestamptz is null then 'failed' else 'pending' end, claimed_until = null, next_at = coalesce($8, d.next_at),
              response_status = $5, response_text = $6, error = $7 where ${mine} returning d.aggregate_id, d.position)
            ${behind.replace('%s', 'coalesce($8, now())')}`,
          values: [...key, status, response, error, nextAt],
        },
        { name: 'endpoint_fails', text: 'update event_endpoint set failing_since = now() where workspace_id = $1 and id = $2 and failing_since is null', values: [workspaceId, endpointId] },
      ];
    }
  }
}
