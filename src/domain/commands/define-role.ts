// Creates, changes and deletes the roles that a workspace makes for itself; nobody makes a role that goes beyond their own.
import type { DomainEvent } from '../events.ts';
import type { Actor, Call } from '../model/caller.ts';
import { customRanks, roleIn, type Permission, type Role, type RoleKey } from '../model/role.ts';
import type { CommandStore, Decision, Ground, Locks } from '../ports.ts';
import type { Loads } from '../loads.ts';
import type { AuditAction } from '../changes.ts';
import { refuse, refuseAll, succeed, type Outcome, type Refusal } from '../refusals.ts';
import { isWithin, mayDo, permissionDenied } from '../rules/authority.ts';
import { checkVersion, type Expected } from '../rules/precondition.ts';
import { commit, decideAs, deny } from './decide.ts';
import { moveOf, roleEvents, settled } from './role-moves.ts';
import { runCommand } from './run-command.ts';

/** Custom roles that a workspace has at most: all of them are read with every command. */
const mostRoles = 50;

/** Holders that a refusal names at most. */
const mostNamed = 10;

/** What a role is to be; undefined leaves it as it is. */
export interface RoleDefinition {
  readonly name?: string | undefined;
  readonly rank?: number | undefined;
  readonly permissions?: readonly Permission[] | undefined;
}

/** The owners may change with the rank of a role that groups give. */
const locks: Locks = { organization: 'shared', workspace: 'exclusive', account: false };

type Holders = Loads['roleHolders']['found'];

/** Creates a role. Refuses `permission-denied`, `role-not-manageable` for more than the actor has itself, `duplicate`, and `invalid-value` for one role too many. */
export async function createRole(store: CommandStore, call: Call, given: Required<{ readonly [K in keyof RoleDefinition]: NonNullable<RoleDefinition[K]> }> & { readonly key: RoleKey }): Promise<Outcome<Role>> {
  return await onRole(store, call, given.key, 'role_create', (ground, actor) => {
    const { roles } = ground.workspace;
    const role: Role = { key: given.key, name: given.name, rank: given.rank, permissions: new Set(given.permissions), version: 1 };
    if (roles.has(role.key)) return { kind: 'refuse', refusal: refuse('duplicate', `The role "${role.key}" exists already. Choose another key.`) };
    if ([...roles.values()].filter(({ version }) => version !== undefined).length >= mostRoles) {
      return { kind: 'refuse', refusal: refuse('invalid-value', `A workspace has at most ${mostRoles} roles of its own. Delete one that nobody has.`) };
    }
    const beyond = beyondReach(actor, role);
    return beyond === undefined ? commit(ground, actor, [{ kind: 'roleCreated', role }], role) : deny(actor, beyond, 'role_create', undefined);
  });
}

/**
 * Changes a role for everybody who has it; a member whom its new rank makes another role effective gets that one. Refuses `not-found`,
 * `permission-denied`, `version-mismatch`, `role-not-manageable` where the role was or would be beyond the actor's own, and `invalid-value` for a built-in role.
 */
export async function changeRoleDefinition(store: CommandStore, call: Call, key: RoleKey, change: RoleDefinition, expected?: Expected): Promise<Outcome<Role>> {
  return await onRole(store, call, key, 'role_update', (ground, actor, { subjects }) => {
    const found = customRole(ground, key, expected);
    if (!found.ok) return { kind: 'refuse', refusal: found.refusal };
    const before = found.value;
    const after: Role = { ...before, name: change.name ?? before.name, rank: change.rank ?? before.rank, permissions: change.permissions === undefined ? before.permissions : new Set(change.permissions) };
    const beyond = beyondReach(actor, before) ?? beyondReach(actor, after);
    if (beyond !== undefined) return deny(actor, beyond, 'role_update', undefined);
    const fields = [
      ...(after.name === before.name ? [] : ['name']),
      ...(after.rank === before.rank ? [] : ['rank']),
      ...(sameSet(after.permissions, before.permissions) ? [] : ['permissions']),
    ];
    if (fields.length === 0) return commit(ground, actor, [], before);
    const then: Ground = { ...ground, workspace: { ...ground.workspace, roles: new Map([...ground.workspace.roles, [key, after]]) } };
    const moves = subjects.map((subject) => moveOf(then, subject, subject.groupRoles));
    const events: DomainEvent[] = [{ kind: 'roleDefined', role: after, fields }, ...roleEvents(ground, settled(then, moves), { subjects, cause: 'role', actor })];
    return commit(ground, actor, events, { ...after, version: (before.version ?? 0) + 1 });
  });
}

