// Authority: who sees whom, who may do what, and whose rank reaches whom (domain.md §3).
import type { Actor } from '../model/caller.ts';
import type { Membership } from '../model/membership.ts';
import { roleIn, type Permission, type Role, type RoleBook, type RoleKey } from '../model/role.ts';
import type { Blocker } from '../refusals.ts';
import type { GuardedAct, MemberAct } from './guarded-act.ts';

const permissionFor: Readonly<Record<MemberAct['kind'], Permission>> = {
  update: 'members.invite',
  reactivate: 'members.deactivate',
  deactivate: 'members.deactivate',
  remove: 'members.remove',
  role: 'members.role',
};

/** Guard 1: an invisible member is not found, a missing permission or rank is refused. */
export function authority({ actor, act, target, workspace }: GuardedAct): Blocker | undefined {
  if (!canSee(actor, target.id)) return memberNotFound(target.id);
  const permission = permissionFor[act.kind];
  if (!mayDo(actor, permission)) return permissionDenied(permission, target.id);
  if (!reachesUnlinked(actor, target)) return unlinked(target);
  if (!outranks(actor, target.role)) return roleAbove(target, target.role);
  if (act.kind !== 'role') return undefined;
  if (!workspace.roles.has(act.to)) return roleUnknown(act.to, target.id);
  return mayGrant(actor, act.to, workspace.roles) ? undefined : roleAbove(target, act.to);
}

/** A connection whose policy says so keeps to the members that it linked by an externalId; an invitation it may take over. */
function reachesUnlinked(actor: Actor, { externalId, status }: Membership): boolean {
  return actor.kind !== 'connection' || actor.policy.unlinkedMembers === 'allow' || externalId !== undefined || status === 'invited';
}

function unlinked({ id, userName }: Membership): Blocker {
  const detail = `This connection may change only members that it linked by an externalId, and ${userName} is none of them. Let an admin change that policy of the connection, or manage this member by hand.`;
  return { rule: 'role-not-manageable', detail, memberId: id };
}

/** A member or a role out of the actor's reach, in words. */
export function roleAbove(target: Pick<Membership, 'id' | 'userName'>, role: RoleKey): Blocker {
  return { rule: 'role-not-manageable', detail: `You cannot manage ${target.userName}: the role ${role} is above yours. Ask an owner.`, memberId: target.id };
}

/** A role that the workspace does not have, in words. */
export function roleUnknown(role: RoleKey, memberId?: string): Blocker {
  return { rule: 'invalid-value', detail: `There is no role "${role}" in this workspace. List the roles, or create it first.`, memberId };
}

/** Account home and the host application have no say over members: what they may do is listed where they come in. */
function isWithoutRole(actor: Actor): actor is Extract<Actor, { kind: 'account' | 'host' }> {
  return actor.kind === 'account' || actor.kind === 'host';
}

/** Whether the actor may know of this member at all. */
export function canSee(actor: Actor, memberId: string): boolean {
  if (isWithoutRole(actor)) return false;
  return actor.kind !== 'person' || actor.id === memberId || roleIn(actor.roles, actor.role).permissions.has('members.read');
}

/** Whether the actor's role carries a permission; connections and operators act by what they are, not by a role. */
export function mayDo(actor: Actor, permission: Permission): boolean {
  if (isWithoutRole(actor)) return false;
  return actor.kind !== 'person' || roleIn(actor.roles, actor.role).permissions.has(permission);
}

/** Whether rank lets the actor manage somebody with this role: at least the same rank, and owners only by owners. */
export function outranks(actor: Actor, role: RoleKey): boolean {
  if (isWithoutRole(actor)) return false;
  if (actor.kind !== 'person') return true;
  const { rank } = roleIn(actor.roles, actor.role);
  return rank >= roleIn(actor.roles, role).rank && (role !== 'owner' || actor.role === 'owner');
}

/**
 * Whether the actor may give somebody this role: a person nothing above its rank and nothing that allows what its own role does not. A
 * connection provisions within its policy, which only pushes of groups go beyond: see `mayGrantByGroup`.
 */
export function mayGrant(actor: Actor, role: RoleKey, roles: RoleBook): boolean {
  if (!outranks(actor, role)) return false;
  return actor.kind !== 'person' || isWithin(roleIn(roles, role), roleIn(roles, actor.role));
}

/** Whether the actor may put somebody into a group that gives this role (domain.md §3). */
export function mayGrantByGroup(actor: Actor, role: RoleKey, roles: RoleBook): boolean {
  if (actor.kind !== 'connection') return mayDo(actor, 'members.role') && mayGrant(actor, role, roles);
  const { maxRole, ownerFromGroups } = actor.policy;
  return role === 'owner' ? ownerFromGroups : isWithin(roleIn(roles, role), roleIn(roles, maxRole));
}

/** Whether a role neither ranks above another nor allows more than it. */
export function isWithin(role: Role, limit: Role): boolean {
  return role.rank <= limit.rank && [...role.permissions].every((permission) => limit.permissions.has(permission));
}

/** What is left of a role when a caller gives it anew: a connection grants up to what its policy says, a person what it may give; else it is `member`. */
export function grantable(actor: Actor, role: RoleKey, roles: RoleBook): RoleKey {
  if (actor.kind !== 'connection') return mayGrant(actor, role, roles) ? role : 'member';
  const [wanted, most] = [roleIn(roles, role), roleIn(roles, actor.policy.maxRole)];
  if (isWithin(wanted, most)) return role;
  return isWithin(most, wanted) ? most.key : 'member';
}

/** A missing permission, in words. */
export function permissionDenied(permission: Permission, memberId?: string): Blocker {
  return { rule: 'permission-denied', detail: `Your role lacks the permission ${permission}. Ask an admin or an owner.`, memberId };
}

/** One sentence for a member that does not exist, is out of sight, was removed or belongs to another tenant. */
export function memberNotFound(id: string): Blocker {
  return { rule: 'not-found', detail: `There is no user ${id} in this workspace. It may have been removed: look it up by userName.`, memberId: undefined };
}
