// Examples of resources and of requests about them: written ones for the types that everybody has, made ones for those of operators.
import type { Attribute, ResourceType } from '../../../scim/schema/attribute.ts';
import { coreGroup } from '../../../scim/schema/core-group.ts';
import { coreUser } from '../../../scim/schema/core-user.ts';
import { enterpriseUser } from '../../../scim/schema/enterprise-user.ts';
import { isIn } from './attribute-schema.ts';
import { isJsonObject, type Json, type JsonObject } from '../../openapi/json.ts';
import { messageUrns } from './message-schemas.ts';

/** The id of every resource in the examples. */
export const exampleId = '0190a5c4-7d2e-7c3a-9b1f-3f2a6c8e4d10';
const exampleBase = 'https://usher.example/scim/v2';
const when = '2026-01-31T08:00:00.000Z';

const user = {
  schemas: [coreUser.id, enterpriseUser.id],
  externalId: '00u1ada',
  userName: 'ada@acme.example',
  name: { familyName: 'Lovelace', givenName: 'Ada' },
  displayName: 'Ada Lovelace',
  active: true,
  emails: [{ value: 'ada@acme.example', type: 'work', primary: true }],
  [enterpriseUser.id]: { employeeNumber: '1815', department: 'Research' },
};
const group = { schemas: [coreGroup.id], externalId: '00g1research', displayName: 'Research' };

/** A resource as a request creates or replaces it. */
export function requestExample(type: ResourceType): JsonObject {
  if (type.schema.id === coreUser.id) return user;
  if (type.schema.id === coreGroup.id) return group;
  const parts = type.extensions.filter(({ required }) => required).map(({ schema }) => schema);
  return {
    schemas: [type.schema.id, ...parts.map(({ id }) => id)],
    externalId: '4711',
    ...valuesOf(type.schema.attributes),
    ...Object.fromEntries(parts.map((schema) => [schema.id, valuesOf(schema.attributes)])),
  };
}

/** The same resource as an answer shows it. */
export function answerExample(type: ResourceType): JsonObject {
  const { externalId = '', ...rest } = requestExample(type);
  const shown = shownOf(type.schema.attributes, rest);
  const parts = type.extensions.map(({ schema }) => [schema.id, shownOf(schema.attributes, objectAt(rest, schema.id))] as const).filter(([, part]) => Object.keys(part).length > 0);
  const meta = { resourceType: type.id, created: when, lastModified: when, location: `${exampleBase}${type.endpoint}/${exampleId}`, version: 'W/"1"' };
  return { schemas: [type.schema.id, ...parts.map(([urn]) => urn)], id: exampleId, externalId, ...shown, ...Object.fromEntries(parts), meta };
}

/** The values that an answer shows to whom asks for nothing special. */
function shownOf(attributes: readonly Attribute[], values: JsonObject): JsonObject {
  const visible = attributes.filter((attribute) => isIn('answer', attribute) && attribute.returned !== 'request' && Object.hasOwn(values, attribute.name));
  return Object.fromEntries(visible.map(({ name, subAttributes = [] }) => [name, shownIn(subAttributes, values[name] ?? null)]));
}

function shownIn(subAttributes: readonly Attribute[], value: Json): Json {
  if (Array.isArray(value)) return value.map((element: Json) => shownIn(subAttributes, element));
  return subAttributes.length > 0 && isJsonObject(value) ? shownOf(subAttributes, value) : value;
}

function objectAt(holder: JsonObject, name: string): JsonObject {
  const value = Object.hasOwn(holder, name) ? holder[name] : undefined;
  return isJsonObject(value) ? value : {};
}

/** Changes that the type allows. */
export function patchExample(type: ResourceType): JsonObject {
  const operations: Readonly<Record<string, readonly JsonObject[]>> = {
    [coreUser.id]: [{ op: 'replace', path: 'title', value: 'Analyst' }, { op: 'replace', path: 'emails[type eq "work"].value', value: 'ada.lovelace@acme.example' }],
    [coreGroup.id]: [{ op: 'add', path: 'members', value: [{ value: exampleId }] }],
  };
  const plain = [{ op: 'replace', path: 'externalId', value: '4712' }];
  return { schemas: [messageUrns.patch], Operations: Object.hasOwn(operations, type.schema.id) ? (operations[type.schema.id] ?? plain) : plain };
}

/** A search that any type understands. */
export const searchExample: JsonObject = {
  schemas: [messageUrns.search],
  filter: 'meta.lastModified gt "2026-01-31T08:00:00Z"',
  sortBy: 'meta.lastModified',
  attributes: ['externalId', 'meta'],
  count: 50,
};

/** A page with one resource. */
export function listExample(...resources: readonly JsonObject[]): JsonObject {
  return { schemas: [messageUrns.list], totalResults: resources.length, startIndex: 1, itemsPerPage: resources.length, Resources: resources };
}

/** A user and a group with that user, where the id is not known yet. */
export const bulkExample: JsonObject = {
  schemas: [messageUrns.bulk],
  failOnErrors: 1,
  Operations: [
    { method: 'POST', path: '/Users', bulkId: 'ada', data: { schemas: [coreUser.id], userName: 'ada@acme.example' } },
    { method: 'POST', path: '/Groups', bulkId: 'research', data: { schemas: [coreGroup.id], displayName: 'Research', members: [{ value: 'bulkId:ada' }] } },
  ],
};

export const bulkAnswerExample: JsonObject = {
  schemas: [messageUrns.bulkAnswer],
  Operations: [
    { location: `${exampleBase}/Users/${exampleId}`, method: 'POST', bulkId: 'ada', version: 'W/"1"', status: '201' },
    { location: `${exampleBase}/Groups/${exampleId}`, method: 'POST', bulkId: 'research', version: 'W/"1"', status: '201' },
  ],
};

function valuesOf(attributes: readonly Attribute[]): JsonObject {
  return Object.fromEntries(attributes.filter((attribute) => isIn('request', attribute)).map((attribute) => [attribute.name, valueOf(attribute)]));
}

function valueOf(attribute: Attribute): Json {
  const one = oneOf(attribute);
  return attribute.multiValued ? [one] : one;
}

function oneOf({ name, type, canonicalValues: [usual] = [], subAttributes = [], maxLength = 100 }: Attribute): Json {
  switch (type) {
    case 'string':
      return (usual ?? name).slice(0, maxLength);
    case 'reference':
      return usual ?? 'https://acme.example/';
    case 'binary':
      return 'VXNoZXI=';
    case 'dateTime':
      return when;
    case 'boolean':
      return true;
    case 'decimal':
      return 1.5;
    case 'integer':
      return 1;
    case 'complex':
      return valuesOf(subAttributes);
  }
}
