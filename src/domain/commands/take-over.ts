// An identity provider provisions somebody who was invited: the invited membership becomes theirs, the invitation is superseded.
import type { Actor } from '../model/caller.ts';
import type { MemberParts, Membership, Particulars } from '../model/membership.ts';
import type { RoleBook } from '../model/role.ts';
import type { DomainEvent } from '../events.ts';
import type { Decision, Ground, Target } from '../ports.ts';
import { grantedTo } from '../rules/granted-to.ts';
import { seatEffect } from '../rules/seats.ts';
import { assertRole } from './asserted-role.ts';
import { checkStatus } from './check-status.ts';
import { commit, need } from './decide.ts';
import { guarded } from './guarded.ts';
import { statusChange } from './status-change.ts';

/** The invitation's end as an event; the role is capped at what the caller may grant. */
export function supersede({ member, claimedElsewhere }: Target, actor: Actor, roles: RoleBook): Extract<DomainEvent, { kind: 'invitationTakenOver' }> {
  const after = { status: 'active' as const, acceptedAt: new Date(0), pendingInvitation: false };
  return { kind: 'invitationTakenOver', id: member.id, accountId: member.accountId, ...grantedTo(member, actor, roles), seat: seatEffect(member, after, claimedElsewhere) };
}

/** The member with the role that the end of its invitation leaves. */
export function cappedBy(target: Target, events: readonly DomainEvent[]): Target {
  const [end] = events;
  const capped = end?.kind === 'invitationTakenOver' || (end?.kind === 'invitationRevoked' && !end.removes) ? { baseRole: end.role, role: end.effective } : {};
  return { ...target, member: { ...target.member, ...capped } };
}

/** Whom a provisioning describes. */
interface TakeOver {
  readonly particulars: Particulars;
  readonly active: boolean;
  readonly roles?: readonly string[] | undefined;
  readonly parts: MemberParts;
}

/**
 * Decides a provisioning that meets a pending invitation. Refuses what the guards refuse of a change, and of a deactivation when it asks
 * for one, and `seat-limit-reached` when an expired invitation had freed its seat.
 */
export function takeOver(ground: Ground, actor: Actor, target: Target, input: TakeOver): Decision<undefined> {
  const { member } = target;
  const { particulars, parts } = input;
  const { roles } = ground.workspace;
  const reachable = guarded(ground, actor, target, { kind: 'update' });
  if (reachable !== undefined) return reachable;
  const status = input.active ? [supersede(target, actor, roles)] : statusChange(target, false, { actor, credential: ground.call.credential, roles, reason: undefined });
  const blocked = checkStatus(ground, actor, target, status, 'team_membership_provision');
  if (blocked !== undefined) return blocked;
  const restart = member.role === 'owner' ? need(ground, { workspace: 'exclusive' }) : undefined;
  if (restart !== undefined) return restart;
  const granted = assertRole(ground, actor, cappedBy(target, status), input.roles);
  if ('kind' in granted) return granted;
  const updated: DomainEvent = { kind: 'memberUpdated', id: member.id, particulars, fields: fieldsBetween(member, particulars), relinked: particulars.externalId !== member.externalId };
  return commit(ground, actor, [...status, ...granted, updated], undefined, { kind: 'member', id: member.id, parts });
}

/** The names of what is described in other words than before. */
function fieldsBetween(member: Membership, wanted: Particulars): string[] {
  const before = wordsOf(member);
  const after = wordsOf(wanted);
  return [...new Set([...after.keys(), ...before.keys()])].filter((name) => before.get(name) !== after.get(name));
}

function wordsOf({ userName, externalId, managerId, profile }: Particulars): Map<string, string> {
  const parts = [['userName', userName], ['externalId', externalId], ['manager', managerId], ...Object.entries(profile)] as const;
  return new Map(parts.flatMap(([name, value]) => (value === undefined ? [] : [[name, JSON.stringify(value, inOrder)] as const])));
}

/** Storage keeps the members of an object in an order of its own. */
function inOrder(_: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1))) : value;
}
