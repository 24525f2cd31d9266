// The members of the team: what a request asks, then a read or a command of the domain, then the member as the team sees it.
import type { Context } from 'hono';
import { z } from 'zod';
import { changeMember, type MemberChange } from '../../../domain/commands/change-member.ts';
import { changeRole } from '../../../domain/commands/change-role.ts';
import { removeMember } from '../../../domain/commands/remove-member.ts';
import type { MemberParts, MemberView } from '../../../domain/model/membership.ts';
import type { Reads, TeamReads } from '../../../domain/ports.ts';
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
import { book, type ScheduleContext } from '../schedules/schedule-endpoints.ts';
import { scheduleShape } from '../schedules/shapes.ts';
import { actOnMembers, actParameters, type Act } from './act-on-members.ts';
import { batchEndpoints } from './batch-endpoints.ts';
import { exportEndpoint } from './export-endpoint.ts';
import { previewShape } from './preview-shape.ts';
import { restoreEndpoint, type RestoreContext } from './restore-endpoint.ts';
import { deactivationFields, filterOf, listParameters, memberShape, reactivationFields, removalFields, roleFields } from './shapes.ts';
import { showMember } from './show-member.ts';

/** What the endpoints work with; bodies have at most `limitBytes`. */
export interface TeamContext extends RestoreContext, Pick<ScheduleContext, 'schedules'> {
  readonly reads: Reads<Filter, Sort>;
  readonly team: TeamReads;
  readonly seal: CursorSeal;
  readonly limitBytes: number;
}

const parts: MemberParts = { groups: true, managerName: false, holds: true, team: true };
const allParts: MemberParts = { ...parts, holdDetails: true };
const members = `${adminPath}/team/members`;
const shown = { 200: { description: 'The member as it is now.', shape: memberShape } };
const changed = { 200: { description: 'The member as it is now, or the preview that was asked for.', shape: z.union([memberShape, previewShape(memberShape)]) } };
const booked = { ...changed, 202: { description: 'The deactivation that is booked for the day.', shape: scheduleShape } };
const removed = {
  200: { description: 'The preview that was asked for.', shape: previewShape(z.null()) },
  204: { description: 'The member is removed.' },
};
const what = { kind: 'member', hint: 'Look it up with ?q=.' };

/** The list, one member, and the acts on one. */
export function memberEndpoints(context: TeamContext): AdminEndpoint[] {
  return [
    endpointAt(members, { GET: list(context) }),
    endpointAt(`${members}/:id`, { GET: read(context), PATCH: patch(context), DELETE: remove(context) }),
    exportEndpoint(context, parts),
    ...batchEndpoints(context),
    restoreEndpoint(context, allParts),
    endpointAt(`${members}/:id/deactivate`, { POST: deactivate(context) }),
    endpointAt(`${members}/:id/reactivate`, { POST: reactivate(context) }),
  ];
}

function about(id: string, summary: string, answers: Told['answers'], problems: Told['problems'] = []): Told {
  return { id, tag: 'Members', summary, answers, problems };
}

function list({ team, seal }: TeamContext): Operation {
  const told = about('listMembers', 'List the members', { 200: { description: 'One page of the members.', shape: pageShape(memberShape) } }, ['invalidCursor', 'expiredCursor']);
  return operation({ ...told, query: listParameters }, async ({ c, call, query }) => {
    const { sort } = query;
    const filter = filterOf(query);
    const paging = readPaging(c, seal, query, ['team/members', JSON.stringify(filter), sort.order, sort.descending]);
    const found = await team.members(call, { ...filter, ...sort, ...paging.cut }, parts);
    return found.ok ? paging.answer(found.value, showMember) : c.get('fail')(found.refusal);
  });
}

function read({ reads }: TeamContext): Operation {
  return operation({ ...about('readMember', 'Read one member', shown, ['not-found']), before: ([id]) => idOf(what, id) }, async ({ c, call, ids: [id] }) => {
    const found = await reads.member(call, idOf(what, id), allParts);
    const conditions = readPreconditions(c.req.raw.headers);
    if (!found.ok || conditions === undefined) return answer(c, found);
    const etag = weakEtag(found.value.version);
    const verdict = judgeRead(conditions, etag);
    if (verdict === 'unchanged') return new Response(null, { status: 304, headers: { ETag: etag } });
    return verdict === undefined ? answer(c, found) : c.get('fail')(verdict);
  });
}

