// Sessions, the clients that open them, and whom a host application means when it signs somebody in.
import type { Scope } from './caller.ts';
import type { HoldSource, MembershipStatus } from './membership.ts';
import type { RoleKey } from './role.ts';

/** A session as the database keeps it. Without a membership it is for account home. It lasts at most until `expiresAt`. */
export interface SessionRecord {
  readonly id: string;
  readonly accountId: string;
  readonly member: { readonly id: string; readonly epoch: number } | undefined;
  readonly clientId: string;
  readonly connectionId: string | undefined;
  readonly verifiedEmailKey: string | undefined;
  readonly scopes: readonly Scope[];
  readonly expiresAt: Date;
}

/** The account that a subject or its verified e-mail names, with its live membership in the workspace, under their locks. */
export interface SignInMatch {
  readonly accountId: string;
  readonly by: 'subject' | 'email';
  /** Another subject has been linked to the account for sign-ins of the same sort. */
  readonly subjectTaken: boolean;
  readonly member: SignInMember | undefined;
}

/** A member as far as a sign-in asks. `linked` says whether the vouching connection has linked it by an externalId. */
export interface SignInMember {
  readonly id: string;
  readonly userName: string;
  readonly status: MembershipStatus;
  readonly role: RoleKey;
  readonly epoch: number;
  readonly linked: boolean;
  readonly holds: readonly HoldSource[];
}

/** A client of the organization with its live secrets. */
export interface HostClient {
  readonly id: string;
  readonly label: string;
  readonly createdAt: Date;
  readonly secrets: readonly { readonly id: string; readonly createdAt: Date }[];
}
