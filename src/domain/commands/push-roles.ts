// What a change of the members of a group that gives a role comes to: who may make it, and who gets which role in force.
import type { AuditAction } from '../changes.ts';
import type { DomainEvent } from '../events.ts';
import type { Actor } from '../model/caller.ts';
import type { RoleSubject } from '../model/membership.ts';
import type { RoleKey } from '../model/role.ts';
import type { Decision, GroupGround } from '../ports.ts';
import { refuseAll, type Blocker } from '../refusals.ts';
import { mayDo, mayGrantByGroup, outranks } from '../rules/authority.ts';
import { deny, need } from './decide.ts';
import { groupRolesWith, moveOf, roleEvents, settled } from './role-moves.ts';

/** Ids of those who come into the group and of those who leave it; ids of groups among them mean nothing here. */
export interface Push {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** What the push means for roles: stronger locks, a refusal, or events, none where the group gives nothing. */
type Pushed = Extract<Decision<never>, { kind: 'restart' | 'refuse' }> | { readonly kind: 'events'; readonly events: readonly DomainEvent[] };

/**
 * Decides the roles of a push. Refuses `role-not-manageable` with a blocker for each member whom the actor could not give or take the role
 * directly; a connection may take anybody out. What the group then holds is stored in any case: a demotion is withheld, never the push.
 * The audit calls a refused attempt `action`.
 */
export function pushRoles(ground: GroupGround, actor: Actor, { added, removed }: Push, action: AuditAction = 'group_update'): Pushed {
  const { group, role } = ground;
  if (group === undefined || role === undefined || (added.length === 0 && removed.length === 0)) return { kind: 'events', events: [] };
  const restart = need(ground, { workspace: 'exclusive' });
  if (restart !== undefined) return restart;
  const [coming, leaving] = [subjectsIn(ground, added), subjectsIn(ground, removed)];
  const blockers = [
    ...coming.filter((subject) => !mayPutIn(ground, actor, subject, role)).map((subject) => blockerOf(actor, subject, `put ${subject.userName} into`, group.displayName, role)),
    ...leaving.filter((subject) => !mayTakeOut(actor, subject, role)).map((subject) => blockerOf(actor, subject, `take ${subject.userName} out of`, group.displayName, role)),
  ];
  if (blockers.length > 0) return deny(actor, refuseAll(blockers), action, group.id);
  const moves = [
    ...coming.map((subject) => moveOf(ground, subject, groupRolesWith(subject, group.id, role))),
    ...leaving.map((subject) => moveOf(ground, subject, groupRolesWith(subject, group.id, undefined))),
  ];
  return { kind: 'events', events: roleEvents(ground, settled(ground, moves), { subjects: [...coming, ...leaving], cause: 'group', actor }) };
}

/** The roles of a group's end, which everybody leaves. */
export function removalRoles(ground: GroupGround, actor: Actor): Pushed {
  if (ground.role === undefined) return { kind: 'events', events: [] };
  const restart = need(ground, { workspace: 'exclusive' });
  return restart ?? pushRoles(ground, actor, { added: [], removed: [...ground.subjects.keys()] }, 'group_delete');
}

function subjectsIn({ subjects }: GroupGround, ids: readonly string[]): RoleSubject[] {
  return ids.flatMap((id) => subjects.get(id) ?? []);
}

function mayPutIn({ workspace }: GroupGround, actor: Actor, subject: RoleSubject, role: RoleKey): boolean {
  return mayGrantByGroup(actor, role, workspace.roles) && outranks(actor, subject.role);
}

function mayTakeOut(actor: Actor, subject: RoleSubject, role: RoleKey): boolean {
  return mayDo(actor, 'members.role') && outranks(actor, role) && outranks(actor, subject.role);
}

function blockerOf(actor: Actor, { id, role: has }: RoleSubject, doing: string, group: string, role: RoleKey): Blocker {
  const detail =
    actor.kind === 'connection'
      ? `The connection "${actor.label}" cannot ${doing} "${group}": the group gives the role ${role}, which is more than the connection may grant. An owner can allow it in the policy of the connection.`
      : `You cannot ${doing} "${group}": the group gives the role ${role} and the member is ${has}, of which you may not give or take one. Ask an owner.`;
  return { rule: 'role-not-manageable', detail, memberId: id };
}
