// Effects: turns decided events into row changes with their audit rows, seat entries and outbox rows, all for one transaction.
import type { AuditEntry, Change, MembershipSet } from './changes.ts';
import type { Effect } from './effect.ts';
import { effectOf } from './effect-of.ts';
import type { DomainEvent } from './events.ts';
import { linkSpaceOf, type Actor } from './model/caller.ts';
import type { Ground } from './ports.ts';

/** The actor as the audit names it. */
export function auditActor(actor: Actor): AuditEntry['actor'] {
  return { kind: actor.kind, id: actor.kind === 'operator' || actor.kind === 'system' ? undefined : actor.id };
}

/**
 * All changes of a list of events in the order in which storage must make them. Several updates of one member become one, so that a
 * request raises its version once. `batchId` marks the audit rows of an act on many.
 */
export function effectsOf(ground: Ground, actor: Actor, events: readonly DomainEvent[], batchId?: string): Change[] {
  const linkSpace = linkSpaceOf(ground.call.credential);
  const effects = events.map((event) => ({ ...effectOf(event, linkSpace), auditId: ground.newId() }));
  const changes = mergeUpdates(effects.flatMap(({ changes: made, auditId }) => made.map((change) => (change.kind === 'hold.place' ? { ...change, auditId } : change))));
  return [...changes, ...effects.flatMap((effect) => trail(ground, actor, effect, batchId))];
}

/** The audit rows of an effect with everything that refers to them; a seat entry belongs to the first. */
function trail(ground: Ground, actor: Actor, effect: Effect & { readonly auditId: string }, batchId: string | undefined): Change[] {
  const { action, outcome = 'success', targetId, metadata = {}, pages = [metadata], reason } = effect.audit;
  const aggregateId = targetId ?? ground.workspace.id;
  return pages.flatMap((page, index) => {
    const id = index === 0 ? effect.auditId : ground.newId();
    const entry: AuditEntry = { id, action, outcome, targetId, metadata: page, reason, actor: auditActor(actor), requestId: ground.call.requestId, batchId };
    const changes: Change[] = [{ kind: 'audit', entry }];
    if (index === 0 && effect.seat !== undefined && effect.seat.ledger !== 0) {
      changes.push({ kind: 'seat.ledger', accountId: effect.seat.accountId, delta: effect.seat.ledger, auditId: id });
    }
    if (outcome === 'success') changes.push({ kind: 'outbox', id: ground.newId(), topic: `audit.${action}`, aggregateId, auditId: id });
    if (index === 0 && effect.mail !== undefined) changes.push({ kind: 'mail.queue', id: ground.newId(), mail: effect.mail });
    return changes;
  });
}

/** Folds all updates of a member into its first one. */
function mergeUpdates(changes: readonly Change[]): Change[] {
  const sets = new Map<string, MembershipSet>();
  for (const change of changes) {
    if (change.kind === 'membership.update') sets.set(change.id, { ...sets.get(change.id), ...change.set });
  }
  const written = new Set<string>();
  return changes.flatMap((change): Change[] => {
    if (change.kind !== 'membership.update') return [change];
    if (written.has(change.id)) return [];
    written.add(change.id);
    return [{ ...change, set: sets.get(change.id) ?? change.set }];
  });
}
