// Small steps that every command's decision is made of.
import { scopeFor, type Actor, type Scope } from '../model/caller.ts';
import type { AuditAction, Change } from '../changes.ts';
import type { IntentAct } from '../model/blocked-intent.ts';
import { auditActor, effectsOf } from '../effects.ts';
import type { DomainEvent } from '../events.ts';
import type { Decision, Ground, Locks, ViewRequest } from '../ports.ts';
import type { Refusal } from '../refusals.ts';
import { admit } from '../rules/admit.ts';
import { departuresIn, heldDepartures, isCounted, judgeDepartures } from '../rules/breaker.ts';
import { withConsequences } from './succession.ts';

/**
 * Admits the caller, then decides; a caller that is not admitted gets its refusal, unaudited because it is nobody. The scope is that of
 * the call's door unless a command wants the same one at every door.
 */
export function decideAs<R>(ground: Ground, decide: (actor: Actor) => Decision<R>, scope: Scope = scopeFor(ground.call, 'write')): Decision<R> {
  const admitted = admit(ground.call.credential, ground.standing, scope);
  return admitted.ok ? decide(admitted.value) : { kind: 'refuse', refusal: admitted.refusal };
}

/**
 * Commits events with what follows from them and their effects; `batchId` marks the audit rows of an act on many. Here, where every command ends, the breaker of a
 * connection counts whom it makes leave, and may refuse `mass-deprovision-hold`.
 */
export function commit<R>(ground: Ground, actor: Actor, decided: readonly DomainEvent[], result: R, view?: ViewRequest, batchId?: string): Decision<R> {
  const events = withConsequences(ground, actor, decided);
  const leaving = actor.kind === 'connection' ? departuresIn(events) : 0;
  if (actor.kind !== 'connection' || leaving === 0) return { kind: 'commit', changes: effectsOf(ground, actor, events, batchId), result, view };
  const { id, departures, tripped, policy } = actor;
  const { mode, most, windowMinutes } = policy.breaker;
  const verdict = judgeDepartures(actor, leaving);
  const notice: readonly DomainEvent[] = verdict === 'pass' || mode === 'off' || tripped ? [] : [{ kind: 'breakerTripped', id, departures: departures + leaving, mode }];
  if (verdict === 'stop') return stop(ground, actor, events, notice);
  // What seems to stay within the number must do so when it is counted: of many at once each would be the last that does.
  const bound = departures + leaving <= most ? most : undefined;
  const counted: readonly Change[] = isCounted(actor) ? [{ kind: 'connection.departures', id, count: leaving, most: bound, holds: mode === 'hold', windowMinutes }] : [];
  const removed = events.flatMap((event) => (event.kind === 'memberRemoved' ? [event.id] : []));
  const marked: readonly Change[] = removed.length === 0 ? [] : [{ kind: 'connection.removed', ids: removed }];
  return { kind: 'commit', changes: [...counted, ...effectsOf(ground, actor, [...events, ...notice], batchId), ...marked], result, view };
}

function stop(ground: Ground, actor: Extract<Actor, { kind: 'connection' }>, events: readonly DomainEvent[], notice: readonly DomainEvent[]): Extract<Decision<never>, { kind: 'refuse' }> {
  const departure = events.find((event) => event.kind === 'memberRemoved') ?? events.find((event) => event.kind === 'memberDeactivated');
  const action = departure?.kind === 'memberRemoved' ? 'team_membership_remove' : 'team_membership_deactivate';
  const attempt = { action, targetId: departure?.id, changes: effectsOf(ground, actor, notice) } as const;
  return { kind: 'refuse', refusal: heldDepartures(actor), attempt, actor: auditActor(actor) };
}

/**
 * Refuses an attempt; the audit names what authority, a guard or the seats stood against, not what was merely mistaken. What a guard
 * refuses to a connection is kept as a blocked intent.
 */
export function deny(actor: Actor, refusal: Refusal, action: AuditAction, targetId: string | undefined): Extract<Decision<never>, { kind: 'refuse' }> {
  const audited = refusal.kind === 'forbidden' || refusal.kind === 'protected' || refusal.kind === 'no-seat';
  const attempt = audited ? { action, targetId, changes: intentOf(actor, refusal, action, targetId) } : undefined;
  return { kind: 'refuse', refusal, attempt, actor: auditActor(actor) };
}

const intentActs: ReadonlyMap<AuditAction, IntentAct> = new Map([
  ['team_membership_deactivate', 'deactivate'],
  ['team_membership_remove', 'remove'],
  ['team_membership_role_change', 'demote'],
]);

function intentOf(actor: Actor, refusal: Refusal, action: AuditAction, membershipId: string | undefined): readonly Change[] {
  const act = intentActs.get(action);
  if (actor.kind !== 'connection' || refusal.kind !== 'protected' || membershipId === undefined || act === undefined) return [];
  return [{ kind: 'intent.note', connectionId: actor.id, membershipId, act, rule: refusal.rule }];
}

/** The locks joined: at least as strong as both. */
function strongest(one: Locks, other: Partial<Locks>): Locks {
  const order = ['none', 'shared', 'exclusive'] as const;
  const organization = order[Math.max(order.indexOf(one.organization), order.indexOf(other.organization ?? 'none'))] ?? 'exclusive';
  return {
    organization,
    workspace: one.workspace === 'exclusive' || other.workspace === 'exclusive' ? 'exclusive' : 'shared',
    account: one.account || other.account === true,
  };
}

/** A restart with stronger locks, or undefined when the ones held are strong enough. */
export function need(ground: Ground, wanted: Partial<Locks>): Extract<Decision<never>, { kind: 'restart' }> | undefined {
  const locks = strongest(ground.locks, wanted);
  const enough = locks.organization === ground.locks.organization && locks.workspace === ground.locks.workspace && locks.account === ground.locks.account;
  return enough ? undefined : { kind: 'restart', locks };
}
