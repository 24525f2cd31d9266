// The audit log of a workspace, as an operator reads it.
import type { Tenant } from '../../domain/model/caller.ts';
import type { Database } from '../database/pool.ts';
import { AuditEventEntity } from '../entities/audit-event.entity.ts';
import { AuditReasonEntity } from '../entities/audit-reason.entity.ts';
import { AuditSealEntity } from '../entities/audit-seal.entity.ts';
import { readAs } from './read-as.ts';

/** `seq` is missing until the event is sealed, `reason` also when the words were erased. */
export interface ListedEvent {
  readonly id: string;
  readonly seq: number | undefined;
  readonly at: Date;
  readonly action: string;
  readonly outcome: 'success' | 'denied' | 'withheld';
  readonly actor: { readonly kind: string; readonly id: string | undefined };
  readonly targetId: string | undefined;
  readonly requestId: string;
  readonly batchId: string | undefined;
  readonly reason: string | undefined;
  /** JSON text, keys in order. */
  readonly metadata: string;
}

/** The newest events, newest last. */
export async function listAudit(database: Database, tenant: Tenant, limit: number): Promise<ListedEvent[]> {
  const { workspaceId } = tenant;
  return await readAs(database, tenant, async (em) => {
    const events = await em.find(AuditEventEntity, { workspaceId }, { orderBy: { id: 'desc' }, limit });
    const eventId = { $in: events.map(({ id }) => id) };
    const seals = new Map((await em.find(AuditSealEntity, { workspaceId, eventId })).map((seal) => [seal.eventId, Number(seal.seq)]));
    const reasons = new Map((await em.find(AuditReasonEntity, { workspaceId, eventId })).map((row) => [row.eventId, row.reason]));
    return events.toReversed().map((event) => ({
      id: event.id,
      seq: seals.get(event.id),
      at: event.at,
      action: event.action,
      outcome: event.outcome,
      actor: { kind: event.actorKind, id: event.actorId ?? undefined },
      targetId: event.targetId ?? undefined,
      requestId: event.requestId,
      batchId: event.batchId ?? undefined,
      reason: reasons.get(event.id),
      metadata: event.metadata,
    }));
  });
}
