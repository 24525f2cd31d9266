// Turns what groups give after a change into events: who gets another role in force, and whose demotion is withheld or made up for.
import type { RoleCause } from '../areas/roles.ts';
import type { DomainEvent } from '../events.ts';
import type { Actor } from '../model/caller.ts';
import type { RoleSubject } from '../model/membership.ts';
import type { RoleKey } from '../model/role.ts';
import type { Ground } from '../ports.ts';
import { effectiveRole } from '../rules/effective-role.ts';
import { isActiveOwner } from '../rules/guarded-act.ts';
import { settleRoles, type RoleMove, type Settled } from '../rules/settle-roles.ts';

/** The role in force of a member with these roles of groups. */
export function moveOf(ground: Ground, subject: RoleSubject, groupRoles: RoleSubject['groupRoles']): RoleMove {
  return { subject, to: effectiveRole(ground.workspace.roles, subject.baseRole, groupRoles.map(({ role }) => role)) };
}

/** What a member has from groups once one of them gives `role`, or nothing. */
export function groupRolesWith({ groupRoles }: RoleSubject, groupId: string, role: RoleKey | undefined): RoleSubject['groupRoles'] {
  const others = groupRoles.filter((given) => given.groupId !== groupId);
  return role === undefined ? others : [...others, { groupId, role }];
}

/** Settles the moves together with owners whose demotion was withheld before and who are not among them. Asks for the exclusive lock. */
export function settled(ground: Ground, moves: readonly RoleMove[]): Settled {
  const { owners } = ground;
  if (owners === undefined) throw new Error('roles are settled without the exclusive lock');
  const moved = new Set(moves.map(({ subject }) => subject.id));
  const waiting = owners.filter(({ id }) => !moved.has(id)).map((owner) => moveOf(ground, owner, owner.groupRoles));
  const { roles, organization } = ground.workspace;
  return settleRoles([...moves, ...waiting], { owners, accountOwnerId: organization.accountOwnerId, roles });
}

/** What a change of roles is about: the members whom it touches, why, and who asks. */
export interface RoleStep {
  readonly subjects: readonly RoleSubject[];
  readonly cause: RoleCause;
  readonly actor: Actor | undefined;
}

/**
 * The events of what was settled. Only of the members whom the step is about a withheld demotion is news, and so is one that is not asked
 * for any more; anybody else who gets another role waited for it.
 */
export function roleEvents(ground: Ground, { done, withheld }: Settled, { subjects, cause, actor }: RoleStep): DomainEvent[] {
  const mentioned = new Set(subjects.map(({ id }) => id));
  const changed = done.map(({ subject, to }): DomainEvent => ({
    kind: 'effectiveRoleChanged',
    id: subject.id,
    from: subject.role,
    to,
    cause: mentioned.has(subject.id) ? cause : 'withheld',
    owns: isActiveOwner({ ...subject, role: to }),
  }));
  const { accountOwnerId } = ground.workspace.organization;
  const connectionId = actor?.kind === 'connection' ? actor.id : undefined;
  const news = withheld.filter(({ subject }) => mentioned.has(subject.id)).map(({ subject, to }): DomainEvent => ({
    kind: 'demotionWithheld',
    id: subject.id,
    from: subject.role,
    to,
    cause,
    rule: subject.accountId === accountOwnerId ? 'account-owner-protected' : 'last-owner',
    connectionId,
  }));
  const settledIds = new Set([...done, ...withheld].map(({ subject }) => subject.id));
  const dropped = subjects.filter((subject) => !settledIds.has(subject.id) && moveOf(ground, subject, subject.groupRoles).to !== subject.role);
  return [...changed, ...news, ...dropped.map(({ id }): DomainEvent => ({ kind: 'demotionDropped', id }))];
}
