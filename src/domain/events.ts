// Domain events: what a command decided. Each kind has exactly one entry in effects.ts, which does not compile without it.
import type { AreaEvent } from './areas/all.ts';
import type { ScheduleOrigin } from './areas/schedules.ts';
import type { GroupMember, GroupParticulars } from './model/group.ts';
import type { HoldSource, Particulars } from './model/membership.ts';
import type { ResourceParticulars } from './model/resource.ts';
import type { RoleKey } from './model/role.ts';
import type { SeatEffect } from './rules/seats.ts';

/** A decision about the workspace, as data. `fields` are names of changed attributes, never their values. */
export type DomainEvent =
  | { readonly kind: 'organizationCreated'; readonly id: string; readonly name: string; readonly seatLimit: number | undefined; readonly accountOwnerId: string }
  | { readonly kind: 'workspaceCreated'; readonly id: string; readonly slug: string; readonly name: string }
  | {
      readonly kind: 'memberProvisioned';
      readonly id: string;
      readonly account: { readonly id: string; readonly isNew: boolean; readonly key: string | undefined };
      readonly particulars: Particulars;
      readonly role: RoleKey;
      /** Whose holds keep the member out from the start; without any it is active. */
      readonly holds: readonly HoldSource[];
      readonly seat: SeatEffect;
    }
  | { readonly kind: 'invitationTakenOver'; readonly id: string; readonly accountId: string; readonly role: RoleKey; readonly effective: RoleKey; readonly seat: SeatEffect }
  | { readonly kind: 'invitationRevoked'; readonly id: string; readonly accountId: string; readonly removes: false; readonly role: RoleKey; readonly effective: RoleKey; readonly seat: SeatEffect; readonly reason?: undefined }
  | { readonly kind: 'invitationRevoked'; readonly id: string; readonly accountId: string; readonly removes: true; readonly seat: SeatEffect; readonly reason: string | undefined }
  | {
      readonly kind: 'memberUpdated';
      readonly id: string;
      readonly particulars: Particulars;
      readonly fields: readonly string[];
      readonly relinked: boolean;
    }
  | {
      readonly kind: 'memberDeactivated';
      readonly id: string;
      readonly accountId: string;
      readonly hold: HoldSource;
      readonly seat: SeatEffect;
      readonly reason: string | undefined;
      /** Where it was booked before. */
      readonly schedule?: ScheduleOrigin;
    }
  | { readonly kind: 'holdAdded'; readonly id: string; readonly hold: HoldSource; readonly reason: string | undefined }
  | {
      readonly kind: 'memberReactivated';
      readonly id: string;
      readonly accountId: string;
      readonly lifted: readonly HoldSource[];
      readonly firstTime: boolean;
      readonly seat: SeatEffect;
      readonly reason: string | undefined;
      /** An identity provider's hold was lifted by somebody else. */
      readonly overrides?: boolean;
    }
  | {
      readonly kind: 'reactivationWithheld';
      readonly id: string;
      readonly lifted: readonly HoldSource[];
      readonly remaining: readonly HoldSource[];
      readonly reason: string | undefined;
      readonly overrides?: boolean;
    }
  | { readonly kind: 'memberRemoved'; readonly id: string; readonly accountId: string; readonly seat: SeatEffect; readonly notify: boolean; readonly reason: string | undefined }
  /** Of the base role; `effective` is the one then in force, and `owns` says whether the member is an active, human owner with it. */
  | { readonly kind: 'roleChanged'; readonly id: string; readonly from: RoleKey; readonly to: RoleKey; readonly effective: RoleKey; readonly owns: boolean }
  | {
      readonly kind: 'ownershipTransferred';
      readonly toId: string;
      /** Who becomes admin, with the role then in force. */
      readonly from: { readonly id: string; readonly role: RoleKey } | undefined;
      readonly newAccountOwner: string | undefined;
      /** By somebody who says so, or because the owner had named a successor and an identity provider took the owner away. */
      readonly by: 'request' | 'nomination';
      readonly reason: string | undefined;
    }
  | { readonly kind: 'groupCreated'; readonly id: string; readonly particulars: GroupParticulars; readonly members: readonly GroupMember[]; readonly skipped?: readonly string[] }
  | {
      readonly kind: 'groupChanged';
      readonly id: string;
      readonly particulars: GroupParticulars | undefined;
      readonly fields: readonly string[];
      readonly relinked: boolean;
      readonly added: readonly GroupMember[];
      readonly removed: readonly string[];
      /** Ids that were to become members and belong to nobody. */
      readonly skipped?: readonly string[];
    }
  | { readonly kind: 'groupRemoved'; readonly id: string }
  | { readonly kind: 'resourceCreated'; readonly type: string; readonly id: string; readonly particulars: ResourceParticulars }
  | {
      readonly kind: 'resourceChanged';
      readonly type: string;
      readonly id: string;
      readonly particulars: ResourceParticulars;
      readonly fields: readonly string[];
      readonly relinked: boolean;
    }
  | { readonly kind: 'resourceRemoved'; readonly type: string; readonly id: string }
  | AreaEvent;
