// Creates, changes and removes groups; members change as deltas under the group's row lock.
import type { Actor, Call } from '../model/caller.ts';
import type { Group, GroupMember, GroupParticulars, GroupView, MemberStep } from '../model/group.ts';
import type { AuditAction } from '../changes.ts';
import type { CommandStore, Decision, GroupGround } from '../ports.ts';
import { refuse, refuseAll, succeed, type Outcome } from '../refusals.ts';
import { mayDo, permissionDenied } from '../rules/authority.ts';
import { checkVersion, type Expected } from '../rules/precondition.ts';
import { composeMemberSteps } from './compose-member-steps.ts';
import { commit, decideAs, deny } from './decide.ts';
import { pushRoles, removalRoles } from './push-roles.ts';
import { plainLocks, runCommand, type Taken } from './run-command.ts';
import { uniqueValueTaken } from './taken-by.ts';

/** A change as computed from the current state; `fields` names what differs. */
export interface GroupRevision {
  readonly particulars: GroupParticulars;
  readonly fields: readonly string[];
}

/** A change to one group. `revise` must be pure and may throw to give the command up; `members` asks for them in the view. */
export interface GroupChange {
  readonly id: string;
  readonly revise: (current: Group, actor: Actor) => GroupRevision;
  readonly steps: readonly MemberStep[];
  readonly expected?: Expected;
  readonly members: boolean;
}

/** Creates a group. Refuses `permission-denied`, `duplicate`, and `invalid-value` for member ids that do not exist. */
export async function createGroup(
  store: CommandStore,
  call: Call,
  input: { readonly particulars: GroupParticulars; readonly memberIds: readonly string[]; readonly members: boolean },
): Promise<Outcome<GroupView>> {
  const { particulars } = input;
  const steps: MemberStep[] = input.memberIds.length === 0 ? [] : [{ kind: 'add', ids: input.memberIds }];
  const done = await runCommand(store, call, plainLocks, takenBy(() => particulars), async (held) =>
    await store.onGroup(call, held, undefined, steps, (ground) => asWriter(ground, 'group_create', (actor) => {
      const members = existingMembers(ground, actor, new Set(input.memberIds));
      if (!members.ok) return deny(actor, members.refusal, 'group_create', undefined);
      const id = ground.newId();
      return commit(ground, actor, [{ kind: 'groupCreated', id, particulars, ...members.value }], undefined, { kind: 'group', id, members: input.members });
    })),
  );
  return done.ok ? viewOf(done.value.views.group) : done;
}

/** Changes a group. Refuses `permission-denied`, `role-not-manageable` of a group that gives a role, `duplicate`, `not-found`, `version-mismatch`, and `invalid-value` for member ids that do not exist. */
export async function changeGroup(store: CommandStore, call: Call, change: GroupChange): Promise<Outcome<GroupView>> {
  let wanted: GroupParticulars | undefined;
  const done = await runCommand(store, call, plainLocks, takenBy(() => wanted), async (held) =>
    await store.onGroup(call, held, change.id, change.steps, (ground) => asWriter(ground, 'group_update', (actor) => {
      if (ground.group === undefined) return groupNotFound(change.id);
      const stale = checkVersion(ground.group.version, change.expected);
      if (stale !== undefined) return stale;
      const { particulars, fields } = change.revise(ground.group, actor);
      wanted = particulars;
      const { added, removed } = composeMemberSteps(change.steps, ground.present, ground.matched);
      const members = existingMembers(ground, actor, added);
      if (!members.ok) return deny(actor, members.refusal, 'group_update', change.id);
      const relinked = particulars.externalId !== ground.group.externalId;
      const changed = fields.length > 0 || relinked;
      const pushed = pushRoles(ground, actor, { added, removed });
      if (pushed.kind !== 'events') return pushed;
      const event = { kind: 'groupChanged' as const, id: change.id, particulars: changed ? particulars : undefined, fields, relinked, added: members.value.members, removed, skipped: members.value.skipped };
      const same = !changed && members.value.members.length === 0 && removed.length === 0;
      return commit(ground, actor, same ? [] : [event, ...pushed.events], undefined, { kind: 'group', id: change.id, members: change.members });
    })),
  );
  return done.ok ? viewOf(done.value.views.group) : done;
}

/** Removes a group; its members stay. Refuses `permission-denied`, `not-found` and `version-mismatch`. */
export async function removeGroup(store: CommandStore, call: Call, id: string, expected?: Expected): Promise<Outcome<undefined>> {
  const done = await runCommand(store, call, plainLocks, () => '', async (held) =>
    await store.onGroup(call, held, id, [], (ground) => asWriter(ground, 'group_delete', (actor) => {
      if (ground.group === undefined) return groupNotFound(id);
      const stale = checkVersion(ground.group.version, expected);
      if (stale !== undefined) return stale;
      const pushed = removalRoles(ground, actor);
      return pushed.kind === 'events' ? commit(ground, actor, [{ kind: 'groupRemoved', id }, ...pushed.events], undefined) : pushed;
    })),
  );
  return done.ok ? succeed(undefined) : done;
}

function asWriter(ground: GroupGround, action: AuditAction, decide: (actor: Actor) => Decision<undefined>): Decision<undefined> {
  return decideAs(ground, (actor) =>
    mayDo(actor, 'groups.write') ? decide(actor) : deny(actor, refuseAll([permissionDenied('groups.write')]), action, ground.group?.id),
  );
}

/** `ids` names each once. A connection whose policy says so goes on without those that do not exist. */
function existingMembers(ground: GroupGround, actor: Actor, ids: Iterable<string>): Outcome<{ readonly members: GroupMember[]; readonly skipped: readonly string[] }> {
  const members: GroupMember[] = [];
  const unknown: string[] = [];
  for (const id of ids) {
    const type = ground.existing.get(id);
    if (type === undefined) unknown.push(id);
    else members.push({ id, type });
  }
  if (unknown.length === 0 || (actor.kind === 'connection' && actor.policy.unknownMembers === 'skip')) return succeed({ members, skipped: unknown });
  const shown = unknown.slice(0, 10).join(', ');
  const more = unknown.length > 10 ? ` and ${unknown.length - 10} more` : '';
  return { ok: false, refusal: refuse('invalid-value', `No user or group has the id ${shown}${more}. Create the members first, then add them. Nothing was changed.`) };
}

function groupNotFound(id: string): Decision<never> {
  return { kind: 'refuse', refusal: refuse('not-found', `There is no group ${id} in this workspace. It may have been deleted: look it up by displayName.`) };
}

function viewOf(view: GroupView | undefined): Outcome<GroupView> {
  if (view === undefined) throw new Error('a written group has no view');
  return succeed(view);
}

function takenBy(wanted: () => GroupParticulars | undefined): Taken {
  return (on) => {
    if (on === 'uniqueValue') return uniqueValueTaken('group', wanted()?.keys);
    return on === 'externalId'
      ? `The externalId "${wanted()?.externalId ?? ''}" belongs to another group of this connection. Match groups by externalId before creating them.`
      : `The displayName "${wanted()?.displayName ?? ''}" belongs to another group of this workspace (compared without case). Choose another name or match the group.`;
  };
}
