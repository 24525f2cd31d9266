// The role that a connection asserts by the attribute `roles`, where its policy lets it: a value that names a role becomes the base role.
import type { DomainEvent } from '../events.ts';
import type { Actor } from '../model/caller.ts';
import type { Role, RoleBook, RoleKey } from '../model/role.ts';
import { roleIn } from '../model/role.ts';
import type { Decision, Ground, Target } from '../ports.ts';
import { isWithin } from '../rules/authority.ts';
import { effectiveRole } from '../rules/effective-role.ts';
import { isActiveOwner } from '../rules/guarded-act.ts';
import type { Blocker } from '../refusals.ts';
import { refuseAll } from '../refusals.ts';
import { deny } from './decide.ts';
import { guarded } from './guarded.ts';

/** The strongest role that the values name, by key or by name in any case; undefined where none does or the policy asks for no such thing. */
export function roleNamed(actor: Actor, roles: RoleBook, values: readonly string[] = []): RoleKey | undefined {
  if (actor.kind !== 'connection' || !actor.policy.rolesGrant || values.length === 0) return undefined;
  const wanted = new Set(values.map((value) => value.toLowerCase()));
  const named = [...roles.values()].filter((role: Role) => wanted.has(role.key) || wanted.has(role.name.toLowerCase()));
  return named.toSorted((one, other) => other.rank - one.rank)[0]?.key;
}

/** Why a connection may not assert a role, if it may not. No assertion makes an owner. */
export function aboveCeiling(actor: Actor, roles: RoleBook, role: RoleKey, memberId?: string): Blocker | undefined {
  if (actor.kind !== 'connection') return undefined;
  const { maxRole } = actor.policy;
  if (role !== 'owner' && isWithin(roleIn(roles, role), roleIn(roles, maxRole))) return undefined;
  const detail = `The connection "${actor.label}" may grant nothing above the role ${maxRole}, and "roles" names ${role}. Send a lower role, or let an admin raise the ceiling of the connection.`;
  return { rule: 'role-not-manageable', detail, memberId };
}

/** What an assertion comes to for a member: its events, or what stands against it. */
export function assertRole(ground: Ground, actor: Actor, target: Target, values: readonly string[] | undefined): readonly DomainEvent[] | Extract<Decision<never>, { kind: 'refuse' | 'restart' }> {
  const { roles } = ground.workspace;
  const to = roleNamed(actor, roles, values);
  const { member } = target;
  if (to === undefined || to === member.baseRole) return [];
  const above = aboveCeiling(actor, roles, to, member.id);
  if (above !== undefined) return deny(actor, refuseAll([above]), 'team_membership_role_change', member.id);
  const effective = effectiveRole(roles, to, member.groupRoles.map(({ role }) => role));
  const blocked = guarded(ground, actor, target, { kind: 'role', to, effective });
  return blocked ?? [{ kind: 'roleChanged', id: member.id, from: member.baseRole, to, effective, owns: isActiveOwner({ ...member, role: effective }) }];
}
