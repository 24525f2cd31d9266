// Whether the status part of a change may happen: the guards on each of its events, then the seats, each under locks that are strong enough.
import type { AuditAction } from '../changes.ts';
import type { DomainEvent } from '../events.ts';
import type { Actor } from '../model/caller.ts';
import type { Decision, Ground, Target } from '../ports.ts';
import type { MemberAct } from '../rules/guarded-act.ts';
import { deny } from './decide.ts';
import { actionOf, guarded } from './guarded.ts';
import { checkSeat } from './seat-check.ts';

/** What stands against the events: a restart, a refusal, or undefined. `action` is what the audit calls an attempt that no act names; for `insists` see `MemberAct`. */
export function checkStatus(
  ground: Ground,
  actor: Actor,
  target: Target,
  events: readonly DomainEvent[],
  action: AuditAction,
  insists?: 'tell' | 'override',
): Extract<Decision<never>, { kind: 'restart' | 'refuse' }> | undefined {
  for (const event of events) {
    const act = actOf(event, insists);
    const unguarded = act && guarded(ground, actor, target, act);
    if (unguarded !== undefined) return unguarded;
    const unseated = 'seat' in event ? checkSeat(ground, event.seat) : undefined;
    if (unseated?.kind === 'refuse') return deny(actor, unseated.refusal, act === undefined ? action : actionOf(act), target.member.id);
    if (unseated !== undefined) return unseated;
  }
  return undefined;
}

function actOf(event: DomainEvent, insists: 'tell' | 'override' | undefined): MemberAct | undefined {
  if (event.kind === 'memberDeactivated' || event.kind === 'holdAdded' || event.kind === 'invitationRevoked') return { kind: 'deactivate' };
  if (event.kind === 'memberReactivated' || event.kind === 'reactivationWithheld') return { kind: 'reactivate', insists };
  return undefined;
}
