// The endpoints of one resource type, the same steps for every type: what the request asks, then the handler, then the answer.
import type { Context } from 'hono';
import type { Outcome } from '../../domain/refusals.ts';
import type { Expected } from '../../domain/rules/precondition.ts';
import type { ProvisioningContext, Representation, ResourceHandler } from '../../provisioning/resource-handler.ts';
import type { CursorSeal } from '../../scim/cursor-seal.ts';
import { defaultProjection, parseProjection, type Projection } from '../../scim/projection.ts';
import type { Endpoint, Step } from '../endpoint.ts';
import { negotiate, requireJsonBody, type ScimMediaType } from '../limits/media-types.ts';
import { readJson } from '../limits/read-json.ts';
import { expectedBy, judgeRead, readPreconditions, type Preconditions } from '../preconditions.ts';
import type { CallEnv } from '../request-frame.ts';
import { beginAttempt } from './attempt.ts';
import { answerNothing, answerResource, answerUnchanged } from './answer.ts';
import { scimPath, type EndpointFamily } from './endpoint.ts';
import { list, search, type Collection } from './list-endpoints.ts';
import { readQuery } from './read-query.ts';

/** Most bytes of a request body, for each kind that a handler may name. */
export type BodyLimits = Readonly<Record<ResourceHandler['bodies'], number>>;

/** The collection, its members and its search. */
export function resourceEndpoints(handler: ResourceHandler, context: ProvisioningContext, limits: BodyLimits, seal: CursorSeal): EndpointFamily {
  const { endpoint } = handler.type;
  const collection = collectionOf(handler, context);
  const body = async (c: Context<CallEnv>): Promise<unknown> => await readBody(c, limits[handler.bodies]);
  return {
    name: endpoint.slice(1),
    self: at(endpoint, { GET: list(collection, seal), POST: create(handler, context, seal, body) }),
    item: at(`${endpoint}/:id`, {
      GET: read(handler, context),
      PUT: replace(handler, context, seal, body),
      PATCH: patch(handler, context, seal, body),
      DELETE: remove(handler, context, seal),
    }),
    search: at(`${endpoint}/.search`, { POST: search(collection, seal, body) }),
  };
}

function collectionOf(handler: ResourceHandler, context: ProvisioningContext): Collection {
  return {
    name: handler.type.endpoint,
    types: [handler.type],
    read: async (call, [asked], cut) => {
      const { filter, sort, projection = defaultProjection } = asked ?? {};
      return await handler.list(context, call, { filter, sort, ...cut }, projection);
    },
  };
}

type ReadBody = (c: Context<CallEnv>) => Promise<unknown>;

function at(path: string, methods: Readonly<Record<string, Step>>): Endpoint {
  return { template: `${scimPath}${path}`, methods: new Map(Object.entries(methods)) };
}

/** https://www.rfc-editor.org/rfc/rfc7644#section-3.3 */
function create(handler: ResourceHandler, context: ProvisioningContext, seal: CursorSeal, body: ReadBody): Step {
  return async (c) => {
    const { mediaType, projection } = readAsked(c, handler);
    const content = await body(c);
    const attempt = beginAttempt(c, handler, context, seal);
    return attempt.finish(answer(c, 201, await handler.create(attempt.context, attempt.call, content, projection), mediaType));
  };
}

/** https://www.rfc-editor.org/rfc/rfc7644#section-3.4.1 */
function read(handler: ResourceHandler, context: ProvisioningContext): Step {
  const bare = parseProjection(handler.type, 'id', undefined);
  return async (c, id) => {
    const { mediaType, projection } = readAsked(c, handler);
    const conditions = readPreconditions(c.req.raw.headers);
    const show = async (asked: Projection) => await handler.read(context, c.get('call'), id, asked);
    if (conditions === undefined) return answer(c, 200, await show(projection), mediaType);
    // First nothing but the version: a client that has the resource already needs none of what is dear to read. It may change in between.
    return answerInstead(c, conditions, await show(bare)) ?? (await answerIf(c, conditions, await show(projection), mediaType));
  };
}

