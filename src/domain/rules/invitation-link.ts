// Whether the link of an invitation still opens anything.
import type { InvitationRecord } from '../areas/invitations.ts';
import { refuse, type Refusal } from '../refusals.ts';

/** Why a link is dead, or undefined for one that lives: it dies at once when its invitation ends, and at the very moment it runs out. */
export function deadLink({ status, lapsed }: Pick<InvitationRecord, 'status' | 'lapsed'>): Refusal | undefined {
  switch (status) {
    case 'pending':
      return lapsed ? expired : undefined;
    case 'expired':
      return expired;
    case 'revoked':
      return refuse('invitation-revoked', 'This invitation was taken back. Ask whoever invited you whether you should get another one.');
    case 'accepted':
      return refuse('invitation-used', 'This invitation was accepted already. Sign in to the workspace.');
    case 'declined':
      return refuse('invitation-used', 'This invitation was declined. Ask for another one if that was a mistake.');
    case 'superseded':
      return refuse('invitation-superseded', 'A newer invitation or the identity provider of the workspace has taken the place of this one. Use the newest link, or sign in.');
  }
}

const expired = refuse('invitation-expired', 'This invitation ran out: a link is good for seven days. Ask whoever invited you to send a new one.');
