// Sends an invitation again: its link cannot be read back from a hash, so there is a new one, and the old one dies.
import type { InvitationLink, InvitationRecord } from '../areas/invitations.ts';
import type { Actor, Call } from '../model/caller.ts';
import type { CommandStore, Decision, Ground, Target } from '../ports.ts';
import { refuse, refuseAll, succeed, type Outcome } from '../refusals.ts';
import { mayDo, mayGrant, permissionDenied } from '../rules/authority.ts';
import { deadLink } from '../rules/invitation-link.ts';
import { seatEffect } from '../rules/seats.ts';
import { commit, deny } from './decide.ts';
import { inviteMembers, type Invitee } from './invite-members.ts';
import { invitationNotFound, onInvitation } from './on-invitation.ts';
import { checkSeat } from './seat-check.ts';

/** How the new link reaches the person: by mail, or by whoever asks for it. */
export interface Renewal {
  readonly makeLink: () => InvitationLink;
  readonly mailed: boolean;
}

const action = 'team_invitation_renew';

/**
 * Answers the id of the invitation that follows. Of one that was declined or revoked the person is invited anew. Refuses `not-found`, `permission-denied`,
 * `role-not-manageable`, `seat-limit-reached`, `invitation-used` and `invitation-superseded`, and what an invitation refuses.
 */
export async function renewInvitation(store: CommandStore, call: Call, id: string, { makeLink, mailed }: Renewal): Promise<Outcome<string>> {
  const renewed = await onInvitation(store, call, { id }, (ground, actor, found, target): Decision<string | Invitee> => {
    if (!mayDo(actor, 'members.invite')) return deny(actor, refuseAll([permissionDenied('members.invite')]), action, found?.membershipId);
    if (found === undefined) return { kind: 'refuse', refusal: invitationNotFound() };
    const { status, email, name, role } = found;
    const anew = target === undefined && mailed && (status === 'declined' || status === 'revoked' || status === 'expired');
    if (anew && email !== undefined) return { kind: 'commit', changes: [], result: { email, name, role, groupIds: [] } };
    const dead = found.latest && target?.member.status === 'invited' ? undefined : (deadLink(found) ?? refuse('invitation-used', 'The person is no longer waiting for an invitation.'));
    if (dead !== undefined || target === undefined) return { kind: 'refuse', refusal: dead ?? invitationNotFound() };
    return renew(ground, actor, { found, target }, makeLink(), mailed);
  });
  if (!renewed.ok) return renewed;
  if (typeof renewed.value === 'string') return succeed(renewed.value);
  const invited = await inviteMembers(store, call, [renewed.value], makeLink);
  return invited.ok ? succeed(invited.value[0] ?? '') : invited;
}

function renew(ground: Ground, actor: Actor, { found, target }: { found: InvitationRecord; target: Target }, link: InvitationLink, mailed: boolean): Decision<string> {
  const { member, claimedElsewhere } = target;
  const { id: membershipId, accountId } = member;
  if (!mayGrant(actor, member.role, ground.workspace.roles)) {
    return deny(actor, refuse('role-not-manageable', `You cannot invite to the role ${member.role}: it is above yours. Ask an owner.`, member.id), action, member.id);
  }
  const seat = seatEffect(member, { ...member, pendingInvitation: true }, claimedElsewhere);
  const unseated = checkSeat(ground, seat);
  if (unseated?.kind === 'refuse') return deny(actor, unseated.refusal, action, member.id);
  const invitedBy = actor.kind === 'person' ? actor.id : undefined;
  const invitation = { id: ground.newId(), link, invitedBy, mailed };
  return unseated ?? commit(ground, actor, [{ kind: 'invitationRenewed', invitation, replaces: found.id, membershipId, accountId, seat }], invitation.id);
}
