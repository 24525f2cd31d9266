// A workspace and its organization, as far as commands need them.
import type { RoleBook } from './role.ts';

/** `seatLimit` undefined means unlimited; `accountOwnerId` is an account, undefined only while the organization is being set up. */
export interface Workspace {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** A name of the IANA time zone database. */
  readonly timeZone: string;
  readonly policy: WorkspacePolicy;
  /** The built-in roles and its own. */
  readonly roles: RoleBook;
  readonly organization: { readonly id: string; readonly name: string; readonly accountOwnerId: string | undefined; readonly seatLimit: number | undefined };
}

/** What a workspace decides for itself. */
export interface WorkspacePolicy {
  /** Who is active must be deactivated before the removal, except through SCIM (domain.md §4). */
  readonly removalRequiresDeactivation: boolean;
}

/** The policy of a workspace that has set nothing. */
export const usualPolicy: WorkspacePolicy = { removalRequiresDeactivation: false };
