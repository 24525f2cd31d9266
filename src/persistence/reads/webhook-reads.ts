// Endpoints of events and what became of their deliveries on PostgreSQL, for those who may write connections; and the polls of receivers.
import type { Pool } from 'pg';
import type { Access, Call } from '../../domain/model/caller.ts';
import type { DeliveryStatus, DeliveryView, EndpointKind, EndpointStatus, EndpointView } from '../../domain/model/event-endpoint.ts';
import type { DeliveryQuery, Poll, WebhookReads } from '../../domain/outgoing/ports.ts';
import { fail, refuse, refuseAll, succeed, type Outcome } from '../../domain/refusals.ts';
import { mayDo, permissionDenied } from '../../domain/rules/authority.ts';
import { runBatch, type Row, type Statement } from '../database/batch.ts';
import { scopeOf } from '../database/scope.ts';
import { withClient } from '../database/transaction.ts';
import { readTarget, targetOf } from '../outgoing/delivery-queue.ts';
import { outgoingColumns, outgoingEventOf } from '../outgoing/event-columns.ts';
import { readAs } from './read-as.ts';
import { readPage } from './read-page.ts';
import { recordsPage, type RecordList } from './records-page.ts';

const text = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const mostPending = 10_000;

/** Builds the reads on a pool. */
export function createWebhookReads(pool: Pool): WebhookReads {
  const rowsAs = async (call: Call, statements: readonly Statement[], access: Access = 'read'): Promise<Outcome<Row[][]>> => {
    const read = await readAs(pool, call, statements, undefined, access);
    if (!read.ok) return read;
    return mayDo(read.value.actor, 'connections.write') ? succeed(read.value.rows) : fail(refuseAll([permissionDenied('connections.write')]));
  };
  const one = async (call: Call, statement: Statement, id: string, access: Access = 'read'): Promise<Outcome<Row>> => {
    const read = await rowsAs(call, [statement], access);
    if (!read.ok) return read;
    const row = read.value[0]?.[0];
    return row === undefined ? fail(notFound(id)) : succeed(row);
  };
  return {
    endpoints: async (call, cut) => {
      const read = await readPage(pool, call, cut, false, recordsPage(endpointList(call.credential.tenant.workspaceId), cut));
      if (!read.ok) return read;
      const { actor, total, rows, next, previous } = read.value;
      return mayDo(actor, 'connections.write') ? succeed({ total, rows: rows.map(endpointOf), next, previous }) : fail(refuseAll([permissionDenied('connections.write')]));
    },
    endpoint: async (call, id) => {
      const values = [call.credential.tenant.workspaceId, id];
      const found = await one(call, { name: 'webhook_read', text: `select ${endpointColumns} from event_endpoint p where p.workspace_id = $1 and p.id = $2`, values }, id);
      return found.ok ? succeed(endpointOf(found.value)) : found;
    },
    deliveries: async (call, endpointId, query) => {
      const { workspaceId } = call.credential.tenant;
      const found = await one(call, endpointExists(workspaceId, endpointId), endpointId);
      if (!found.ok) return found;
      const read = await readPage(pool, call, query, true, recordsPage(deliveryList(workspaceId, endpointId, query), query));
      if (!read.ok) return read;
      const { total, rows, next, previous } = read.value;
      return succeed({ total, rows: rows.map(deliveryOf), next, previous });
    },
    target: async (call, id) => {
      const found = await rowsAs(call, [endpointExists(call.credential.tenant.workspaceId, id), readTarget(call.credential.tenant.workspaceId, id)], 'write');
      if (!found.ok) return found;
      const [[exists] = [], [row] = []] = found.value;
      if (exists === undefined) return fail(notFound(id));
      return row === undefined ? fail(refuse('invalid-value', 'Nobody is called at an endpoint of the kind poll: its receiver comes by itself.')) : succeed(targetOf(row));
    },
    poll: async (call, endpointId, poll) => {
      const { workspaceId } = call.credential.tenant;
      const found = await one(call, endpointExists(workspaceId, endpointId), endpointId, 'write');
      if (!found.ok) return found;
      const { kind, status, audience } = found.value;
      if (kind !== 'poll') return fail(refuse('invalid-value', 'The endpoint is told of events by requests to its url, not by polls.'));
      if (status !== 'active') return fail(refuse('invalid-value', `The endpoint is ${String(status)}. Make it active first.`));
      // Only now: what a caller without the right says is not taken.
      const scope = scopeOf(call.credential.tenant);
      const rows = await withClient(pool, async (client) => await runBatch(client, [scope, ...pollStatements(workspaceId, endpointId, poll)]));
      const owed = rows.at(-1) ?? [];
      return succeed({
        audience: (audience as string | null) ?? '',
        owed: owed.slice(0, poll.most).map((row) => ({ deliveryId: row['delivery_id'] as string, event: outgoingEventOf(row) })),
        more: owed.length > poll.most,
      });
    },
  };
}

