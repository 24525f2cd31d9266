// Lets a group give a role to its direct members, or no role any more; what it would do is what it does.
import type { DomainEvent } from '../events.ts';
import type { Actor, Call } from '../model/caller.ts';
import type { RoleKey } from '../model/role.ts';
import type { CommandStore, Decision, GroupGround, Locks } from '../ports.ts';
import { refuse, refuseAll, succeed, type Blocker, type Outcome } from '../refusals.ts';
import { mayDo, mayGrant, outranks, permissionDenied, roleAbove, roleUnknown } from '../rules/authority.ts';
import type { RoleMove } from '../rules/settle-roles.ts';
import { commit, decideAs, deny } from './decide.ts';
import { groupRolesWith, moveOf, roleEvents, settled } from './role-moves.ts';
import { runCommand } from './run-command.ts';

/** What becomes of one member. A demotion is `withheld` while it would take the last active owner or lower the account owner. */
export interface RoleOutcome {
  readonly id: string;
  readonly userName: string;
  readonly from: RoleKey;
  readonly to: RoleKey;
  readonly outcome: 'changed' | 'withheld';
}

/** What a group gives afterwards, and what that does to whom. */
export interface GroupRoleSet {
  readonly groupId: string;
  readonly displayName: string;
  readonly role: RoleKey | undefined;
  readonly members: readonly RoleOutcome[];
}

const locks: Locks = { organization: 'shared', workspace: 'exclusive', account: false };
const permission = 'members.role';

/**
 * Sets the role of a group, or takes it away with undefined. Refuses `not-found`, `permission-denied`, `invalid-value` for a role that does
 * not exist, and `role-not-manageable` with a blocker for each member whom the actor could not give or take the role.
 */
export async function setGroupRole(store: CommandStore, call: Call, groupId: string, role: RoleKey | undefined): Promise<Outcome<GroupRoleSet>> {
  const done = await runCommand(store, call, locks, () => '', async (held) =>
    await store.onGroup(call, held, groupId, [], (ground) => decideAs(ground, (actor) => decideGroupRole(ground, actor, groupId, role))),
  );
  return done.ok ? succeed(done.value.result) : done;
}

function decideGroupRole(ground: GroupGround, actor: Actor, groupId: string, role: RoleKey | undefined): Decision<GroupRoleSet> {
  const action = role === undefined ? 'group_role_unset' : 'group_role_set';
  const { group, role: now, subjects } = ground;
  const { roles } = ground.workspace;
  if (!mayDo(actor, permission)) return deny(actor, refuseAll([permissionDenied(permission)]), action, group?.id);
  if (group === undefined) return { kind: 'refuse', refusal: refuse('not-found', `There is no group ${groupId} in this workspace. It may have been deleted: look it up by displayName.`) };
  if (role !== undefined && !roles.has(role)) return { kind: 'refuse', refusal: refuseAll([roleUnknown(role)]) };
  const out = role !== undefined && !mayGrant(actor, role, roles) ? role : now !== undefined && !outranks(actor, now) ? now : undefined;
  const moves = [...subjects.values()].map((subject) => moveOf(ground, subject, groupRolesWith(subject, groupId, role)));
  const blockers = [...(out === undefined ? [] : [outOfReach(out)]), ...moves.flatMap((move) => unreachable(actor, move))];
  if (blockers.length > 0) return deny(actor, refuseAll(blockers), action, groupId);
  const result = settled(ground, moves);
  const changed: DomainEvent | undefined = eventOf(groupId, now, role);
  const events = changed === undefined ? [] : [changed, ...roleEvents(ground, result, { subjects: [...subjects.values()], cause: 'mapping', actor })];
  const told = ({ subject, to }: RoleMove, outcome: RoleOutcome['outcome']): RoleOutcome => ({ id: subject.id, userName: subject.userName, from: subject.role, to, outcome });
  const members = changed === undefined ? [] : [...result.done.map((move) => told(move, 'changed')), ...result.withheld.map((move) => told(move, 'withheld'))];
  return commit(ground, actor, events, { groupId, displayName: group.displayName, role, members: members.toSorted((one, other) => (one.id < other.id ? -1 : 1)) });
}

function eventOf(groupId: string, from: RoleKey | undefined, to: RoleKey | undefined): DomainEvent | undefined {
  if (from === to) return undefined;
  if (to !== undefined) return { kind: 'mappingSet', groupId, from, to };
  return from === undefined ? undefined : { kind: 'mappingUnset', groupId, from };
}

function outOfReach(role: RoleKey): Blocker {
  return { rule: 'role-not-manageable', detail: `The role ${role} ranks above yours or allows what yours does not. Ask an owner.`, memberId: undefined };
}

/** Whose role changes must be in reach, as if it were given or taken directly. */
function unreachable(actor: Actor, { subject, to }: RoleMove): Blocker[] {
  if (subject.role === to) return [];
  const above = [subject.role, to].find((key) => !outranks(actor, key));
  return above === undefined ? [] : [roleAbove(subject, above)];
}
