// What the events of invitations come to.
import type { Change } from '../changes.ts';
import { claimOf, type Effect, type EffectTable } from '../effect.ts';
import type { InvitationEnd, InvitationEvent, NewInvitation } from './invitations.ts';
import type { MailRequest } from './mail.ts';

/** The effect of each event. */
export const invitationEffects: EffectTable<InvitationEvent> = {
  invitationCreated: ({ invitation, membershipId, accountId, isNewAccount, accountKey, particulars, role, seat }) => ({
    changes: [
      ...(isNewAccount ? [{ kind: 'account.insert' as const, id: accountId, key: accountKey }] : []),
      { kind: 'membership.insert', id: membershipId, accountId, status: 'invited', accepted: false, role, particulars },
      insert(invitation, membershipId),
      ...claimOf(accountId, seat),
    ],
    audit: { action: 'team_invitation_create', targetId: membershipId, metadata: { invitation: invitation.id, role, account: accountId } },
    seat: { ...seat, accountId },
    mail: mailOf(invitation, membershipId),
  }),
  invitationRenewed: ({ invitation, replaces, membershipId, accountId, seat }) => ({
    changes: [{ kind: 'invitation.void', membershipId, as: 'superseded' }, insert(invitation, membershipId), ...claimOf(accountId, seat)],
    audit: { action: 'team_invitation_renew', targetId: membershipId, metadata: { invitation: invitation.id, replaces, mailed: invitation.mailed } },
    seat: { ...seat, accountId },
    mail: mailOf(invitation, membershipId),
  }),
  invitationAccepted: (event) => ended(event, 'accepted', 'team_invitation_accept', [{ kind: 'membership.update', id: event.membershipId, set: { status: 'active', accepted: true } }]),
  invitationDeclined: (event) => ended(event, 'declined', 'team_invitation_decline', [{ kind: 'schedule.drop', membershipId: event.membershipId }, { kind: 'membership.remove', id: event.membershipId }]),
  invitationExpired: (event) => ended(event, 'expired', 'team_invitation_expire', []),
};

type Ended = Extract<InvitationEvent, { readonly id: string }>;

function ended({ id, membershipId, accountId, seat }: Ended, as: InvitationEnd, action: Effect['audit']['action'], changes: readonly Change[]): Effect {
  return {
    changes: [{ kind: 'invitation.void', membershipId, as }, ...changes, ...claimOf(accountId, seat)],
    audit: { action, targetId: membershipId, metadata: { invitation: id } },
    seat: { ...seat, accountId },
  };
}

function insert({ id, link, invitedBy }: NewInvitation, membershipId: string): Change {
  return { kind: 'invitation.insert', id, membershipId, tokenHash: link.tokenHash, invitedBy };
}

function mailOf({ id, link, invitedBy, mailed }: NewInvitation, membershipId: string): MailRequest | undefined {
  return mailed ? { template: 'invitation', recipientId: membershipId, aboutId: invitedBy, invitationId: id, sealedLink: link.sealed } : undefined;
}
