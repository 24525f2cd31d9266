// Small steps that every command's decision is made of.
import { scopeFor, type Actor, type Scope } from '../model/caller.ts';
import type { AuditAction, Change } from '../changes.ts';
import { auditActor, effectsOf } from '../effects.ts';
import type { DomainEvent } from '../events.ts';
import type { Decision, Ground, Locks, ViewRequest } from '../ports.ts';
import type { Refusal } from '../refusals.ts';
import { admit } from '../rules/admit.ts';

/**
 * Admits the caller, then decides; a caller that is not admitted gets its refusal, unaudited because it is nobody. The scope is that of
 * the call's door unless a command wants the same one at every door.
 */
export function decideAs<R>(ground: Ground, decide: (actor: Actor) => Decision<R>, scope: Scope = scopeFor(ground.call, 'write')): Decision<R> {
  const admitted = admit(ground.call.credential, ground.standing, scope);
  return admitted.ok ? decide(admitted.value) : { kind: 'refuse', refusal: admitted.refusal };
}

/** Commits events with their effects; `batchId` marks the audit rows of an act on many. */
export function commit<R>(ground: Ground, actor: Actor, events: readonly DomainEvent[], result: R, view?: ViewRequest, batchId?: string): Decision<R> {
  const changes: readonly Change[] = effectsOf(ground, actor, events, batchId);
  return { kind: 'commit', changes, result, view };
}

/** Refuses an attempt; the audit names what authority, a guard or the seats stood against, not what was merely mistaken. */
export function deny(actor: Actor, refusal: Refusal, action: AuditAction, targetId: string | undefined): Extract<Decision<never>, { kind: 'refuse' }> {
  const audited = refusal.kind === 'forbidden' || refusal.kind === 'protected' || refusal.kind === 'no-seat';
  const attempt = audited ? { action, targetId } : undefined;
  return { kind: 'refuse', refusal, attempt, actor: auditActor(actor) };
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
