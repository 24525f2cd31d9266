// How an audited act is read as an event for the outside, with what SCIM shows of its subject; assumes the aliases a (audit_event) and d (event_delivery).
import type { AuditEntry } from '../../domain/changes.ts';
import { securityEventActions } from '../../domain/outgoing/security-event.ts';
import { topicOf, type OutgoingEvent } from '../../domain/outgoing/outgoing-event.ts';
import type { Row } from '../database/batch.ts';

/** Columns for `outgoingEventOf`. The names of a profile are read only where an act tells them. */
export const outgoingColumns = `a.id as event_id, a.workspace_id, a.action, to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, a.actor_kind, a.actor_id,
  a.target_id, a.request_id, a.batch_id, a.metadata,
  exists (select from membership m where m.workspace_id = a.workspace_id and m.id = a.target_id and m.deleted_at is null) as live,
  case when a.action in ('team_membership_provision', 'team_membership_restore', 'team_invitation_create')
    then array(select jsonb_object_keys(m.profile) from membership m where m.workspace_id = a.workspace_id and m.id = a.target_id) else '{}' end as attributes`;

/** Topics that endpoints for security event tokens can be told of. */
export const securityEventTopics: readonly string[] = securityEventActions.map(topicOf);

/** Whether an endpoint `e` wants a topic: it is one of its own, or begins like one that ends with a star. `securityTopics` is the parameter with the topics above. */
export function wants(topic: string, securityTopics: string): string {
  return `(e.kind = 'webhook' or ${topic} = any (${securityTopics}::text[]))
    and exists (select from unnest(e.topics) as wanted (name) where wanted.name = ${topic} or (right(wanted.name, 1) = '*' and starts_with(${topic}, left(wanted.name, -1))))`;
}

/** The event in a row. */
export function outgoingEventOf(row: Row): OutgoingEvent {
  return {
    id: row['event_id'] as string,
    workspaceId: row['workspace_id'] as string,
    action: row['action'] as string,
    outcome: 'success',
    at: row['at'] as string,
    actor: { kind: row['actor_kind'] as AuditEntry['actor']['kind'], id: (row['actor_id'] as string | null) ?? undefined },
    targetId: (row['target_id'] as string | null) ?? undefined,
    requestId: row['request_id'] as string,
    batchId: (row['batch_id'] as string | null) ?? undefined,
    metadata: JSON.parse(row['metadata'] as string) as Readonly<Record<string, unknown>>,
    subject: { live: row['live'] as boolean, attributes: row['attributes'] as string[] },
  };
}