/** Deletes a role that nobody has and no group gives. Refuses `not-found`, `permission-denied`, `version-mismatch`, `role-not-manageable`, `role-in-use` and `invalid-value` for a built-in role. */
export async function deleteRole(store: CommandStore, call: Call, key: RoleKey, expected?: Expected): Promise<Outcome<undefined>> {
  const done = await onRole<Role | undefined>(store, call, key, 'role_delete', (ground, actor, holders) => {
    const found = customRole(ground, key, expected);
    if (!found.ok) return { kind: 'refuse', refusal: found.refusal };
    const refusal = beyondReach(actor, found.value) ?? inUse(key, holders);
    return refusal === undefined ? commit(ground, actor, [{ kind: 'roleDeleted', key }], undefined) : deny(actor, refusal, 'role_delete', undefined);
  });
  return done.ok ? succeed(undefined) : done;
}

async function onRole<R>(store: CommandStore, call: Call, key: RoleKey, action: AuditAction, decide: (ground: Ground, actor: Actor, holders: Holders) => Decision<R>): Promise<Outcome<R>> {
  const done = await runCommand(store, call, locks, () => '', async (held) =>
    await store.onRecord(call, held, { of: 'roleHolders', ask: key }, (ground, holders) =>
      decideAs(ground, (actor) => (mayDo(actor, 'members.role') ? decide(ground, actor, holders) : deny(actor, refuseAll([permissionDenied('members.role')]), action, undefined))),
    ),
  );
  return done.ok ? succeed(done.value.result) : done;
}

function sameSet<T>(one: ReadonlySet<T>, other: ReadonlySet<T>): boolean {
  return one.size === other.size && [...one].every((value) => other.has(value));
}

function customRole({ workspace }: Ground, key: RoleKey, expected: Expected): Outcome<Role> {
  const role = workspace.roles.get(key);
  if (role === undefined) return { ok: false, refusal: roleNotFound(key) };
  if (role.version === undefined) return { ok: false, refusal: refuse('invalid-value', `The role ${key} is built in and stays as it is. Create a role of your own.`) };
  const stale = checkVersion(role.version, expected);
  return stale === undefined ? succeed(role) : { ok: false, refusal: stale.refusal };
}

/** The refusal of a role that is not there. */
export function roleNotFound(key: RoleKey): Refusal {
  return refuse('not-found', `There is no role "${key}" in this workspace. List the roles.`);
}

function beyondReach(actor: Actor, role: Role): Refusal | undefined {
  if (role.rank < customRanks.lowest || role.rank > customRanks.highest) {
    return refuse('invalid-value', `The rank of a role is a number from ${customRanks.lowest} to ${customRanks.highest}.`);
  }
  if (actor.kind !== 'person' || isWithin(role, roleIn(actor.roles, actor.role))) return undefined;
  return refuse('role-not-manageable', `The role ${role.key} ranks above yours or allows what yours does not. Ask an owner.`);
}

function inUse(key: RoleKey, { subjects, groups }: Holders): Refusal | undefined {
  const holders = subjects.filter(({ baseRole, role }) => baseRole === key || role === key);
  if (holders.length === 0 && groups.length === 0) return undefined;
  const names = holders.slice(0, mostNamed).map(({ userName }) => userName);
  const more = holders.length > names.length ? ` and ${holders.length - names.length} more` : '';
  const parts = [...(names.length === 0 ? [] : [`${names.join(', ')}${more} ${holders.length === 1 ? 'has' : 'have'} it`]), ...groups.slice(0, mostNamed).map(({ displayName }) => `the group "${displayName}" gives it`)];
  const detail = `The role ${key} is in use: ${parts.join('; ')}. Give these another role, then delete it.`;
  return refuseAll(holders.length === 0 ? [{ rule: 'role-in-use', detail, memberId: undefined }] : holders.map(({ id }) => ({ rule: 'role-in-use', detail, memberId: id })));
}
