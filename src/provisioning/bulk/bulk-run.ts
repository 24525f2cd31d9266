// What the operations of one bulk request share while they run, and one operation done as the single request does it.
import type { Call } from '../../domain/model/caller.ts';
import type { Outcome } from '../../domain/refusals.ts';
import { succeed } from '../../domain/refusals.ts';
import { badRequest, ScimError } from '../../scim/errors.ts';
import { parseEtags } from '../../scim/etag.ts';
import type { BulkOperation, SoundOperation } from '../../scim/bulk/bulk-operation.ts';
import type { BulkResult } from '../../scim/bulk/bulk-response.ts';
import { referenceOf, resolveReferences } from '../../scim/bulk/references.ts';
import { defaultProjection, parseProjection, type Projection } from '../../scim/projection.ts';
import type { ResourceType, ScimObject } from '../../scim/schema/attribute.ts';
import { locate, shorten } from '../identifiers.ts';
import type { ProvisioningContext, Representation, ResourceHandler } from '../resource-handler.ts';

/** A failure as its operation reports it; `unavailable` when nothing else can succeed either. */
export interface BulkFailure {
  readonly status: number;
  readonly response: ScimObject;
  readonly unavailable: boolean;
}

/** What a bulk request runs with. `largestBody` is that of the single request, in bytes; `describe` renders a refusal or anything thrown. */
export interface BulkRun {
  readonly handlers: readonly ResourceHandler[];
  readonly context: ProvisioningContext;
  readonly call: Call;
  readonly largestBody: Readonly<Record<ResourceHandler['bodies'], number>>;
  readonly describe: (failure: unknown) => Promise<BulkFailure>;
}

/** What is known of the resources that the request creates: which operation does, and the id once it is done. */
export interface Creations {
  readonly creators: ReadonlyMap<string, number>;
  readonly ids: ReadonlyMap<string, string>;
}

/** A success, with what the result shows of it. */
export interface Made {
  readonly ok: true;
  readonly location: string;
  readonly version: string | undefined;
  readonly status: number;
  /** The resource, where it is not all that the operation asked for. */
  readonly shown?: ScimObject | undefined;
}
export type Done = Made | { readonly ok: false; readonly failure: BulkFailure };

/** The failure of a step that was not even tried. */
export async function failWith(run: BulkRun, failure: unknown): Promise<Done> {
  return { ok: false, failure: await run.describe(failure) };
}

/** Runs one step; whatever goes wrong with it is its own failure. */
export async function settle(run: BulkRun, work: () => Promise<Outcome<Made>>): Promise<Done> {
  try {
    const done = await work();
    return done.ok ? done.value : await failWith(run, done.refusal);
  } catch (error) {
    return await failWith(run, error);
  }
}

/**
 * Refuses a reference that no id can ever stand for: with 400 where no operation creates it (RFC 7644 section 3.7.2), with 409 where
 * that operation has failed (section 3.7.1). Those of `within` may still become known.
 */
export function requireReferences({ references }: SoundOperation, { creators, ids }: Creations, within: ReadonlySet<number>): void {
  for (const bulkId of references) {
    const creator = creators.get(bulkId);
    const name = `bulkId:${shorten(bulkId)}`;
    if (creator === undefined) throw badRequest('invalidValue', `No POST operation of this request has the bulkId that "${name}" refers to. Nothing was changed.`);
    if (ids.has(bulkId) || within.has(creator)) continue;
    throw new ScimError(409, 'invalidValue', `"${name}" refers to a resource that could not be created: see the result of its operation. Nothing was changed.`);
  }
}

/** An operation on data in which every reference is resolved, or left out where it cannot be yet. */
export async function perform(run: BulkRun, operation: SoundOperation, ids: ReadonlyMap<string, string>): Promise<Outcome<Made>> {
  const { method, place, version } = operation;
  const { context, call } = run;
  const handler = handlerOf(run, operation);
  const id = targetOf(operation, ids) ?? '';
  const data = method === 'DELETE' ? undefined : bodyOf(run, operation, ids);
  const expected = version === undefined ? undefined : parseEtags(version);
  switch (method) {
    case 'POST':
      return made(201, await handler.create(context, call, data, leastOf(place.type)));
    case 'PUT':
      return made(200, await handler.replace(context, call, id, data, shownBy(handler), expected));
    case 'PATCH': {
      const always = handler.patchShows === 'always';
      return made(always ? 200 : 204, await handler.patch(context, call, id, data, always ? shownBy(handler) : undefined, expected));
    }
    case 'DELETE': {
      const removed = await handler.remove(context, call, id, expected);
      return removed.ok ? succeed({ ok: true, location: locate(place.type, id.toLowerCase(), context.baseUrl), version: undefined, status: 204 }) : removed;
    }
  }
}

/** Writes what an operation created once more, now with every reference. */
export async function complete(run: BulkRun, operation: SoundOperation, id: string, ids: ReadonlyMap<string, string>): Promise<Outcome<Made>> {
  const handler = handlerOf(run, operation);
  return made(201, await handler.replace(run.context, run.call, id, bodyOf(run, operation, ids), shownBy(handler)));
}

export function handlerOf({ handlers }: BulkRun, { place }: SoundOperation): ResourceHandler {
  const handler = handlers.find(({ type }) => type === place.type);
  if (handler === undefined) throw new Error(`no handler serves ${place.type.endpoint}`);
  return handler;
}

/** The result of a success or a failure; a failed POST has no location. https://www.rfc-editor.org/rfc/rfc7644#section-3.7.3 */
export function resultOf({ context }: BulkRun, operation: BulkOperation, done: Done, ids: ReadonlyMap<string, string>): BulkResult {
  const { method, bulkId, place } = operation;
  if (done.ok) return { location: done.location, method, bulkId, version: done.version, status: done.status, response: done.shown };
  const id = operation.fault === undefined ? targetOf(operation, ids) : place?.id;
  const location = method === 'POST' || place === undefined || id === undefined || referenceOf(id) !== undefined ? undefined : locate(place.type, encodeURIComponent(id), context.baseUrl);
  return { location, method, bulkId, version: undefined, status: done.failure.status, response: done.failure.response };
}

/** A change shows what the single request would, should it be withheld in part; the members of a group never are. */
function shownBy({ type, patchShows }: ResourceHandler): Projection {
  return patchShows === 'always' ? defaultProjection : leastOf(type);
}

function leastOf(type: ResourceType): Projection {
  return parseProjection(type, 'id', undefined);
}

function made(status: number, done: Outcome<Representation>): Outcome<Made> {
  if (!done.ok) return done;
  const { location, etag, resource, withheld } = done.value;
  return succeed({ ok: true, location, version: etag, status, shown: withheld === true ? resource : undefined });
}

function targetOf({ place }: SoundOperation, ids: ReadonlyMap<string, string>): string | undefined {
  const bulkId = place.id === undefined ? undefined : referenceOf(place.id);
  return bulkId === undefined ? place.id : ids.get(bulkId);
}

/** The body as the single request would have it, and no larger than that may be. */
function bodyOf(run: BulkRun, operation: SoundOperation, ids: ReadonlyMap<string, string>): unknown {
  const { data, method, references } = operation;
  const limit = run.largestBody[handlerOf(run, operation).bodies];
  if (Buffer.byteLength(JSON.stringify(data)) > limit) {
    throw new ScimError(413, undefined, `The data of the operation is larger than ${limit} bytes, the most that a single request may have.`);
  }
  return references.length === 0 ? data : resolveReferences(data, method === 'PATCH', (bulkId) => ids.get(bulkId));
}
