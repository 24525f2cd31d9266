// Authority: who sees whom, who may do what, and whose rank reaches whom (domain.md §3).
import type { Actor } from '../model/caller.ts';
import { roleOf, type Permission, type RoleKey } from '../model/role.ts';
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
export function authority({ actor, act, target }: GuardedAct): Blocker | undefined {
  if (!canSee(actor, target.id)) return memberNotFound(target.id);
  const permission = permissionFor[act.kind];
  if (!mayDo(actor, permission)) return permissionDenied(permission, target.id);
  const role = [target.role, ...(act.kind === 'role' ? [act.to] : [])].find((key) => !outranks(actor, key));
  if (role === undefined) return undefined;
  return { rule: 'role-not-manageable', detail: `You cannot manage ${target.userName}: the role ${role} is above yours. Ask an owner.`, memberId: target.id };
}

/** Account home and the host application have no say over members: what they may do is listed where they come in. */
function isWithoutRole(actor: Actor): actor is Extract<Actor, { kind: 'account' | 'host' }> {
  return actor.kind === 'account' || actor.kind === 'host';
}

/** Whether the actor may know of this member at all. */
export function canSee(actor: Actor, memberId: string): boolean {
  if (isWithoutRole(actor)) return false;
  return actor.kind !== 'person' || actor.id === memberId || roleOf(actor.role).permissions.has('members.read');
}

/** Whether the actor's role carries a permission; connections and operators act by what they are, not by a role. */
export function mayDo(actor: Actor, permission: Permission): boolean {
  if (isWithoutRole(actor)) return false;
  return actor.kind !== 'person' || roleOf(actor.role).permissions.has(permission);
}

/** Whether rank lets the actor manage somebody with this role: at least the same rank, and owners only by owners. */
export function outranks(actor: Actor, role: RoleKey): boolean {
  if (isWithoutRole(actor)) return false;
  return actor.kind !== 'person' || (roleOf(actor.role).rank >= roleOf(role).rank && (role !== 'owner' || actor.role === 'owner'));
}

/** What is left of an invited role when a caller ends the invitation: a connection grants `member`, anybody else what its rank reaches. */
export function grantable(actor: Actor, role: RoleKey): RoleKey {
  return actor.kind === 'connection' || !outranks(actor, role) ? 'member' : role;
}

/** A missing permission, in words. */
export function permissionDenied(permission: Permission, memberId?: string): Blocker {
  return { rule: 'permission-denied', detail: `Your role lacks the permission ${permission}. Ask an admin or an owner.`, memberId };
}

/** One sentence for a member that does not exist, is out of sight, was removed or belongs to another tenant. */
export function memberNotFound(id: string): Blocker {
  return { rule: 'not-found', detail: `There is no user ${id} in this workspace. It may have been removed: look it up by userName.`, memberId: undefined };
}
