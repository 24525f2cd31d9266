// Reads of roles, of groups as the team sees them, and of successors.
import type { Nomination } from './commands/nominate-successor.ts';
import type { Call } from './model/caller.ts';
import type { Role, RoleKey } from './model/role.ts';
import type { Page, PageCut } from './ports.ts';
import type { Outcome } from './refusals.ts';

/** A role with the number of members who have it in force and of groups that give it. */
export interface RoleView extends Role {
  readonly members: number;
  readonly groups: number;
}

/** A group as the team sees it; `memberCount` counts its direct users, and `role` is what it gives them. */
export interface TeamGroup {
  readonly id: string;
  readonly displayName: string;
  readonly memberCount: number;
  readonly role: RoleKey | undefined;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Which groups are listed, by name; what is undefined restricts nothing. `search` is a part of the name in any case, `mapped` says whether they give a role. */
export interface GroupQuery extends PageCut {
  readonly search?: string | undefined;
  readonly mapped?: boolean | undefined;
  readonly descending: boolean;
}

/** Each checks the credential in the same exchange and refuses `permission-denied` without `members.read`. */
export interface RoleReads {
  /** All roles, strongest first. */
  roles(call: Call): Promise<Outcome<readonly RoleView[]>>;
  /** Refuses `not-found`. */
  role(call: Call, key: RoleKey): Promise<Outcome<RoleView>>;
  groups(call: Call, query: GroupQuery): Promise<Outcome<Page<TeamGroup>>>;
  /** Refuses `not-found`. */
  group(call: Call, id: string): Promise<Outcome<TeamGroup>>;
  /** Whom the person who calls has named; needs no permission, for it is the caller's own. */
  successor(call: Call): Promise<Outcome<Nomination | undefined>>;
}
