// A person's membership in one workspace; its id is the SCIM User id.
import type { Email, UniqueKey } from './keys.ts';
import type { RoleKey } from './role.ts';

/** Life of a membership that is not removed. */
export type MembershipStatus = 'invited' | 'active' | 'deactivated';

/** Who holds a member back: only the same source lifts its own hold. */
export type HoldSource = 'admin' | 'schedule' | 'policy' | `idp:${string}`;

/** One live hold; a member is deactivated exactly while at least one lives. */
export interface Hold {
  readonly source: HoldSource;
  readonly placedAt: Date;
}

/** Attributes pushed for a member, as a SCIM document; the domain stores them and never looks inside. */
export type Profile = Readonly<Record<string, unknown>>;

/** What identifies and describes a member, as a caller may change it. `externalId` is that of the caller's own connection; no `keys` leaves those there are. */
export interface Particulars {
  readonly userName: string;
  readonly externalId: string | undefined;
  readonly emails: readonly Email[];
  readonly managerId: string | undefined;
  readonly profile: Profile;
  readonly keys?: readonly UniqueKey[] | undefined;
}

/** A role that a group gives to its direct members. */
export interface GroupRole {
  readonly groupId: string;
  readonly role: RoleKey;
}

/**
 * A live membership with everything that the rules ask of it. Versions count from 1; the epoch rises when access ends.
 * `pendingInvitation` lasts until the end of the invitation is recorded: one that merely ran out still holds its seat.
 */
export interface Membership extends Particulars {
  readonly id: string;
  readonly accountId: string;
  readonly human: boolean;
  readonly status: MembershipStatus;
  readonly baseRole: RoleKey;
  readonly role: RoleKey;
  /** What groups give; withheld demotions aside, `role` is the strongest of these and the base role. */
  readonly groupRoles: readonly GroupRole[];
  readonly acceptedAt: Date | undefined;
  readonly pendingInvitation: boolean;
  readonly epoch: number;
  readonly holds: readonly Hold[];
  readonly version: number;
}

/** What the rules of roles ask of a member. */
export type RoleSubject = Pick<Membership, 'id' | 'accountId' | 'userName' | 'human' | 'status' | 'baseRole' | 'role' | 'groupRoles'>;

/** An owner with whom it has named to follow when an identity provider takes it away, in the account ownership too where it says so. */
export interface Owner extends RoleSubject {
  readonly successor: (RoleSubject & { readonly alsoAccount: boolean }) | undefined;
}

/** Days for which a removed member can be restored. */
export const restorableDays = 30;

/** A removed member as it was, with the groups that it was in and that still exist, and which of its unique names is somebody else's now. */
export interface RemovedMember {
  readonly member: Membership;
  readonly claimedElsewhere: boolean;
  /** `role` is what the group gives, if anything. */
  readonly groups: readonly { readonly id: string; readonly role: RoleKey | undefined }[];
  readonly taken: { readonly account: boolean; readonly userName: boolean };
}

/** The parts of a member view that cost extra reads. */
export interface MemberParts {
  readonly groups: boolean;
  readonly managerName: boolean;
  readonly holds: boolean;
  /** What the team sees beyond SCIM: the last login, the connections that manage the member, the mark of the account owner. */
  readonly team?: boolean;
  /** Who placed each hold, and why; for one member only. */
  readonly holdDetails?: boolean;
}

/** A hold as answers show it. `by` is null where the placing was not recorded, its name where the actor has none; both and the reason are there if they were asked for. */
export interface ShownHold {
  readonly source: HoldSource;
  readonly since: string;
  readonly reason?: string | null;
  readonly by?: { readonly kind: string; readonly id: string | null; readonly name: string | null } | null;
}

/** A member as answers show it. Times are ISO 8601 in UTC with milliseconds. Parts that were not asked for are undefined; `seatHeld` is read together with the holds. */
export interface MemberView {
  readonly id: string;
  readonly userName: string;
  readonly externalId: string | undefined;
  readonly status: MembershipStatus;
  readonly role: RoleKey;
  readonly roleSource: 'direct' | 'group';
  readonly seatHeld: boolean;
  readonly profile: Profile;
  readonly holds: readonly ShownHold[] | undefined;
  readonly groups: readonly { readonly id: string; readonly displayName: string }[] | undefined;
  /** When a booked deactivation will run, null where none is booked; read together with the holds. */
  readonly scheduledDeactivation?: string | null | undefined;
  readonly managerName: string | undefined;
  /** Null where there was none yet. */
  readonly lastLoginAt?: string | null | undefined;
  readonly accountOwner?: boolean | undefined;
  /** Null for a member that is here. */
  readonly removedAt?: string | null | undefined;
  /** The connections whose identity providers have linked the member by an externalId. */
  readonly managedBy?: readonly { readonly id: string; readonly label: string }[] | undefined;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}