function patch(context: TeamContext): Operation {
  const told = about('changeRole', 'Give a member another role', changed, ['role-not-manageable', 'last-owner', 'account-owner-protected', 'version-mismatch', 'preview-stale']);
  const body = { shape: roleFields, limitBytes: context.limitBytes };
  return operation({ ...told, before: ([id]) => idOf(what, id), query: actParameters, body }, async ({ ids: [text], ...asked }) => {
    const id = idOf(what, text);
    const change = { expected: expectedIn(asked.c), parts: allParts };
    return await actOnMembers(context, { ...asked, act: 'role', ids: [id] }, { run: async (store, call) => await changeRole(store, call, id, asked.body.role, change), ...shownMember });
  });
}

function remove(context: TeamContext): Operation {
  const told = about('removeMember', 'Remove a member from the workspace', removed, ['self-removal', 'last-owner', 'account-owner-protected', 'role-not-manageable', 'deactivate-first', 'preview-stale']);
  const body = { shape: removalFields, limitBytes: context.limitBytes };
  return operation({ ...told, before: ([id]) => idOf(what, id), query: actParameters, body }, async ({ ids: [text], ...asked }) => {
    const id = idOf(what, text);
    const { reason, reassignTo, revokeApiKeys } = asked.body;
    const removal = { reason, handover: { reassignTo, revokeApiKeys }, expected: expectedIn(asked.c) };
    const run: Act<undefined>['run'] = async (store, call) => await removeMember(store, call, id, removal);
    return await actOnMembers(context, { ...asked, act: 'remove', ids: [id] }, { run, answer: () => answerNothing(), show: () => null });
  });
}

function deactivate(context: TeamContext): Operation {
  const told = about('deactivateMember', 'Place the hold of the admins: no access from the next request on, or from the end of a day', booked, ['self-removal', 'last-owner', 'account-owner-protected', 'preview-stale']);
  const body = { shape: deactivationFields, limitBytes: context.limitBytes };
  return operation({ ...told, before: ([id]) => idOf(what, id), query: actParameters, body }, async ({ ids: [text], ...asked }) => {
    const id = idOf(what, text);
    const { reason, on, reassignTo, suspendApiKeys } = asked.body;
    if (on !== undefined) return await book(context, asked, id, { on, suspendApiKeys: suspendApiKeys === true, reason });
    const change = { id, endsAccess: true, only: 'deactivate' as const, reason, handover: { reassignTo, suspendApiKeys }, expected: expectedIn(asked.c), parts: allParts };
    return await actOnMembers(context, { ...asked, act: 'deactivate', ids: [id] }, { run: async (store, call) => await changeMember(store, call, { ...change, revise: asserting(false) }), ...shownMember });
  });
}

function reactivate(context: TeamContext): Operation {
  const told = about('reactivateMember', 'Lift the hold of the admins', changed, ['seat-limit-reached', 'managed-by-idp', 'preview-stale']);
  const body = { shape: reactivationFields, limitBytes: context.limitBytes };
  return operation({ ...told, before: ([id]) => idOf(what, id), query: actParameters, body }, async ({ ids: [text], ...asked }) => {
    const id = idOf(what, text);
    const { reason, override } = asked.body;
    const insists = override ? ('override' as const) : ('tell' as const);
    const change = { id, endsAccess: false, only: 'reactivate' as const, insists, reason, expected: expectedIn(asked.c), parts: allParts };
    return await actOnMembers(context, { ...asked, act: 'reactivate', ids: [id] }, { run: async (store, call) => await changeMember(store, call, { ...change, revise: asserting(true) }), ...shownMember });
  });
}

function asserting(active: boolean): MemberChange['revise'] {
  return (particulars) => ({ particulars, fields: [], active });
}

const shownMember = { answer: answerMember, show: (view: MemberView | undefined) => showMember(present(view)) };

function answerMember(view: MemberView | undefined): Response {
  const { version } = present(view);
  return answerJson(showMember(present(view)), { ETag: weakEtag(version) });
}

function answer(c: Context<CallEnv>, done: Outcome<MemberView>): Response {
  return done.ok ? answerMember(done.value) : c.get('fail')(done.refusal);
}

function present(view: MemberView | undefined): MemberView {
  if (view === undefined) throw new Error('a changed member has no view');
  return view;
}
