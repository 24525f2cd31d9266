// A group of a workspace; its members are users or other groups, stored and returned but never expanded.
import type { UniqueKey } from './keys.ts';
import type { Profile } from './membership.ts';

/** What describes a group, as a caller may change it; no `keys` leaves those there are. */
export interface GroupParticulars {
  readonly displayName: string;
  readonly externalId: string | undefined;
  readonly profile: Profile;
  readonly keys?: readonly UniqueKey[] | undefined;
}

/** A group without its members. Versions count from 1. */
export interface Group extends GroupParticulars {
  readonly id: string;
  readonly version: number;
}

/** One member of a group. */
export interface GroupMember {
  readonly id: string;
  readonly type: 'User' | 'Group';
}

/** A member with its name, which is absent where the member is gone. */
export interface ShownMember extends GroupMember {
  readonly display: string | undefined;
}

/**
 * A group as answers show it; `members` is undefined when it was not asked for, and 'many' when there are more than should be held in
 * memory. Times are ISO 8601 in UTC with milliseconds.
 */
export interface GroupView extends Group {
  readonly members: readonly ShownMember[] | 'many' | undefined;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A group of many members: the group at one moment, and its members at the same moment in pieces, to be read to the end or closed. */
export interface LongGroup {
  readonly view: GroupView;
  readonly pieces: AsyncIterableIterator<readonly ShownMember[]>;
}

/** One step of a change to the members, in the order of the request. `match` is a filter that only storage understands. */
export type MemberStep =
  | { readonly kind: 'add' | 'remove' | 'replace'; readonly ids: readonly string[] }
  | { readonly kind: 'removeMatching'; readonly match: unknown };
