// What the team and the invited see of invitations; storage implements it.
import type { InvitationEnd } from './areas/invitations.ts';
import type { Call } from './model/caller.ts';
import type { Page, PageCut } from './ports.ts';
import type { RoleKey } from './model/role.ts';
import type { Outcome } from './refusals.ts';

/** What has become of an invitation; one that has run out is `expired`, whether that is written down or not. */
export type InvitationStatus = 'pending' | InvitationEnd;

/** What has become of the mail with the link. */
export type MailStatus = 'waiting' | 'held' | 'sent' | 'failed' | 'cancelled';

/** An invitation as the team sees it. Address, name and role are those of the membership. Times are ISO 8601 in UTC with milliseconds. */
export interface InvitationView {
  readonly id: string;
  readonly membershipId: string;
  readonly email: string | undefined;
  readonly name: string | undefined;
  readonly role: RoleKey;
  readonly status: InvitationStatus;
  readonly invitedBy: { readonly id: string; readonly name: string } | undefined;
  readonly mail: MailStatus | undefined;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly endedAt: string | undefined;
}

/** Which invitations are listed, by the time at which they were made. */
export interface InvitationQuery extends PageCut {
  readonly status: InvitationStatus | undefined;
  readonly descending: boolean;
}

/** Reads of the team, for whoever may see members or invite them; anybody else is refused `permission-denied`. */
export interface InvitationReads {
  invitations(call: Call, query: InvitationQuery): Promise<Outcome<Page<InvitationView>>>;
  invitation(call: Call, id: string): Promise<Outcome<InvitationView>>;
}

/** What the holder of a link may know of it without being anybody: who invites to what, as long as the link lives. */
export interface OpenedLink {
  readonly workspace: string;
  readonly inviter: string | undefined;
  readonly expiresAt: Date;
}

/** Looks a link up by its workspace and the SHA-256 of its token in hexadecimal; a dead one is like one that never was. */
export type OpenLink = (workspaceId: string, tokenHash: string) => Promise<OpenedLink | undefined>;
