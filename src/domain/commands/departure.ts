// What a member leaves behind and gets back: resources that go to somebody else and return, keys that end, pause and resume. Every command
// that ends or restores access adds these events to its own, so that no way out misses them.
import type { DomainEvent } from '../events.ts';
import { reattributedKinds, type Belongings, type BelongingsOf, type Handover } from '../model/belonging.ts';
import type { Actor } from '../model/caller.ts';
import type { Membership } from '../model/membership.ts';
import type { Ground, Target } from '../ports.ts';
import { refuse, type Refusal } from '../refusals.ts';

/** How a member's access ends, and whoever else leaves with it in the same transaction. */
export interface Departure {
  readonly act: 'deactivate' | 'remove';
  readonly handover: Handover;
  readonly reason: string | undefined;
  readonly leaving: ReadonlySet<string>;
}

const nothing: Belongings = { owned: new Map(), taken: 0, keys: [] };

/** Everybody whom a command with this handover has to lock and load. */
export function withReceiver(ids: readonly string[], { reassignTo }: Handover): readonly string[] {
  return reassignTo === undefined || ids.includes(reassignTo) ? ids : [...ids, reassignTo];
}

/** Refuses `invalid-value` for a chosen receiver who is no active, human member after the departure. */
export function checkReceiver({ handover: { reassignTo }, leaving }: Pick<Departure, 'handover' | 'leaving'>, targets: ReadonlyMap<string, Target>): Refusal | undefined {
  if (reassignTo === undefined) return undefined;
  const receiver = targets.get(reassignTo)?.member;
  if (receiver === undefined) return refuse('invalid-value', `"reassignTo" names ${reassignTo}, who is no member of this workspace. Choose an active member.`);
  if (leaving.has(reassignTo)) return refuse('invalid-value', `"reassignTo" names ${receiver.userName}, who loses access by the same request. Choose an active member who stays.`, reassignTo);
  if (receiver.status === 'active' && receiver.human) return undefined;
  const why = receiver.human ? receiver.status : 'a service';
  return refuse('invalid-value', `"reassignTo" names ${receiver.userName}, who is ${why}. Choose an active person.`, reassignTo);
}

/**
 * The events of a departure beside the change of status; none for a member on whom nothing hangs. What is reattributed goes to the chosen
 * member, else to the acting person, else to the system.
 */
export function departureEvents(ground: Ground, actor: Actor, { id }: Pick<Membership, 'id'>, all: BelongingsOf, departure: Departure): DomainEvent[] {
  const { owned, keys } = all.get(id) ?? nothing;
  const { act, handover, reason } = departure;
  const kinds = reattributedKinds(ground.belongingKinds).filter((kind) => owned.has(kind));
  const count = countOf(owned, kinds);
  const moved: DomainEvent[] = count === 0 ? [] : [{ kind: 'belongingsReattributed', id: ground.newId(), fromId: id, toId: receiverOf(actor, departure), kinds, count }];
  if (act === 'remove') {
    const revokes = handover.revokeApiKeys === true || (actor.kind === 'connection' && actor.policy.keysOnRemoval === 'revoke');
    return [...moved, ...(revokes && keys.length > 0 ? [{ kind: 'keysRevoked' as const, membershipId: id, ids: keys.map((key) => key.id), reason }] : [])];
  }
  const running = keys.flatMap((key) => (key.suspended ? [] : [key.id]));
  return [...moved, ...(handover.suspendApiKeys === true && running.length > 0 ? [{ kind: 'keysSuspended' as const, membershipId: id, ids: running }] : [])];
}

/** The events that give back to a member who is active again: what departures took and nobody has given away on purpose, and suspended keys. */
export function returnEvents({ id }: Pick<Membership, 'id'>, all: BelongingsOf): DomainEvent[] {
  const { taken, keys } = all.get(id) ?? nothing;
  const ids = keys.flatMap((key) => (key.suspended ? [key.id] : []));
  return [
    ...(taken === 0 ? [] : [{ kind: 'belongingsReturned' as const, toId: id, count: taken }]),
    ...(ids.length === 0 ? [] : [{ kind: 'keysResumed' as const, membershipId: id, ids }]),
  ];
}

function receiverOf(actor: Actor, { handover, leaving }: Departure): string | undefined {
  return handover.reassignTo ?? (actor.kind === 'person' && !leaving.has(actor.id) ? actor.id : undefined);
}

function countOf(owned: ReadonlyMap<string, number>, kinds: readonly string[]): number {
  return kinds.reduce((sum, kind) => sum + (owned.get(kind) ?? 0), 0);
}
