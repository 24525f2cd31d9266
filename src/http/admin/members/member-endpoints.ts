// The members of the team: what a request asks, then a read or a command of the domain, then the member as the team sees it.
import type { Context } from 'hono';
import { changeMember } from '../../../domain/commands/change-member.ts';
import { changeRole } from '../../../domain/commands/change-role.ts';
import { removeMember } from '../../../domain/commands/remove-member.ts';
import type { MemberParts, MemberView } from '../../../domain/model/membership.ts';
import type { CommandStore, Reads, TeamReads } from '../../../domain/ports.ts';
import type { Outcome } from '../../../domain/refusals.ts';
import type { CursorSeal } from '../../../scim/cursor-seal.ts';
import { weakEtag } from '../../../scim/etag.ts';
import type { Filter } from '../../../scim/filter/ast.ts';
import type { Sort } from '../../../scim/sort.ts';
import { judgeRead, readPreconditions } from '../../preconditions.ts';
import type { CallEnv } from '../../request-frame.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson, answerNothing } from '../answer.ts';
import { expectedIn, idOf } from '../given.ts';
import { endpointAt, operation, type AdminEndpoint, type Operation, type Told } from '../operation.ts';
import { pageShape, readPaging } from '../paging.ts';
import { reasonFields } from '../shapes.ts';
import { listParameters, memberShape, roleFields } from './shapes.ts';
import { showMember } from './show-member.ts';

/** What the endpoints work with; bodies have at most `limitBytes`. */
export interface TeamContext {
  readonly store: CommandStore;
  readonly reads: Reads<Filter, Sort>;
  readonly team: TeamReads;
  readonly seal: CursorSeal;
  readonly limitBytes: number;
}

const parts: MemberParts = { groups: true, managerName: false, holds: true, team: true };
const members = `${adminPath}/team/members`;
const shown = { 200: { description: 'The member as it is now.', shape: memberShape } };
const what = { kind: 'member', hint: 'Look it up with ?q=.' };

/** The list, one member, and the acts on one. */
export function memberEndpoints(context: TeamContext): AdminEndpoint[] {
  return [
    endpointAt(members, { GET: list(context) }),
    endpointAt(`${members}/:id`, { GET: read(context), PATCH: patch(context), DELETE: remove(context) }),
    endpointAt(`${members}/:id/deactivate`, { POST: assertActive(context, false) }),
    endpointAt(`${members}/:id/reactivate`, { POST: assertActive(context, true) }),
  ];
}

function about(id: string, summary: string, answers: Told['answers'], problems: Told['problems'] = []): Told {
  return { id, tag: 'Members', summary, answers, problems };
}

function list({ team, seal }: TeamContext): Operation {
  const told = about('listMembers', 'List the members', { 200: { description: 'One page of the members.', shape: pageShape(memberShape) } }, ['invalidCursor', 'expiredCursor']);
  return operation({ ...told, query: listParameters }, async ({ c, call, query }) => {
    const { q: search, status, role, group: groupId, managed, hideDeactivated, sort } = query;
    const paging = readPaging(c, seal, query, ['team/members', search, status, role, groupId, managed, hideDeactivated, sort.order, sort.descending]);
    const found = await team.members(call, { search, status, role, groupId, managed, hideDeactivated, ...sort, ...paging.cut }, parts);
    return found.ok ? paging.answer(found.value, showMember) : c.get('fail')(found.refusal);
  });
}

function read({ reads }: TeamContext): Operation {
  return operation({ ...about('readMember', 'Read one member', shown, ['not-found']), before: ([id]) => idOf(what, id) }, async ({ c, call, ids: [id] }) => {
    const found = await reads.member(call, idOf(what, id), parts);
    const conditions = readPreconditions(c.req.raw.headers);
    if (!found.ok || conditions === undefined) return answer(c, found);
    const etag = weakEtag(found.value.version);
    const verdict = judgeRead(conditions, etag);
    if (verdict === 'unchanged') return new Response(null, { status: 304, headers: { ETag: etag } });
    return verdict === undefined ? answer(c, found) : c.get('fail')(verdict);
  });
}

function patch({ store, limitBytes }: TeamContext): Operation {
  const told = about('changeRole', 'Give a member another role', shown, ['role-not-manageable', 'last-owner', 'account-owner-protected', 'version-mismatch']);
  return operation({ ...told, before: ([id]) => idOf(what, id), body: { shape: roleFields, limitBytes } }, async ({ c, call, ids: [id], body: { role } }) =>
    answer(c, await changeRole(store, call, idOf(what, id), role, { expected: expectedIn(c), parts })),
  );
}

function remove({ store, limitBytes }: TeamContext): Operation {
  const told = about('removeMember', 'Remove a member from the workspace', { 204: { description: 'The member is removed.' } }, ['self-removal', 'last-owner', 'account-owner-protected', 'role-not-manageable']);
  return operation({ ...told, before: ([id]) => idOf(what, id), body: { shape: reasonFields, limitBytes } }, async ({ c, call, ids: [id], body: { reason } }) => {
    const done = await removeMember(store, call, idOf(what, id), { reason, expected: expectedIn(c) });
    return done.ok ? answerNothing() : c.get('fail')(done.refusal);
  });
}

function assertActive({ store, limitBytes }: TeamContext, active: boolean): Operation {
  const told = active
    ? about('reactivateMember', 'Lift the hold of the admins', shown, ['seat-limit-reached'])
    : about('deactivateMember', 'Place the hold of the admins: no access from the next request on', shown, ['self-removal', 'last-owner', 'account-owner-protected']);
  return operation({ ...told, before: ([id]) => idOf(what, id), body: { shape: reasonFields, limitBytes } }, async ({ c, call, ids: [id], body: { reason } }) => {
    const change = { id: idOf(what, id), endsAccess: !active, restoresAccess: active, reason, expected: expectedIn(c), parts };
    return answer(c, await changeMember(store, call, { ...change, revise: (particulars) => ({ particulars, fields: [], active }) }));
  });
}

function answer(c: Context<CallEnv>, done: Outcome<MemberView | undefined>): Response {
  if (!done.ok) return c.get('fail')(done.refusal);
  if (done.value === undefined) throw new Error('a changed member has no view');
  return answerJson(showMember(done.value), { ETag: weakEtag(done.value.version) });
}
