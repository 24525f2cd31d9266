// What the audit chain covers, as text: every column of an audit event and of its seal, spelled in one way only.
import { createHash } from 'node:crypto';

/** Selects an event `e` with every column as text; times in UTC with all digits that PostgreSQL keeps. */
export const eventColumns = `e.workspace_id::text as workspace_id, e.id::text as id, ${momentText('e.at')} as at, e.action, e.outcome, e.actor_kind,
  e.actor_id::text as actor_id, e.target_id::text as target_id, e.request_id, e.batch_id::text as batch_id, e.metadata, e.reason_digest`;

/** An event as `eventColumns` selects it. */
export interface EventText {
  readonly workspace_id: string;
  readonly id: string;
  readonly at: string;
  readonly action: string;
  readonly outcome: string;
  readonly actor_kind: string;
  readonly actor_id: string | null;
  readonly target_id: string | null;
  readonly request_id: string;
  readonly batch_id: string | null;
  readonly metadata: string;
  readonly reason_digest: string | null;
}

/** The place of an event in the chain. */
export interface SealText {
  readonly seq: string;
  readonly sealed_at: string;
}

/** The hash before the first seal. */
export const genesis = Buffer.alloc(32).toString('hex');

/** SQL that spells a moment. */
export function momentText(expression: string): string {
  return `to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** The canonical text: a JSON list, so that no value can run into the next one. */
export function canonicalText(seal: SealText, event: EventText): string {
  return JSON.stringify([
    'usher-audit-1',
    seal.seq,
    seal.sealed_at,
    event.workspace_id,
    event.id,
    event.at,
    event.action,
    event.outcome,
    event.actor_kind,
    event.actor_id,
    event.target_id,
    event.request_id,
    event.batch_id,
    event.metadata,
    event.reason_digest,
  ]);
}

/** The hash of a seal in hex: SHA-256 over the hash before it and the canonical text. */
export function chainedHash(previous: string, seal: SealText, event: EventText): string {
  return createHash('sha256').update(Buffer.from(previous, 'hex')).update(canonicalText(seal, event)).digest('hex');
}
