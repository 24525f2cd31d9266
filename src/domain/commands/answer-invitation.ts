// Accepts or declines an invitation: the link alone gives nothing, it takes the person of the invited address.
import type { InvitationRecord } from '../areas/invitations.ts';
import type { Actor, Call } from '../model/caller.ts';
import type { CommandStore, Decision, Ground, Target } from '../ports.ts';
import { refuse, type Outcome } from '../refusals.ts';
import { deadLink } from '../rules/invitation-link.ts';
import { seatEffect } from '../rules/seats.ts';
import { commit, deny, need } from './decide.ts';
import { invitationNotFound, onInvitation } from './on-invitation.ts';
import { checkSeat } from './seat-check.ts';

/** What became of the invitation, for whoever answered it. */
export interface Answered {
  readonly membershipId: string;
  readonly workspace: { readonly id: string; readonly slug: string; readonly name: string };
  readonly role: string;
}

/**
 * Answers the invitation with this token, given as its SHA-256 in hexadecimal. Refuses `not-found`, `invitation-revoked`, `-expired`, `-used`
 * and `-superseded` for dead links, and `permission-denied` for anybody but the person whose verified e-mail is the invited one.
 */
export async function answerInvitation(store: CommandStore, call: Call, tokenHash: string, answer: 'accept' | 'decline'): Promise<Outcome<Answered>> {
  return await onInvitation(store, call, { tokenHash }, (ground, actor, found, target) => {
    if (found === undefined) return { kind: 'refuse', refusal: invitationNotFound() };
    const dead = deadLink(found);
    if (dead !== undefined || target === undefined) return { kind: 'refuse', refusal: dead ?? invitationNotFound() };
    if (!isInvited(actor, found)) {
      const detail = 'This invitation was sent to another address than the verified one you are signed in with. Sign in with the invited address, then follow the link again.';
      return deny(actor, refuse('permission-denied', detail), `team_invitation_${answer}`, target.member.id);
    }
    return answer === 'accept' ? accept(ground, actor, found, target) : decline(ground, actor, found, target);
  });
}

function isInvited(actor: Actor, { accountId, accountKey }: InvitationRecord): boolean {
  return actor.kind === 'account' && actor.id === accountId && accountKey !== undefined && actor.emailKey === accountKey;
}

function accept(ground: Ground, actor: Actor, found: InvitationRecord, { member, claimedElsewhere }: Target): Decision<Answered> {
  const restart = member.role === 'owner' ? need(ground, { workspace: 'exclusive' }) : undefined;
  if (restart !== undefined) return restart;
  const seat = seatEffect(member, { status: 'active', acceptedAt: new Date(0), pendingInvitation: false }, claimedElsewhere);
  const joins = { kind: 'invitationAccepted' as const, id: found.id, membershipId: member.id, accountId: member.accountId, seat };
  return checkSeat(ground, seat) ?? commit(ground, actor, [joins], answeredOf(ground, found));
}

function decline(ground: Ground, actor: Actor, found: InvitationRecord, { member, claimedElsewhere }: Target): Decision<Answered> {
  const seat = seatEffect(member, undefined, claimedElsewhere);
  const leaves = { kind: 'invitationDeclined' as const, id: found.id, membershipId: member.id, accountId: member.accountId, seat };
  return checkSeat(ground, seat) ?? commit(ground, actor, [leaves], answeredOf(ground, found));
}

function answeredOf({ workspace: { id, slug, name } }: Ground, { membershipId, role }: InvitationRecord): Answered {
  return { membershipId, workspace: { id, slug, name }, role };
}
