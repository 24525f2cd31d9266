// The members of the team: what a request asks, then a read or a command of the domain, then the member as the team sees it.
import type { Context } from 'hono';
import { changeMember } from '../../domain/commands/change-member.ts';
import { changeRole } from '../../domain/commands/change-role.ts';
import { removeMember } from '../../domain/commands/remove-member.ts';
import type { MemberParts, MemberView } from '../../domain/model/membership.ts';
import type { Boundary, CommandStore, Reads, TeamReads } from '../../domain/ports.ts';
import type { Outcome } from '../../domain/refusals.ts';
import type { Expected } from '../../domain/rules/precondition.ts';
import { readUuid, shorten } from '../../provisioning/identifiers.ts';
import { cursorTimeout, writeCursor } from '../../scim/cursor.ts';
import type { CursorSeal } from '../../scim/cursor-seal.ts';
import { ScimError } from '../../scim/errors.ts';
import { weakEtag } from '../../scim/etag.ts';
import type { Filter } from '../../scim/filter/ast.ts';
import type { Sort } from '../../scim/sort.ts';
import { cursorHolderOf } from '../cursor-holder.ts';
import type { Endpoint, Step } from '../endpoint.ts';
import { negotiate } from '../limits/media-types.ts';
import { expectedBy, judgeRead, readPreconditions } from '../preconditions.ts';
import type { CallEnv } from '../request-frame.ts';
import { adminPath } from './admin-path.ts';
import { readFields } from './read-fields.ts';
import { readParameters } from './read-parameters.ts';
import { noParameters, reasonFields, roleFields } from './shapes.ts';
import { showMember } from './show-member.ts';
import { readTeamRequest } from './team-request.ts';

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

/** The list, one member, and the acts on one. */
export function memberEndpoints(context: TeamContext): Endpoint[] {
  return [
    at(members, { GET: list(context) }),
    at(`${members}/:id`, { GET: read(context), PATCH: patch(context), DELETE: remove(context) }),
    at(`${members}/:id/deactivate`, { POST: assertActive(context, false) }),
    at(`${members}/:id/reactivate`, { POST: assertActive(context, true) }),
  ];
}

function at(template: string, steps: Readonly<Record<string, Step>>): Endpoint {
  const negotiated = Object.entries(steps).map(([method, step]): [string, Step] => [
    method,
    async (c, id) => {
      negotiate(c.req.raw.headers.get('accept'), ['application/json']);
      return await step(c, id);
    },
  ]);
  return { template, methods: new Map(negotiated) };
}

function list({ team, seal }: TeamContext): Step {
  return async (c) => {
    const call = c.get('call');
    const holder = cursorHolderOf(call.credential);
    const now = Math.floor(Date.now() / 1000);
    const { query, digest } = readTeamRequest(c.req.raw.url, { open: (cursor) => seal.open(cursor, holder), now });
    const found = await team.members(call, query, parts);
    if (!found.ok) return c.get('fail')(found.refusal);
    const { rows, total, next, previous } = found.value;
    const cursorAt = (place: Boundary | undefined) =>
      place === undefined ? null : seal.seal(writeCursor({ place, query: digest, count: query.limit, expires: now + cursorTimeout }), holder);
    return answerJson({ total, items: rows.map(showMember), nextCursor: cursorAt(next), previousCursor: cursorAt(previous) });
  };
}

function read({ reads }: TeamContext): Step {
  return async (c, id) => {
    const found = await reads.member(c.get('call'), idOf(c, id), parts);
    const conditions = readPreconditions(c.req.raw.headers);
    if (!found.ok || conditions === undefined) return answer(c, found);
    const etag = weakEtag(found.value.version);
    const verdict = judgeRead(conditions, etag);
    if (verdict === 'unchanged') return new Response(null, { status: 304, headers: { ETag: etag } });
    return verdict === undefined ? answer(c, found) : c.get('fail')(verdict);
  };
}

function patch({ store, limitBytes }: TeamContext): Step {
  return async (c, given) => {
    const id = idOf(c, given);
    const { role } = await readFields(c, roleFields, limitBytes);
    return answer(c, await changeRole(store, c.get('call'), id, role, { expected: expectedIn(c), parts }));
  };
}

function remove({ store, limitBytes }: TeamContext): Step {
  return async (c, given) => {
    const id = idOf(c, given);
    const { reason } = await readFields(c, reasonFields, limitBytes);
    const done = await removeMember(store, c.get('call'), id, { reason, expected: expectedIn(c) });
    return done.ok ? new Response(null, { status: 204 }) : c.get('fail')(done.refusal);
  };
}

function assertActive({ store, limitBytes }: TeamContext, active: boolean): Step {
  return async (c, given) => {
    const id = idOf(c, given);
    const { reason } = await readFields(c, reasonFields, limitBytes);
    const change = { id, endsAccess: !active, restoresAccess: active, reason, expected: expectedIn(c), parts };
    return answer(c, await changeMember(store, c.get('call'), { ...change, revise: (particulars) => ({ particulars, fields: [], active }) }));
  };
}

/** Thrown, not answered: whether the credential still holds is asked first then. */
function idOf(c: Context<CallEnv>, text: string): string {
  readParameters(c.req.raw.url, noParameters);
  const id = readUuid(text);
  if (id !== undefined) return id;
  throw new ScimError(404, undefined, `There is no member "${shorten(text)}" in this workspace: ids are UUIDs given by this server. Look it up with ?q=.`);
}

function expectedIn(c: Context<CallEnv>): Expected {
  return expectedBy(readPreconditions(c.req.raw.headers));
}

function answer(c: Context<CallEnv>, done: Outcome<MemberView | undefined>): Response {
  if (!done.ok) return c.get('fail')(done.refusal);
  if (done.value === undefined) throw new Error('a changed member has no view');
  return answerJson(showMember(done.value), { ETag: weakEtag(done.value.version) });
}

function answerJson(body: object, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), { status: 200, headers: { 'Content-Type': 'application/json', ...headers } });
}