function notFound(id: string) {
  return refuse('not-found', `There is no endpoint ${id} in this workspace. List them with GET /webhooks.`);
}

function endpointExists(workspaceId: string, id: string): Statement {
  return { name: 'webhook_exists', text: 'select kind, status, audience from event_endpoint where workspace_id = $1 and id = $2', values: [workspaceId, id] };
}

/** What was acknowledged or refused is over; the oldest of what is left is answered, one more than wanted if there is. */
function pollStatements(workspaceId: string, endpointId: string, { most, acknowledged, failed }: Poll): Statement[] {
  const key = [workspaceId, endpointId];
  const mine = `d.workspace_id = $1 and d.endpoint_id = $2 and d.status = 'pending'`;
  return [
    {
      name: 'poll_ack',
      text: `update event_delivery d set status = 'delivered', attempts = d.attempts + 1, first_tried_at = coalesce(d.first_tried_at, now()), last_tried_at = now(), error = null where ${mine} and d.id = any ($3::uuid[])`,
      values: [...key, acknowledged],
    },
    {
      name: 'poll_err',
      text: `update event_delivery d set status = 'failed', attempts = d.attempts + 1, first_tried_at = coalesce(d.first_tried_at, now()), last_tried_at = now(), error = f.error
        from unnest($3::uuid[], $4::text[]) f (id, error) where ${mine} and d.id = f.id`,
      values: [...key, failed.map(({ id }) => id), failed.map(({ error }) => error)],
    },
    {
      name: 'poll_owed',
      text: `select d.id as delivery_id, ${outgoingColumns} from event_delivery d join audit_event a on a.workspace_id = d.workspace_id and a.id = d.event_id where ${mine} order by d.position limit $3`,
      values: [...key, most + 1],
    },
  ];
}

const endpointColumns = `p.id, p.kind, p.status, p.url, p.audience, p.description, p.topics, ${text('p.failing_since')} as failing_since, ${text('p.created_at')} as created_at,
  ${text('p.updated_at')} as updated_at, case when p.former_until > now() then ${text('p.former_until')} end as former_until,
  (select count(*)::int from (select from event_delivery d where d.workspace_id = p.workspace_id and d.endpoint_id = p.id and d.status = 'pending' limit ${mostPending}) n) as pending`;

function endpointList(workspaceId: string): RecordList {
  return {
    cut: 'event_endpoint x',
    where: (parameters) => [`x.workspace_id = ${parameters.add(workspaceId, 'uuid')}`],
    order: { key: undefined, id: 'x.id', descending: false },
    shownKey: 'null',
    columns: endpointColumns,
    given: [],
  };
}

/** Newest first: the ids of events begin with their time. */
function deliveryList(workspaceId: string, endpointId: string, { status }: DeliveryQuery): RecordList {
  return {
    cut: '(select event_id as id, id as delivery_id, workspace_id, endpoint_id, topic, aggregate_id, status, attempts, next_at, last_tried_at, response_status, response_text, error, created_at from event_delivery) x',
    where: (parameters) => [
      `x.workspace_id = ${parameters.add(workspaceId, 'uuid')}`,
      `x.endpoint_id = ${parameters.add(endpointId, 'uuid')}`,
      ...(status === undefined ? [] : [`x.status = ${parameters.add(status, 'text')}`]),
    ],
    order: { key: undefined, id: 'x.id', descending: true },
    shownKey: 'null',
    columns: `p.id, p.delivery_id, p.topic, p.aggregate_id, p.status, p.attempts, ${text('p.created_at')} as created_at, ${text('p.last_tried_at')} as last_tried_at,
      case when p.status = 'pending' then ${text('p.next_at')} end as next_at, p.response_status, p.response_text, p.error`,
    given: [],
  };
}

function endpointOf(row: Row): EndpointView {
  return {
    id: row['id'] as string,
    kind: row['kind'] as EndpointKind,
    status: row['status'] as EndpointStatus,
    url: textOf(row['url']),
    audience: textOf(row['audience']),
    description: textOf(row['description']),
    topics: row['topics'] as string[],
    pending: row['pending'] as number,
    failingSince: textOf(row['failing_since']),
    formerSecretUntil: textOf(row['former_until']),
    createdAt: row['created_at'] as string,
    updatedAt: row['updated_at'] as string,
  };
}

function deliveryOf(row: Row): DeliveryView {
  return {
    id: row['delivery_id'] as string,
    eventId: row['id'] as string,
    topic: row['topic'] as string,
    aggregateId: row['aggregate_id'] as string,
    status: row['status'] as DeliveryStatus,
    attempts: row['attempts'] as number,
    createdAt: row['created_at'] as string,
    lastAttemptAt: textOf(row['last_tried_at']),
    nextAttemptAt: textOf(row['next_at']),
    responseStatus: (row['response_status'] as number | null) ?? undefined,
    response: textOf(row['response_text']),
    error: textOf(row['error']),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
