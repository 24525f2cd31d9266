// The resources that members own in the host application: registered, listed and taken out, by the host or by an admin's script.
import type { BelongingReads } from '../../../domain/belonging-ports.ts';
import { registerResource, unregisterResource } from '../../../domain/commands/register-resource.ts';
import type { HostReads } from '../../../domain/host-ports.ts';
import type { BelongingKinds, OwnedResource, OwnedResourceView } from '../../../domain/model/belonging.ts';
import { atWorkspace, type Call } from '../../../domain/model/caller.ts';
import type { CommandStore } from '../../../domain/ports.ts';
import { succeed, type Outcome } from '../../../domain/refusals.ts';
import type { CursorSeal } from '../../../scim/cursor-seal.ts';
import { badRequest, ScimError } from '../../../scim/errors.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson, answerNothing } from '../answer.ts';
import { endpointAt, operation, throughOwnDoor, type AdminEndpoint, type Operation, type Told } from '../operation.ts';
import { pageShape, readPaging } from '../paging.ts';
import { placeParameters, resourceFields, registeredShape, resourceParameters, resourceShape } from './shapes.ts';

/** What the endpoints work with; bodies have at most `limitBytes`. */
export interface ResourceContext {
  readonly store: CommandStore;
  readonly belongings: BelongingReads;
  readonly belongingKinds: BelongingKinds;
  readonly hostReads: HostReads;
  readonly seal: CursorSeal;
  readonly limitBytes: number;
}

const resources = `${adminPath}/resources`;
const shown = { description: 'The resource as it is now.', shape: resourceShape };
const registered = { description: 'The resource is registered.', shape: registeredShape };
const longestRef = 255;

/** The list, and one resource by its kind and the reference that the host has for it. */
export function resourceEndpoints(context: ResourceContext): AdminEndpoint[] {
  return [
    endpointAt(resources, { GET: list(context) }),
    endpointAt(`${resources}/:kind/:externalRef`, { GET: read(context), PUT: register(context), DELETE: unregister(context) }),
  ];
}

function about(id: string, summary: string, answers: Told['answers'], problems: Told['problems'] = []): Told {
  return { id, tag: 'Belongings', doors: ['admin', 'host'], summary, answers, problems };
}

function list({ belongings, belongingKinds, hostReads, seal }: ResourceContext): Operation {
  const told = about('listResources', 'List what members own', { 200: { description: 'One page of the resources.', shape: pageShape(resourceShape) } }, ['invalidCursor', 'expiredCursor']);
  return operation({ ...told, query: resourceParameters }, async ({ c, call, query }) => {
    const aimed = await aim(hostReads, call, query.workspace);
    if (!aimed.ok) return c.get('fail')(aimed.refusal);
    const { owner, creator, kind, handover } = query;
    const paging = readPaging(c, seal, query, ['resources', aimed.value.credential.tenant.workspaceId, owner, creator, kind, handover]);
    const found = await belongings.resources(aimed.value, { ownerId: owner, createdBy: creator, kind, handoverId: handover }, paging.cut);
    return found.ok ? paging.answer(found.value, (view) => show(view, belongingKinds)) : c.get('fail')(found.refusal);
  });
}

function read({ belongings, belongingKinds, hostReads }: ResourceContext): Operation {
  return operation({ ...about('readResource', 'Read one resource', { 200: shown }, ['not-found']), query: placeParameters, before: placeIn }, async ({ c, call, query, ids }) => {
    const aimed = await aim(hostReads, call, query.workspace);
    if (!aimed.ok) return c.get('fail')(aimed.refusal);
    const found = await belongings.resource(aimed.value, placeIn(ids));
    return found.ok ? answerJson(show(found.value, belongingKinds)) : c.get('fail')(found.refusal);
  });
}

function register({ store, belongingKinds, hostReads, limitBytes }: ResourceContext): Operation {
  const answers = { 200: { ...registered, description: 'The resource as it is now.' }, 201: registered };
  const told = about('registerResource', 'Register a resource, or change its owner and name', answers, ['invalid-value', 'permission-denied']);
  return operation({ ...told, query: placeParameters, before: placeIn, body: { shape: resourceFields, limitBytes } }, async ({ c, call, query, ids, body }) => {
    const aimed = await aim(hostReads, call, query.workspace);
    if (!aimed.ok) return c.get('fail')(aimed.refusal);
    const done = await registerResource(store, aimed.value, { ...placeIn(ids), ownerId: body.owner === 'system' ? undefined : body.owner, name: body.name });
    if (!done.ok) return c.get('fail')(done.refusal);
    return answerJson(showRegistered(done.value.resource, belongingKinds), {}, done.value.created ? 201 : 200);
  });
}

function unregister({ store, hostReads }: ResourceContext): Operation {
  const told = about('unregisterResource', 'Take a resource out of the register', { 204: { description: 'It is no longer registered.' } }, ['not-found', 'permission-denied']);
  return operation({ ...told, query: placeParameters, before: placeIn }, async ({ c, call, query, ids }) => {
    const aimed = await aim(hostReads, call, query.workspace);
    if (!aimed.ok) return c.get('fail')(aimed.refusal);
    const done = await unregisterResource(store, aimed.value, placeIn(ids));
    return done.ok ? answerNothing() : c.get('fail')(done.refusal);
  });
}

/** The host names the workspace; anybody else has brought it along. */
async function aim(hostReads: HostReads, given: Call, named: string | undefined): Promise<Outcome<Call>> {
  const call = throughOwnDoor(given);
  if (call.credential.kind !== 'host') {
    if (named !== undefined) throw badRequest('invalidValue', '"workspace" is for the host application: the token has its workspace. Leave it out.');
    return succeed(call);
  }
  if (named === undefined) throw badRequest('invalidValue', '"workspace" must name the workspace by its slug or its id.');
  const found = await hostReads.workspace(call, named.toLowerCase());
  return found.ok ? succeed(atWorkspace(call, found.value)) : found;
}

function placeIn([kind = '', externalRef = '']: readonly string[]): { readonly kind: string; readonly externalRef: string } {
  if (/^[a-z][a-z0-9-]{0,39}$/u.test(kind) && externalRef.length <= longestRef && /^[^\p{Cc}\p{Cs}]+$/u.test(externalRef)) return { kind, externalRef };
  throw new ScimError(404, undefined, `A resource stands at its kind and its reference of at most ${longestRef} characters, which are none of the control characters.`);
}

function show({ heldFor, createdAt, updatedAt, ...resource }: OwnedResourceView, kinds: BelongingKinds): object {
  return { ...showRegistered(resource, kinds), heldFor: heldFor ?? null, createdAt, updatedAt };
}

function showRegistered({ id, kind, externalRef, name, createdBy, ownerId }: Omit<OwnedResource, 'takings'>, kinds: BelongingKinds): object {
  return { id, kind, externalRef, name: name ?? null, onDeparture: kinds.get(kind) ?? null, createdBy: createdBy ?? 'system', owner: ownerId ?? 'system' };
}
