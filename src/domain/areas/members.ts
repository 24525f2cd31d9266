// What happens to members beyond the acts on one that is here: acts on many, and the way back for one that was removed.
import type { Email, UniqueKey } from '../model/keys.ts';
import type { RoleKey } from '../model/role.ts';
import type { SeatEffect } from '../rules/seats.ts';

/** An act that can be done to many members at once. */
export type BatchAct = 'remove' | 'deactivate' | 'reactivate';

/** Decisions about many members, and about removed ones. `groupIds` are the former groups that a restored one is in again, `effective` is the role then in force. */
export type MembersEvent =
  | { readonly kind: 'batchDone'; readonly act: BatchAct; readonly count: number; readonly reason: string | undefined }
  | {
      readonly kind: 'memberRestored';
      readonly id: string;
      readonly accountId: string;
      readonly role: RoleKey;
      readonly effective: RoleKey;
      readonly groupIds: readonly string[];
      readonly emails: readonly Email[];
      readonly keys: readonly UniqueKey[];
      readonly seat: SeatEffect;
      readonly reason: string | undefined;
    };

/** What storage is told of them: `membership.restore` undoes a removal, but for links whose externalId somebody else has now. */
export interface MembersChange {
  readonly kind: 'membership.restore';
  readonly id: string;
  readonly roles: { readonly base: RoleKey; readonly effective: RoleKey };
  readonly groupIds: readonly string[];
  readonly emails: readonly Email[];
  readonly keys: readonly UniqueKey[];
}

/** Audited actions of this area. */
export type MembersAction = `team_membership_bulk_${BatchAct}` | 'team_membership_restore';