/** The whole resource where the conditions hold for what was read now. */
async function answerIf(c: Context<CallEnv>, conditions: Preconditions, done: Outcome<Representation>, mediaType: ScimMediaType): Promise<Response> {
  const instead = answerInstead(c, conditions, done);
  if (instead === undefined) return answer(c, 200, done, mediaType);
  if (done.ok) await done.value.long?.pieces.return?.();
  return instead;
}

/** What a read answers in place of the resource: a refusal, 412 or 304. */
function answerInstead(c: Context<CallEnv>, conditions: Preconditions, done: Outcome<Representation>): Response | undefined {
  const verdict = done.ok ? judgeRead(conditions, done.value.etag) : done.refusal;
  if (verdict === 'unchanged' && done.ok) return answerUnchanged(done.value);
  return verdict === undefined ? undefined : c.get('fail')(verdict);
}

/** https://www.rfc-editor.org/rfc/rfc7644#section-3.5.1 */
function replace(handler: ResourceHandler, context: ProvisioningContext, seal: CursorSeal, body: ReadBody): Step {
  return async (c, id) => {
    const { mediaType, projection } = readAsked(c, handler);
    const content = await body(c);
    const attempt = beginAttempt(c, handler, context, seal, id, content);
    return attempt.finish(answer(c, 200, await handler.replace(attempt.context, attempt.call, id, content, projection, expectedIn(c)), mediaType));
  };
}

/** https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2 */
function patch(handler: ResourceHandler, context: ProvisioningContext, seal: CursorSeal, body: ReadBody): Step {
  return async (c, id) => {
    const { mediaType, projection } = readAsked(c, handler);
    const shown = handler.patchShows === 'always' || projection.mode !== 'default' ? projection : undefined;
    const content = await body(c);
    const attempt = beginAttempt(c, handler, context, seal, id, content);
    return attempt.finish(answer(c, 200, await handler.patch(attempt.context, attempt.call, id, content, shown, expectedIn(c)), mediaType));
  };
}

/** https://www.rfc-editor.org/rfc/rfc7644#section-3.6 */
function remove(handler: ResourceHandler, context: ProvisioningContext, seal: CursorSeal): Step {
  return async (c, id) => {
    const attempt = beginAttempt(c, handler, context, seal, id);
    const done = await handler.remove(attempt.context, attempt.call, id, expectedIn(c));
    return attempt.finish(done.ok ? answerNothing() : c.get('fail')(done.refusal));
  };
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-13.1, https://www.rfc-editor.org/rfc/rfc7644#section-3.14 */
function expectedIn(c: Context<CallEnv>): Expected {
  return expectedBy(readPreconditions(c.req.raw.headers));
}

/** What may be sent back, and what of the resource. https://www.rfc-editor.org/rfc/rfc7644#section-3.9 */
function readAsked(c: Context<CallEnv>, { type }: ResourceHandler): { readonly mediaType: ScimMediaType; readonly projection: Projection } {
  const mediaType = mediaTypeFor(c);
  const query = readQuery(c.req.raw.url);
  return { mediaType, projection: parseProjection(type, query.get('attributes'), query.get('excludedAttributes')) };
}

function mediaTypeFor(c: Context<CallEnv>): ScimMediaType {
  return negotiate(c.req.raw.headers.get('accept'));
}

async function readBody(c: Context<CallEnv>, limitBytes: number): Promise<unknown> {
  requireJsonBody(c.req.raw.headers.get('content-type'));
  const body = await readJson(c.req.raw, { limitBytes });
  c.set('body', body);
  return body;
}

function answer(c: Context<CallEnv>, status: 200 | 201, done: Outcome<Representation>, mediaType: ScimMediaType): Response {
  return done.ok ? answerResource(status, done.value, mediaType, c.get('breakOff')) : c.get('fail')(done.refusal);
}
