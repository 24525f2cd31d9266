// What the outside is told of one audited act: ids, counts and names of fields, never a word about a person.
import type { AuditEntry } from '../changes.ts';

/** One event. `at` is ISO 8601 in UTC; `subject` is what the act was done to, as far as SCIM knows it. */
export interface OutgoingEvent {
  readonly id: string;
  readonly workspaceId: string;
  readonly action: string;
  readonly outcome: 'success';
  readonly at: string;
  readonly actor: AuditEntry['actor'];
  readonly targetId: string | undefined;
  readonly requestId: string;
  readonly batchId: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly subject: { readonly live: boolean; readonly attributes: readonly string[] };
}

/** The topic under which an act is told. */
export function topicOf(action: string): string {
  return `audit.${action}`;
}

/** The body of a webhook, the same text each time that the event is sent. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export function webhookBody({ id, workspaceId, action, outcome, at, actor, targetId, requestId, batchId, metadata }: OutgoingEvent): string {
  const data = {
    id,
    workspaceId,
    action,
    outcome,
    actor: { kind: actor.kind, id: actor.id ?? null },
    target: targetId === undefined ? null : { id: targetId },
    requestId,
    batchId: batchId ?? null,
    metadata,
  };
  return JSON.stringify({ type: topicOf(action), timestamp: at, data });
}
