// Groups as the team sees them, and the roles that they give.
import { setGroupRole } from '../../../domain/commands/set-group-role.ts';
import type { CommandStore } from '../../../domain/ports.ts';
import type { RoleReads, TeamGroup } from '../../../domain/role-ports.ts';
import type { CursorSeal } from '../../../scim/cursor-seal.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson } from '../answer.ts';
import { idOf } from '../given.ts';
import { endpointAt, operation, type AdminEndpoint, type Operation, type Told } from '../operation.ts';
import { pageShape, readPaging } from '../paging.ts';
import { dryRunParameter, groupParameters, groupRoleFields, groupRoleShape, groupShape } from './shapes.ts';

/** What the endpoints work with. */
export interface GroupContext {
  readonly store: CommandStore;
  readonly roles: RoleReads;
  readonly seal: CursorSeal;
  readonly limitBytes: number;
}

const groups = `${adminPath}/team/groups`;
const what = { kind: 'group', hint: 'Look it up with ?q=.' };

/** The list, one group, and the role that it gives. */
export function groupEndpoints(context: GroupContext): AdminEndpoint[] {
  return [
    endpointAt(groups, { GET: list(context) }),
    endpointAt(`${groups}/:id`, { GET: read(context) }),
    endpointAt(`${groups}/:id/role`, { PUT: put(context), DELETE: unset(context) }),
  ];
}

function about(id: string, summary: string, answers: Told['answers'], problems: Told['problems'] = []): Told {
  return { id, tag: 'Groups', summary, answers, problems };
}

function list({ roles, seal }: GroupContext): Operation {
  const told = about('listGroups', 'List the groups by name', { 200: { description: 'One page of the groups.', shape: pageShape(groupShape) } }, ['permission-denied', 'invalidCursor', 'expiredCursor']);
  return operation({ ...told, query: groupParameters }, async ({ c, call, query }) => {
    const { q: search, mapped, sort } = query;
    const paging = readPaging(c, seal, query, ['team/groups', search, mapped, sort]);
    const found = await roles.groups(call, { search, mapped, descending: sort === '-name', ...paging.cut });
    return found.ok ? paging.answer(found.value, showGroup) : c.get('fail')(found.refusal);
  });
}

function read({ roles }: GroupContext): Operation {
  const told = about('readGroup', 'Read one group', { 200: { description: 'The group.', shape: groupShape } }, ['not-found', 'permission-denied']);
  return operation({ ...told, before: ([id]) => idOf(what, id) }, async ({ c, call, ids: [id] }) => {
    const found = await roles.group(call, idOf(what, id));
    return found.ok ? answerJson(showGroup(found.value)) : c.get('fail')(found.refusal);
  });
}

const answers = { 200: { description: 'Whose role in force changes, and whose demotion is withheld.', shape: groupRoleShape } };

function put(context: GroupContext): Operation {
  const told = about('setGroupRole', 'Let a group give a role to its direct members', answers, ['not-found', 'role-not-manageable', 'permission-denied']);
  return operation({ ...told, query: dryRunParameter, before: ([id]) => idOf(what, id), body: { shape: groupRoleFields, limitBytes: context.limitBytes } }, async (asked) => await set(context, asked, asked.body.role));
}

function unset(context: GroupContext): Operation {
  const told = about('unsetGroupRole', 'Let a group give no role any more', answers, ['not-found', 'role-not-manageable', 'permission-denied']);
  return operation({ ...told, query: dryRunParameter, before: ([id]) => idOf(what, id) }, async (asked) => await set(context, asked, undefined));
}

type Asked = Pick<Parameters<Parameters<typeof operation<typeof dryRunParameter>>[1]>[0], 'c' | 'call' | 'ids' | 'query'>;

async function set({ store }: GroupContext, { c, call, ids: [id], query: { dryRun } }: Asked, role: string | undefined): Promise<Response> {
  const done = await setGroupRole(store, { ...call, rehearsal: dryRun }, idOf(what, id), role);
  if (!done.ok) return c.get('fail')(done.refusal);
  const { groupId, displayName, members } = done.value;
  return answerJson({ dryRun, group: { id: groupId, name: displayName }, role: role ?? null, members });
}

function showGroup({ id, displayName, memberCount, role, createdAt, updatedAt }: TeamGroup): object {
  return { id, name: displayName, memberCount, role: role ?? null, createdAt, updatedAt };
}
