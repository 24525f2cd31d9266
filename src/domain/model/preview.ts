// What an act on members would do, told before it is done: everything here is decided by the same command that would do it.
import type { HoldSource, MembershipStatus } from './membership.ts';
import type { RoleKey } from './role.ts';

/**
 * A number of things of one kind that a member has, such as tokens; `lastUsedAt` in ISO 8601 where use is recorded, null for never, `samples`
 * are the first few. `becomes` says what the act does to them, undefined where they stay as they are.
 */
export interface Counted {
  readonly kind: string;
  readonly count: number;
  readonly lastUsedAt?: string | null;
  readonly samples?: readonly { readonly externalRef: string; readonly name: string | null }[];
  readonly becomes?: Becomes;
}

/** What an act does to belongings and keys; `to` is a member, or `system`. */
export type Becomes = { readonly do: 'reattributed'; readonly to: string } | { readonly do: 'revoked' | 'suspended' | 'resumed' };

/**
 * A member as it stands before an act; the groups of a removed one are those it was in that still exist. `elsewhere` are the other
 * workspaces in which the person's seat is counted, `access` is what ends with the access, `belongings` is what the person has here besides.
 */
export interface Situation {
  readonly id: string;
  readonly accountId: string;
  readonly userName: string;
  readonly removed: boolean;
  readonly status: MembershipStatus;
  readonly role: RoleKey;
  readonly version: number;
  readonly seatHeld: boolean;
  readonly holds: readonly HoldSource[];
  readonly groups: readonly NamedThing[];
  readonly elsewhere: readonly NamedThing[];
  readonly access: readonly Counted[];
  readonly belongings: readonly Counted[];
}

/** Something with an id and a name for people; the id is missing where the reader may not know which one it is. */
export interface NamedThing {
  readonly id: string | undefined;
  readonly name: string;
}

/** A value before and after the act. */
export interface Step<T> {
  readonly before: T;
  readonly after: T;
}

/** What can be preserved. `attribution`: whatever the person made still says so; `otherWorkspaces`: those are not touched. */
export type Kept = 'account' | 'attribution' | 'otherWorkspaces' | 'role' | 'groups';

/** What the act would do to one member. A removed one has the status `removed` and no role. */
export interface MemberPreview {
  readonly id: string;
  readonly userName: string;
  readonly status: Step<MembershipStatus | 'removed'>;
  readonly role: Step<RoleKey | undefined>;
  readonly holds: Step<readonly HoldSource[]>;
  readonly ends: { readonly permissions: readonly string[]; readonly groups: readonly NamedThing[]; readonly access: readonly Counted[] };
  readonly begins: { readonly permissions: readonly string[]; readonly groups: readonly NamedThing[] };
  /** What stays as it is although the member goes or loses access. */
  readonly keeps: readonly Kept[];
  readonly belongings: readonly Counted[];
  /** How many resources come back that earlier departures had moved. */
  readonly returns: number;
  /** `counted`: whether the organization counts a seat for the person, `because` of which workspaces afterwards. */
  readonly seat: { readonly here: Step<boolean>; readonly counted: Step<boolean>; readonly freed: boolean; readonly because: readonly NamedThing[] };
  /** Mails that are sent, by what they are about. */
  readonly mails: readonly string[];
}

/** What an act would do; `seats` is by how much the count of the organization changes. */
export interface Preview {
  readonly members: readonly MemberPreview[];
  readonly seats: number;
}
