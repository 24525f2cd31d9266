// What is left of an invited role when a caller ends the invitation, by taking it over or by taking it back.
import type { Actor } from '../model/caller.ts';
import type { RoleSubject } from '../model/membership.ts';
import type { RoleBook, RoleKey } from '../model/role.ts';
import { grantable } from './authority.ts';
import { effectiveRole } from './effective-role.ts';

/** The base role, capped at what the caller may grant, and the role then in force: what groups give is theirs to give. */
export function grantedTo(member: RoleSubject, actor: Actor, roles: RoleBook): { readonly role: RoleKey; readonly effective: RoleKey } {
  const role = grantable(actor, member.baseRole, roles);
  return { role, effective: effectiveRole(roles, role, member.groupRoles.map((given) => given.role)) };
}
