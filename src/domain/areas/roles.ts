// Roles, the roles that groups give, and successors: what may happen to them, what storage is told, and what the audit calls it.
import type { Role, RoleKey } from '../model/role.ts';

/** What another role in force comes from: a push of a group, a change of what a group gives or of a role itself, or a demotion that was withheld. */
export type RoleCause = 'group' | 'mapping' | 'role' | 'withheld';

/** Why a demotion waits. */
export type ProtectedBy = 'last-owner' | 'account-owner-protected';

/** Decisions of this area. */
export type RoleEvent =
  | { readonly kind: 'roleCreated'; readonly role: Role }
  | { readonly kind: 'roleDefined'; readonly role: Role; readonly fields: readonly string[] }
  | { readonly kind: 'roleDeleted'; readonly key: RoleKey }
  | { readonly kind: 'mappingSet'; readonly groupId: string; readonly from: RoleKey | undefined; readonly to: RoleKey }
  | { readonly kind: 'mappingUnset'; readonly groupId: string; readonly from: RoleKey }
  /** `owns` says whether the member is an active, human owner with the new role. */
  | { readonly kind: 'effectiveRoleChanged'; readonly id: string; readonly from: RoleKey; readonly to: RoleKey; readonly cause: RoleCause; readonly owns: boolean }
  /** `connectionId` is the connection that asked for it, if one did. */
  | { readonly kind: 'demotionWithheld'; readonly id: string; readonly from: RoleKey; readonly to: RoleKey; readonly cause: RoleCause; readonly rule: ProtectedBy; readonly connectionId: string | undefined }
  /** What groups give by now is what the member has: nothing waits any more. */
  | { readonly kind: 'demotionDropped'; readonly id: string }
  | { readonly kind: 'successorNominated'; readonly ownerId: string; readonly successorId: string; readonly alsoAccount: boolean }
  | { readonly kind: 'successorWithdrawn'; readonly ownerId: string; readonly successorId: string };

/** What storage is told of them. A deleted role is also taken from those who had it when they were removed. */
export type RoleChange =
  | { readonly kind: 'role.insert' | 'role.update'; readonly role: Role }
  | { readonly kind: 'role.delete'; readonly key: RoleKey }
  | { readonly kind: 'mapping.put'; readonly groupId: string; readonly role: RoleKey }
  | { readonly kind: 'mapping.delete'; readonly groupId: string }
  | { readonly kind: 'successor.put'; readonly ownerId: string; readonly successorId: string; readonly alsoAccount: boolean }
  | { readonly kind: 'successor.delete'; readonly ownerId: string }
  /** No identity provider waits for this member's demotion any more. */
  | { readonly kind: 'demotion.end'; readonly membershipId: string };

/** Audited actions of this area. */
export type RoleAction = 'role_create' | 'role_update' | 'role_delete' | 'group_role_set' | 'group_role_unset' | 'successor_nominate' | 'successor_withdraw';
