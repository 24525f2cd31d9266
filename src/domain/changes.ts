// Row-level changes: the vocabulary in which effects speak to storage. One list of changes is one transaction.
import type { AreaAction, AreaChange } from './areas/all.ts';
import type { InvitationEnd } from './areas/invitations.ts';
import type { Actor } from './model/caller.ts';
import type { GroupMember, GroupParticulars } from './model/group.ts';
import type { HoldSource, MembershipStatus, Particulars } from './model/membership.ts';
import type { ResourceParticulars } from './model/resource.ts';
import type { RoleKey } from './model/role.ts';

/** Columns of a membership that a change sets; absent ones stay. Every update raises the version by one. */
export interface MembershipSet {
  readonly status?: MembershipStatus;
  /** `base` stays where it is left out; `effective` is the strongest of it and what groups give. */
  readonly roles?: { readonly base?: RoleKey; readonly effective: RoleKey };
  readonly accepted?: true;
  readonly endAccess?: true;
  readonly particulars?: Particulars;
}

/** What storage can be told to do. Ids are UUIDs; `linkSpace` is the externalId space of the caller. */
export type Change =
  | { readonly kind: 'organization.insert'; readonly id: string; readonly name: string; readonly seatLimit: number | undefined; readonly accountOwnerId: string }
  | { readonly kind: 'organization.accountOwner'; readonly accountId: string }
  | { readonly kind: 'workspace.insert'; readonly id: string; readonly slug: string; readonly name: string }
  | { readonly kind: 'account.insert'; readonly id: string; readonly key: string | undefined }
  | {
      readonly kind: 'membership.insert';
      readonly id: string;
      readonly accountId: string;
      readonly status: MembershipStatus;
      readonly accepted: boolean;
      readonly role: RoleKey;
      readonly particulars: Particulars;
    }
  | { readonly kind: 'membership.update'; readonly id: string; readonly set: MembershipSet }
  | { readonly kind: 'membership.remove'; readonly id: string }
  | { readonly kind: 'link.put'; readonly membershipId: string; readonly linkSpace: string; readonly externalId: string | undefined }
  /** `auditId` is the audit row that says who placed the hold, and why. */
  | { readonly kind: 'hold.place'; readonly membershipId: string; readonly source: HoldSource; readonly auditId?: string }
  /** `asserted`: it is the source itself that lifts, and says thereby that the member is to be active. */
  | { readonly kind: 'hold.lift'; readonly membershipId: string; readonly source: HoldSource; readonly asserted?: boolean }
  | { readonly kind: 'invitation.void'; readonly membershipId: string; readonly as: InvitationEnd }
  | { readonly kind: 'seat.claim' | 'seat.release'; readonly accountId: string }
  | { readonly kind: 'seat.ledger'; readonly accountId: string; readonly delta: -1 | 1; readonly auditId: string }
  | { readonly kind: 'group.insert'; readonly id: string; readonly particulars: GroupParticulars }
  | { readonly kind: 'group.update'; readonly id: string; readonly particulars: GroupParticulars | undefined }
  | { readonly kind: 'group.remove'; readonly id: string }
  | { readonly kind: 'groupLink.put'; readonly groupId: string; readonly linkSpace: string; readonly externalId: string | undefined }
  | { readonly kind: 'groupMembers.add'; readonly groupId: string; readonly members: readonly GroupMember[] }
  | { readonly kind: 'groupMembers.remove'; readonly groupId: string; readonly ids: readonly string[] }
  | { readonly kind: 'resource.insert' | 'resource.update'; readonly type: string; readonly id: string; readonly particulars: ResourceParticulars }
  | { readonly kind: 'resource.remove'; readonly id: string }
  | { readonly kind: 'resourceLink.put'; readonly type: string; readonly resourceId: string; readonly linkSpace: string; readonly externalId: string | undefined }
  | AreaChange
  | { readonly kind: 'audit'; readonly entry: AuditEntry }
  | { readonly kind: 'outbox'; readonly id: string; readonly topic: OutboxTopic; readonly aggregateId: string; readonly auditId: string };

/** What an audit row says; ids, counts and field names only. `reason` is a person's words and kept apart, erasable; `batchId` is the same in all rows of one act on many. */
export interface AuditEntry {
  readonly id: string;
  readonly action: AuditAction;
  readonly outcome: 'success' | 'denied' | 'withheld';
  readonly actor: { readonly kind: Actor['kind']; readonly id: string | undefined };
  readonly targetId: string | undefined;
  readonly requestId: string;
  readonly batchId?: string | undefined;
  readonly reason: string | undefined;
  readonly metadata: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** Every action that is audited (domain.md §5). */
export type AuditAction =
  | 'organization_create'
  | 'workspace_create'
  | 'team_membership_provision'
  | 'team_membership_update'
  | 'team_membership_deactivate'
  | 'team_membership_hold_add'
  | 'team_membership_reactivate'
  | 'team_membership_remove'
  | 'team_membership_role_change'
  | 'team_invitation_revoke'
  | 'team_invitation_supersede'
  | 'team_ownership_transfer'
  | 'group_create'
  | 'group_update'
  | 'group_delete'
  | 'group_member_add'
  | 'group_member_remove'
  | 'resource_create'
  | 'resource_update'
  | 'resource_delete'
  | AreaAction;

/** Topics of the outbox: one event per audit action. */
export type OutboxTopic = `audit.${AuditAction}`;
