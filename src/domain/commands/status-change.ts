// What an asserted `active` means for a member's status; each source places and lifts only its own hold (domain.md §5).
import type { Actor, Credential } from '../model/caller.ts';
import type { HoldSource, Membership } from '../model/membership.ts';
import type { RoleBook } from '../model/role.ts';
import type { DomainEvent } from '../events.ts';
import type { Target } from '../ports.ts';
import { grantedTo } from '../rules/granted-to.ts';
import { holdSourceOf } from '../rules/hold-source.ts';
import { seatEffect } from '../rules/seats.ts';

/** Who asserts a status, and why. */
export interface Assertion {
  readonly actor: Actor;
  readonly credential: Credential;
  /** Those of the workspace. */
  readonly roles: RoleBook;
  readonly reason: string | undefined;
  /** Lifts the holds of identity providers too: an owner's own decision. */
  readonly override?: boolean | undefined;
  /** Whose hold a deactivation places, where it is not the caller's. */
  readonly hold?: HoldSource;
}

/**
 * The events of asserting `active` on a member, none when nothing changes. A deactivation of an invited member voids its invitation,
 * with what the invited role goes beyond what the caller may grant, and frees the seat; `active=true` lifts what the caller may lift and
 * is withheld while another hold lives.
 */
export function statusChange(target: Target, active: boolean, by: Assertion): DomainEvent[] {
  return active ? activation(target, by) : deactivation(target, by);
}

/** Whether a deactivation by this caller would find its own hold. */
export function repeatsHold({ member }: Target, credential: Credential): boolean {
  return member.status === 'deactivated' && hasHold(member, holdSourceOf(credential));
}

function hasHold({ holds }: Membership, hold: HoldSource): boolean {
  return holds.some(({ source }) => source === hold);
}

function deactivation({ member, claimedElsewhere }: Target, { actor, credential, roles, reason, hold = holdSourceOf(credential) }: Assertion): DomainEvent[] {
  const { id, accountId } = member;
  if (member.status === 'deactivated') return hasHold(member, hold) ? [] : [{ kind: 'holdAdded', id, hold, reason }];
  const seat = seatEffect(member, { ...member, status: 'deactivated', pendingInvitation: false }, claimedElsewhere);
  if (member.status === 'active') return [{ kind: 'memberDeactivated', id, accountId, hold, seat, reason }];
  return [
    { kind: 'invitationRevoked', id, accountId, removes: false, ...grantedTo(member, actor, roles), seat },
    { kind: 'memberDeactivated', id, accountId, hold, seat: { claim: 'none', ledger: 0 }, reason },
  ];
}

function activation({ member, claimedElsewhere, assertedInactive = false }: Target, { credential, reason, override = false }: Assertion): DomainEvent[] {
  const { id, accountId } = member;
  if (member.status !== 'deactivated') return credential.kind === 'connection' && assertedInactive ? [{ kind: 'intentWithdrawn', membershipId: id }] : [];
  const lifted = liftable(member, credential, override);
  const overrides = lifted.some((source) => source.startsWith('idp:')) && credential.kind !== 'connection';
  const remaining = member.holds.map(({ source }) => source).filter((source) => !lifted.includes(source));
  if (remaining.length > 0) return [{ kind: 'reactivationWithheld', id, lifted, remaining, reason, overrides }];
  const firstTime = member.acceptedAt === undefined;
  const seat = seatEffect(member, { ...member, status: 'active' }, claimedElsewhere);
  return [{ kind: 'memberReactivated', id, accountId, lifted, firstTime, seat, reason, overrides }];
}

function liftable(member: Membership, credential: Credential, override: boolean): HoldSource[] {
  const own = credential.kind === 'connection' ? [holdSourceOf(credential)] : (['admin', 'schedule', 'policy'] as const);
  return member.holds.map(({ source }) => source).filter((source) => own.some((mine) => mine === source) || (override && source.startsWith('idp:')));
}
