// Resource types that the operator describes: each SCIM verb as one read or one domain command, the same for every such type.
import { changeResource, createResource, removeResource, type ResourceRevision } from '../domain/commands/change-resource.ts';
import type { Call } from '../domain/model/caller.ts';
import type { Resource, ResourceParticulars, ResourceView } from '../domain/model/resource.ts';
import { succeed, type Outcome } from '../domain/refusals.ts';
import type { Expected } from '../domain/rules/precondition.ts';
import { weakEtag } from '../scim/etag.ts';
import { normaliseResource } from '../scim/normalise-resource.ts';
import { applyPatch } from '../scim/patch/apply-patch.ts';
import { parsePatch } from '../scim/patch/parse-patch.ts';
import { defaultProjection, project, type Projection } from '../scim/projection.ts';
import { replaceResource } from '../scim/replace-resource.ts';
import type { ResourceType, ScimObject } from '../scim/schema/attribute.ts';
import { uniqueValues } from '../scim/schema/unique-values.ts';
import { changedAttributes } from './changed-attributes.ts';
import { locate, noSuchResource, readUuid } from './identifiers.ts';
import type { ProvisioningContext, Representation, ResourceHandler } from './resource-handler.ts';

/** Keys of a document that the profile does not keep: they have a place of their own or are derived. */
const apart: ReadonlySet<string> = new Set(['schemas', 'id', 'externalId', 'meta']);

/** The handler of a type that is neither User nor Group. */
export function createCustomHandler(type: ResourceType): ResourceHandler {
  return {
    type,
    bodies: 'plain',
    patchShows: 'always',

    async create({ store, baseUrl }, call, body, projection) {
      const done = await createResource(store, call, type, particularsOf(type, normaliseResource(type, body)));
      return done.ok ? succeed(represent(type, done.value, baseUrl, projection)) : done;
    },

    async read({ reads, baseUrl }, call, id, projection) {
      const uuid = readUuid(id);
      if (uuid === undefined) return noSuchResource(type, id);
      const found = await reads.resource(call, type, uuid);
      return found.ok ? succeed(represent(type, found.value, baseUrl, projection)) : found;
    },

    async list({ reads, baseUrl }, call, query, projection) {
      const found = await reads.resources(call, type, query);
      return found.ok ? succeed({ ...found.value, rows: found.value.rows.map((view) => show(type, view, baseUrl, projection)) }) : found;
    },

    kindParts: () => ({ kind: 'resource', type }),

    show({ baseUrl }, _call, found, projection) {
      if (found.kind !== 'resource') throw new Error(`a ${found.kind} is no ${type.name}`);
      return show(type, found.view, baseUrl, projection);
    },

    async replace(context, call, id, body, projection, expected) {
      const document = normaliseResource(type, body);
      return await change(type, context, call, { id, revise: (before) => replaceResource(type, before, document), expected }, projection);
    },

    async patch(context, call, id, body, projection, expected) {
      const operations = parsePatch(type, body);
      const revise = (before: ScimObject): ScimObject => applyPatch(type, before, operations).resource;
      return await change(type, context, call, { id, revise, expected }, projection ?? defaultProjection);
    },

    async remove({ store }, call, id, expected) {
      const uuid = readUuid(id);
      return uuid === undefined ? noSuchResource(type, id) : await removeResource(store, call, type, uuid, expected);
    },
  };
}

interface Wanted {
  readonly id: string;
  /** The document after the change, given the one before. */
  readonly revise: (before: ScimObject) => ScimObject;
  readonly expected: Expected;
}

async function change(type: ResourceType, { store, baseUrl }: ProvisioningContext, call: Call, wanted: Wanted, projection: Projection): Promise<Outcome<Representation>> {
  const id = readUuid(wanted.id);
  if (id === undefined) return noSuchResource(type, wanted.id);
  const revise = (resource: Resource): ResourceRevision => {
    const before = writableDocument(resource);
    const after = wanted.revise(before);
    return { particulars: particularsOf(type, after, before), fields: changedAttributes(type, before, after) };
  };
  const done = await changeResource(store, call, { kind: type, id, revise, expected: wanted.expected });
  return done.ok ? succeed(represent(type, done.value, baseUrl, projection)) : done;
}

function writableDocument({ id, externalId, profile }: Resource): ScimObject {
  return { ...profile, id, ...(externalId === undefined ? {} : { externalId }) };
}

function particularsOf(type: ResourceType, document: ScimObject, before?: ScimObject): ResourceParticulars {
  const { externalId } = document;
  const profile = Object.fromEntries(Object.entries(document).filter(([name, value]) => value !== undefined && !apart.has(name)));
  return { externalId: typeof externalId === 'string' ? externalId : undefined, profile, keys: uniqueValues(type, document, before) };
}

function represent(type: ResourceType, view: ResourceView, baseUrl: string, projection: Projection): Representation {
  return { location: locate(type, view.id, baseUrl), etag: weakEtag(view.version), resource: show(type, view, baseUrl, projection) };
}

function show(type: ResourceType, { id, externalId, profile, version, createdAt, updatedAt }: ResourceView, baseUrl: string, projection: Projection): ScimObject {
  const meta = { resourceType: type.id, created: createdAt, lastModified: updatedAt, location: locate(type, id, baseUrl), version: weakEtag(version) };
  return project(type, { ...profile, id, externalId, meta }, projection);
}
