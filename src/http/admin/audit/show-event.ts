// An event of the audit log as JSON and as a line of CSV.
import type { AuditView } from '../../../domain/records.ts';
import { csvLine } from '../../csv.ts';

/** What is not known is null. */
export function showEvent({ id, seq, at, action, outcome, actor, target, reason, metadata, requestId, batchId }: AuditView): object {
  return {
    id,
    seq: seq ?? null,
    at,
    action,
    outcome,
    actor: { kind: actor.kind, id: actor.id ?? null, name: actor.name ?? null },
    target: target === undefined ? null : { id: target.id, name: target.name ?? null },
    reason: reason ?? null,
    metadata,
    requestId,
    batchId: batchId ?? null,
  };
}

/** The first line of the CSV. */
export const csvHeader = csvLine(['id', 'seq', 'at', 'action', 'outcome', 'actorKind', 'actorId', 'actorName', 'targetId', 'targetName', 'reason', 'metadata', 'requestId', 'batchId']);

/** One line. */
export function csvOf({ id, seq, at, action, outcome, actor, target, reason, metadata, requestId, batchId }: AuditView): string {
  return csvLine([id, seq, at, action, outcome, actor.kind, actor.id, actor.name, target?.id, target?.name, reason, JSON.stringify(metadata), requestId, batchId]);
}
