// An identity provider provisions somebody who was invited: the invited membership becomes theirs, the invitation is superseded.
import type { Actor } from '../model/caller.ts';
import type { MemberParts, Particulars } from '../model/membership.ts';
import type { RoleKey } from '../model/role.ts';
import type { DomainEvent } from '../events.ts';
import type { Decision, Ground, Target } from '../ports.ts';
import { outranks } from '../rules/authority.ts';
import { seatEffect } from '../rules/seats.ts';
import { commit, deny, need } from './decide.ts';
import { checkSeat } from './seat-check.ts';
import { statusChange } from './status-change.ts';

/** The invitation's end as an event; the role is capped at what the caller may grant, which for a connection is `member`. */
export function supersede({ member, claimedElsewhere }: Target, actor: Actor): Extract<DomainEvent, { kind: 'invitationTakenOver' }> {
  const role: RoleKey = actor.kind === 'connection' || !outranks(actor, member.baseRole) ? 'member' : member.baseRole;
  const after = { status: 'active' as const, acceptedAt: new Date(0), pendingInvitation: false };
  return { kind: 'invitationTakenOver', id: member.id, accountId: member.accountId, role, seat: seatEffect(member, after, claimedElsewhere) };
}

/** Decides a provisioning that meets a pending invitation. Refuses `seat-limit-reached` when an expired one had freed its seat. */
export function takeOver(ground: Ground, actor: Actor, target: Target, input: { particulars: Particulars; active: boolean; parts: MemberParts }): Decision<undefined> {
  const { member } = target;
  const { particulars, parts } = input;
  const status = input.active ? [supersede(target, actor)] : statusChange(target, false, ground.call.credential, undefined);
  for (const event of status) {
    const blocked = 'seat' in event ? checkSeat(ground, event.seat) : undefined;
    if (blocked?.kind === 'refuse') return deny(actor, blocked.refusal, 'team_membership_provision', member.id);
    if (blocked !== undefined) return blocked;
  }
  const restart = member.role === 'owner' ? need(ground, { workspace: 'exclusive' }) : undefined;
  if (restart !== undefined) return restart;
  const updated: DomainEvent = { kind: 'memberUpdated', id: member.id, particulars, fields: ['userName'], relinked: particulars.externalId !== member.externalId };
  return commit(ground, actor, [...status, updated], undefined, { kind: 'member', id: member.id, parts });
}
