// Reads of the host application and of account home: what the domain asks of storage for them.
import type { Call, Credential } from './model/caller.ts';
import type { MembershipStatus } from './model/membership.ts';
import type { RoleKey } from './model/role.ts';
import type { Outcome } from './refusals.ts';

/** What a live token stands for at this moment. `permissions` are those of the role, whatever the token's scopes. */
export interface Introspected {
  readonly kind: 'session' | 'account_session' | 'person_token' | 'api_key';
  /** A membership or, at account home, an account. */
  readonly sub: string;
  readonly tokenId: string;
  /** Undefined for the key of somebody who was removed. */
  readonly accountId: string | undefined;
  readonly workspaceId: string | undefined;
  readonly userName: string | undefined;
  readonly role: RoleKey | undefined;
  readonly permissions: readonly string[];
  readonly scopes: readonly string[];
}

/** What a host application may read. */
export interface HostReads {
  /** The id of the organization's workspace with this slug or id; of its oldest one where none is named. Refuses `not-found`. */
  workspace(call: Call, named: string | undefined): Promise<Outcome<string>>;
  /** What a verified token stands for, undefined if it is worth nothing; `held` is undefined for what is no token of ours. Reads everything anew. */
  introspect(call: Call, held: Credential | undefined): Promise<Outcome<Introspected | undefined>>;
}

/** A live membership of the account, with its invitation where one is pending. */
export interface OwnMembership {
  readonly workspace: { readonly id: string; readonly slug: string; readonly name: string };
  readonly membershipId: string;
  readonly userName: string;
  readonly status: MembershipStatus;
  readonly role: RoleKey;
  readonly lastLoginAt: Date | undefined;
  readonly createdAt: Date;
  readonly invitation: { readonly id: string; readonly expiresAt: Date } | undefined;
}

/** A session that is live. */
export interface OwnSession {
  readonly id: string;
  readonly workspaceId: string | undefined;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly current: boolean;
}

/** Who the account is, as account home shows it. */
export interface OwnAccount {
  readonly id: string;
  readonly email: string | undefined;
  readonly verifiedEmail: string | undefined;
  readonly organization: { readonly id: string; readonly name: string };
  readonly createdAt: Date;
}

/** What account home shows. Every read checks the session in the same exchange. */
export interface AccountReads {
  account(call: Call): Promise<Outcome<OwnAccount>>;
  memberships(call: Call): Promise<Outcome<readonly OwnMembership[]>>;
  sessions(call: Call): Promise<Outcome<readonly OwnSession[]>>;
  /** The oldest workspace of the organization, in whose log stands what concerns no workspace. */
  home(call: Call): Promise<Outcome<string>>;
}
