// Ends an invitation before anybody has answered it: by whoever takes it back, or because its time is over.
import type { Call } from '../model/caller.ts';
import type { CommandStore, Decision } from '../ports.ts';
import { refuseAll, type Outcome } from '../refusals.ts';
import { mayDo, permissionDenied } from '../rules/authority.ts';
import { deadLink } from '../rules/invitation-link.ts';
import { seatEffect } from '../rules/seats.ts';
import { commit, deny } from './decide.ts';
import { guarded } from './guarded.ts';
import { invitationNotFound, onInvitation } from './on-invitation.ts';
import { removalOf } from './remove-member.ts';
import { checkSeat } from './seat-check.ts';

/**
 * Revokes an invitation, which removes the invited member: its link is dead at once and the seat is free. One that was revoked before writes nothing. Refuses what the
 * guards refuse of a removal, `not-found`, `invitation-used` and `invitation-superseded`.
 */
export async function revokeInvitation(store: CommandStore, call: Call, id: string, reason?: string): Promise<Outcome<undefined>> {
  return await onInvitation<undefined>(store, call, { id }, (ground, actor, found, target) => {
    if (!mayDo(actor, 'members.remove')) return deny(actor, refuseAll([permissionDenied('members.remove')]), 'team_invitation_revoke', found?.membershipId);
    if (found === undefined) return { kind: 'refuse', refusal: invitationNotFound() };
    if (found.latest && target?.member.status === 'invited') {
      const { event, seat } = removalOf(target, reason);
      return guarded(ground, actor, target, { kind: 'remove' }) ?? checkSeat(ground, seat) ?? commit(ground, actor, [event], undefined);
    }
    const dead = found.status === 'revoked' ? undefined : deadLink(found);
    return dead === undefined ? nothing : { kind: 'refuse', refusal: dead };
  });
}

/** Writes down that an invitation has run out: the seat is free, the member stays listed as invited. Whatever has happened to it before is left alone; answers whether it did anything. */
export async function expireInvitation(store: CommandStore, call: Call, id: string): Promise<Outcome<boolean>> {
  return await onInvitation<boolean>(store, call, { id }, (ground, actor, found, target) => {
    if (found?.status !== 'pending' || !found.lapsed || target?.member.status !== 'invited') return { kind: 'commit', changes: [], result: false };
    const { member, claimedElsewhere } = target;
    const seat = seatEffect(member, { ...member, pendingInvitation: false }, claimedElsewhere);
    const ends = { kind: 'invitationExpired' as const, id: found.id, membershipId: member.id, accountId: member.accountId, seat };
    return checkSeat(ground, seat) ?? commit(ground, actor, [ends], true);
  });
}

const nothing: Decision<undefined> = { kind: 'commit', changes: [], result: undefined };
