// Loads the endpoints of a workspace, locked, and how many events a repeat would deliver.
import type { ReplayedEvents } from '../../domain/areas/webhooks.ts';
import { mostReplayed } from '../../domain/commands/webhooks.ts';
import type { EndpointKind, EndpointStatus, EventEndpoint } from '../../domain/model/event-endpoint.ts';
import type { Row, Statement } from '../database/batch.ts';
import type { Parameter } from '../database/parameter.ts';
import { securityEventTopics, wants } from '../outgoing/event-columns.ts';
import type { RecordLoad } from './record-load.ts';

const mostNotices = 10;

/** All endpoints, locked in the order of their ids and so that deliveries to them can still be written down as owed, those whom a notice goes to, then the number of events that are asked for. */
export const webhookLoad: RecordLoad<'webhooks'> = {
  statements: ({ credential }, replay) => {
    const { workspaceId } = credential.tenant;
    return [readEndpoints(workspaceId), readOwners(workspaceId), ...(replay === undefined ? [] : [countReplayed(workspaceId, replay.id, replay.events)])];
  },
  found: ([endpoints = [], owners = [], counts = []]) => ({ endpoints: endpoints.map(endpointOf), ownerIds: owners.map((row) => row['id'] as string), replayed: Number(counts[0]?.['count'] ?? 0) }),
};

function readEndpoints(workspaceId: string): Statement {
  return { name: 'webhooks', text: 'select id, kind, status, url, audience, description, topics from event_endpoint where workspace_id = $1 order by id for no key update', values: [workspaceId] };
}

function readOwners(workspaceId: string): Statement {
  const text = `select id from membership where workspace_id = $1 and role = 'owner' and status = 'active' and deleted_at is null order by id limit ${mostNotices}`;
  return { name: 'webhook_owners', text, values: [workspaceId] };
}

function countReplayed(workspaceId: string, endpointId: string, events: ReplayedEvents): Statement {
  const { from, values } = replayedFrom(workspaceId, endpointId, events);
  return { text: `select count(*)::int as count from (select ${from} limit ${mostReplayed + 1}) a`, values };
}

/** What stands behind `select` to find events that an endpoint wants: $1 to $3 are the workspace, the endpoint and the topics of tokens. */
export function replayedFrom(workspaceId: string, endpointId: string, events: ReplayedEvents): { readonly from: string; readonly values: readonly Parameter[] } {
  const start = `from audit_event a join event_endpoint e on e.workspace_id = a.workspace_id and e.id = $2 where a.workspace_id = $1 and a.outcome = 'success' and ${wants(`('audit.' || a.action)`, '$3')}`;
  const values = [workspaceId, endpointId, securityEventTopics];
  if ('eventId' in events) return { from: `${start} and a.id = $4`, values: [...values, events.eventId] };
  const { from, to } = events;
  // Ids begin with the time at which they were made, and are indexed; clocks of several instances differ by less than a minute.
  const bounds = [idAt(from.getTime() - 60_000), idAt(to.getTime() + 60_000)];
  return { from: `${start} and a.id >= $6 and a.id <= $7 and a.at >= $4 and a.at < $5`, values: [...values, from, to, ...bounds] };
}

function idAt(ms: number): string {
  const hex = Math.max(0, ms).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}

function endpointOf(row: Row): EventEndpoint {
  return {
    id: row['id'] as string,
    kind: row['kind'] as EndpointKind,
    status: row['status'] as EndpointStatus,
    url: (row['url'] as string | null) ?? undefined,
    audience: (row['audience'] as string | null) ?? undefined,
    description: (row['description'] as string | null) ?? undefined,
    topics: row['topics'] as string[],
  };
}
