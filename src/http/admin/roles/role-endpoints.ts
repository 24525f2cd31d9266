// The roles of the workspace: built-in ones to look at, its own to make, change and delete.
import type { Context } from 'hono';
import { changeRoleDefinition, createRole, deleteRole } from '../../../domain/commands/define-role.ts';
import type { Call } from '../../../domain/model/caller.ts';
import { isRoleKey, type RoleKey } from '../../../domain/model/role.ts';
import type { CommandStore } from '../../../domain/ports.ts';
import type { Outcome } from '../../../domain/refusals.ts';
import type { RoleReads, RoleView } from '../../../domain/role-ports.ts';
import { ScimError } from '../../../scim/errors.ts';
import { weakEtag } from '../../../scim/etag.ts';
import { judgeRead, readPreconditions } from '../../preconditions.ts';
import type { CallEnv } from '../../request-frame.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson, answerNothing } from '../answer.ts';
import { expectedIn } from '../given.ts';
import { endpointAt, operation, type AdminEndpoint, type Operation, type Told } from '../operation.ts';
import { newRoleFields, roleFields, roleShape, rolesShape } from './shapes.ts';

/** What the endpoints work with. */
export interface RoleContext {
  readonly store: CommandStore;
  readonly roles: RoleReads;
  readonly limitBytes: number;
}

const roles = `${adminPath}/team/roles`;

/** The list, and one role. */
export function roleEndpoints(context: RoleContext): AdminEndpoint[] {
  return [
    endpointAt(roles, { GET: list(context), POST: create(context) }),
    endpointAt(`${roles}/:key`, { GET: read(context), PATCH: change(context), DELETE: remove(context) }),
  ];
}

function about(id: string, summary: string, answers: Told['answers'], problems: Told['problems'] = []): Told {
  return { id, tag: 'Roles', summary, answers, problems };
}

function list({ roles: reads }: RoleContext): Operation {
  return operation(about('listRoles', 'List the roles, strongest first', { 200: { description: 'All roles of the workspace.', shape: rolesShape } }, ['permission-denied']), async ({ c, call }) => {
    const found = await reads.roles(call);
    return found.ok ? answerJson({ items: found.value.map(showRole) }) : c.get('fail')(found.refusal);
  });
}

function create({ store, roles: reads, limitBytes }: RoleContext): Operation {
  const told = about('createRole', 'Create a role', { 201: { description: 'The new role.', shape: roleShape } }, ['duplicate', 'role-not-manageable', 'permission-denied']);
  return operation({ ...told, body: { shape: newRoleFields, limitBytes } }, async ({ c, call, body }) => {
    const done = await createRole(store, call, body);
    return done.ok ? await shown(c, reads, call, body.key, 201) : c.get('fail')(done.refusal);
  });
}

function read({ roles: reads }: RoleContext): Operation {
  const told = about('readRole', 'Read one role', { 200: { description: 'The role.', shape: roleShape } }, ['not-found', 'permission-denied']);
  return operation({ ...told, before: ([key]) => keyOf(key) }, async ({ c, call, ids: [key] }) => {
    const found = await reads.role(call, keyOf(key));
    const conditions = readPreconditions(c.req.raw.headers);
    if (!found.ok || found.value.version === undefined || conditions === undefined) return answer(c, found);
    const etag = weakEtag(found.value.version);
    const verdict = judgeRead(conditions, etag);
    if (verdict === 'unchanged') return new Response(null, { status: 304, headers: { ETag: etag } });
    return verdict === undefined ? answer(c, found) : c.get('fail')(verdict);
  });
}

function change({ store, roles: reads, limitBytes }: RoleContext): Operation {
  const told = about('changeRoleDefinition', 'Change a role for everybody who has it', { 200: { description: 'The role as it is now.', shape: roleShape } }, ['not-found', 'role-not-manageable', 'version-mismatch']);
  return operation({ ...told, before: ([key]) => keyOf(key), body: { shape: roleFields, limitBytes } }, async ({ c, call, ids: [key], body }) => {
    const done = await changeRoleDefinition(store, call, keyOf(key), body, expectedIn(c));
    return done.ok ? await shown(c, reads, call, done.value.key, 200) : c.get('fail')(done.refusal);
  });
}

function remove({ store }: RoleContext): Operation {
  const told = about('deleteRole', 'Delete a role that nobody has', { 204: { description: 'The role is deleted.' } }, ['not-found', 'role-in-use', 'role-not-manageable', 'version-mismatch']);
  return operation({ ...told, before: ([key]) => keyOf(key) }, async ({ c, call, ids: [key] }) => {
    const done = await deleteRole(store, call, keyOf(key), expectedIn(c));
    return done.ok ? answerNothing() : c.get('fail')(done.refusal);
  });
}

/** Thrown, not answered, when it can be no key: whether the credential still holds is asked first then. */
function keyOf(text = ''): RoleKey {
  if (isRoleKey(text)) return text;
  throw new ScimError(404, undefined, 'There is no such role in this workspace: keys have small letters, digits and hyphens. List the roles.');
}

async function shown(c: Context<CallEnv>, reads: RoleReads, call: Call, key: RoleKey, status: number): Promise<Response> {
  return answer(c, await reads.role(call, key), status);
}

function answer(c: Context<CallEnv>, found: Outcome<RoleView>, status = 200): Response {
  if (!found.ok) return c.get('fail')(found.refusal);
  const { version } = found.value;
  return answerJson(showRole(found.value), version === undefined ? {} : { ETag: weakEtag(version) }, status);
}

function showRole({ key, name, rank, permissions, members, groups, version }: RoleView): object {
  return { key, name, rank, permissions: [...permissions].toSorted(), builtIn: version === undefined, members, groups, version: version ?? null };
}
