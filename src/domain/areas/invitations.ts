// Invitations: what may happen to them, what storage is told, and what the audit calls it.
import type { Particulars } from '../model/membership.ts';
import type { RoleKey } from '../model/role.ts';
import type { SeatEffect } from '../rules/seats.ts';

/** The link of an invitation: `tokenHash` is the SHA-256 of its token in hexadecimal, `sealed` what the mail keeps of the token until it is sent. */
export interface InvitationLink {
  readonly tokenHash: string;
  readonly sealed: string;
}

/** An invitation that is made: its own id, its link, who invites (a membership, if it is one), and whether the link goes out by mail. */
export interface NewInvitation {
  readonly id: string;
  readonly link: InvitationLink;
  readonly invitedBy: string | undefined;
  readonly mailed: boolean;
}

/** How an invitation ends; after any of these its link is dead. */
export type InvitationEnd = 'accepted' | 'declined' | 'revoked' | 'expired' | 'superseded';

/**
 * An invitation as commands find it. `lapsed` says that it has run out, whether that is written down or not; `latest`, that none followed it
 * for the same membership. `accountKey` is the key of the invited address, and address, name and role are those of the membership.
 */
export interface InvitationRecord {
  readonly id: string;
  readonly membershipId: string;
  readonly accountId: string;
  readonly accountKey: string | undefined;
  readonly status: 'pending' | InvitationEnd;
  readonly lapsed: boolean;
  readonly latest: boolean;
  readonly email: string | undefined;
  readonly name: string | undefined;
  readonly role: RoleKey;
}

/** Whose invitation, and what its change does to the seat of the person. */
interface OfMember {
  readonly membershipId: string;
  readonly accountId: string;
  readonly seat: SeatEffect;
}

/** Decisions about invitations; their revocation and their takeover by an identity provider are those of the membership. */
export type InvitationEvent =
  | ({
      readonly kind: 'invitationCreated';
      readonly invitation: NewInvitation;
      readonly isNewAccount: boolean;
      readonly accountKey: string;
      readonly particulars: Particulars;
      readonly role: RoleKey;
    } & OfMember)
  /** A new link for somebody who is invited already; `replaces` is the invitation whose link it follows. */
  | ({ readonly kind: 'invitationRenewed'; readonly invitation: NewInvitation; readonly replaces: string } & OfMember)
  | ({ readonly kind: 'invitationAccepted'; readonly id: string } & OfMember)
  | ({ readonly kind: 'invitationDeclined'; readonly id: string } & OfMember)
  | ({ readonly kind: 'invitationExpired'; readonly id: string } & OfMember);

/** What storage is told of them. An invitation is good for seven days from its insertion. */
export interface InvitationChange {
  readonly kind: 'invitation.insert';
  readonly id: string;
  readonly membershipId: string;
  readonly tokenHash: string;
  readonly invitedBy: string | undefined;
}

/** Audited actions of this area. */
export type InvitationAction = 'team_invitation_create' | 'team_invitation_renew' | 'team_invitation_accept' | 'team_invitation_decline' | 'team_invitation_expire';
