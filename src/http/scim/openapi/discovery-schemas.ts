// The answers of the discovery endpoints: what the server can do, its resource types and its schemas.
import type { Attribute, AttributeType } from '../../../scim/schema/attribute.ts';
import { ref, type JsonObject } from '../../openapi/json.ts';
import { listSchema } from './message-schemas.ts';

const core = 'urn:ietf:params:scim:schemas:core:2.0';

/** Written so that a value which the registry gets new does not compile here until it is told. */
const words = {
  type: { string: 0, boolean: 0, decimal: 0, integer: 0, dateTime: 0, reference: 0, binary: 0, complex: 0 } satisfies Record<AttributeType, 0>,
  mutability: { readOnly: 0, readWrite: 0, immutable: 0, writeOnly: 0 } satisfies Record<Attribute['mutability'], 0>,
  returned: { always: 0, never: 0, default: 0, request: 0 } satisfies Record<Attribute['returned'], 0>,
  uniqueness: { none: 0, server: 0, global: 0 } satisfies Record<Attribute['uniqueness'], 0>,
};

const text = { type: 'string' };
const flag = { type: 'boolean' };
const count = { type: 'integer', minimum: 0 };
const texts = { type: 'array', items: text };
const meta = object({ resourceType: text, location: { type: 'string', format: 'uri' } });

/** https://www.rfc-editor.org/rfc/rfc7643#section-5, section 6 and section 7; pagination: https://www.rfc-editor.org/rfc/rfc9865#section-4, events: https://www.rfc-editor.org/rfc/rfc9967#section-4 */
export const discoverySchemas: JsonObject = {
  ServiceProviderConfig: {
    description: 'What this server can do, and its limits.',
    ...resource('ServiceProviderConfig', {
      patch: supported(),
      bulk: supported({ maxOperations: count, maxPayloadSize: { ...count, description: 'In bytes.' } }),
      filter: supported({ maxResults: count }),
      changePassword: supported(),
      sort: supported(),
      etag: supported(),
      pagination: object({
        cursor: flag,
        index: flag,
        defaultPaginationMethod: { type: 'string', enum: ['index', 'cursor'] },
        defaultPageSize: count,
        maxPageSize: count,
        cursorTimeout: { ...count, description: 'Seconds for which a cursor is good.' },
      }),
      securityEvents: object({ asyncRequest: { type: 'string', enum: ['none'] }, eventUris: { ...texts, description: 'Events that receivers of security event tokens are told of.' } }),
      authenticationSchemes: { type: 'array', items: object({ type: text, name: text, description: text, specUri: { type: 'string', format: 'uri' }, primary: flag }) },
    }),
  },
  ResourceType: {
    description: 'A resource type: where its resources are and which schemas they have.',
    ...resource('ResourceType', {
      id: text,
      name: text,
      description: text,
      endpoint: text,
      schema: text,
      schemaExtensions: { type: 'array', items: object({ schema: text, required: flag }) },
    }),
  },
  ResourceTypeList: listSchema('All resource types.', ref('schemas', 'ResourceType')),
  Schema: {
    description: 'A schema with its attributes and their characteristics.',
    ...resource('Schema', { id: text, name: text, description: text, attributes: { type: 'array', items: ref('schemas', 'SchemaAttribute') } }),
  },
  SchemaAttribute: {
    type: 'object',
    description: 'An attribute or, inside of a complex one, a sub-attribute.',
    required: ['name', 'type', 'multiValued', 'description', 'required', 'caseExact', 'mutability', 'returned', 'uniqueness'],
    properties: {
      name: text,
      type: oneOf('type'),
      multiValued: flag,
      description: text,
      required: flag,
      canonicalValues: { ...texts, description: 'Values that are usual. Others are taken too.' },
      caseExact: flag,
      mutability: oneOf('mutability'),
      returned: oneOf('returned'),
      uniqueness: oneOf('uniqueness'),
      referenceTypes: texts,
      subAttributes: { type: 'array', items: ref('schemas', 'SchemaAttribute') },
    },
  },
  SchemaList: listSchema('All schemas, those of extensions too.', ref('schemas', 'Schema')),
};

function resource(name: string, properties: JsonObject): JsonObject {
  return object({ schemas: { type: 'array', items: { type: 'string', const: `${core}:${name}` }, minItems: 1 }, ...properties, meta });
}

function supported(more: JsonObject = {}): JsonObject {
  return object({ supported: flag, ...more });
}

/** All of its members are always there. */
function object(properties: JsonObject): JsonObject {
  return { type: 'object', required: Object.keys(properties), properties };
}

function oneOf(what: keyof typeof words): JsonObject {
  return { type: 'string', enum: Object.keys(words[what]) };
}
