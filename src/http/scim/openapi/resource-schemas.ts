// The components that stand for resource types: each as answers show it, as requests send it, and as lists hold it.
import type { Attribute, ResourceType, Schema } from '../../../scim/schema/attribute.ts';
import { commonAttributes } from '../../../scim/schema/common.ts';
import { attributeSchema, isIn, membersOf, type View } from './attribute-schema.ts';
import { ref, type JsonObject } from '../../openapi/json.ts';
import { listSchema } from './message-schemas.ts';
import type { Names } from './names.ts';

/** Every schema component that comes from the registry. */
export function resourceSchemas(types: readonly ResourceType[], names: Names): JsonObject {
  const extensions = [...new Set(types.flatMap((type) => type.extensions.map(({ schema }) => schema)))];
  return {
    Meta: metaSchema(),
    ...Object.assign({}, ...extensions.map((schema) => extensionSchemas(schema, names)), ...types.map((type) => typeSchemas(type, names))),
    EverythingList: listSchema('A page of resources of all types; `meta.resourceType` tells which is which.', {
      anyOf: types.map((type) => ref('schemas', names.ofType(type).one)),
    }),
  };
}

function typeSchemas(type: ResourceType, names: Names): JsonObject {
  const { one } = names.ofType(type);
  return {
    [one]: {
      ...resourceSchema(type, 'answer', names),
      description: `${type.description}, as answers show them. \`attributes\` and \`excludedAttributes\` choose what is shown; nothing but what is marked as required is certain to be there.`,
    },
    [`${one}Request`]: {
      ...resourceSchema(type, 'request', names),
      description: `${type.description}, as requests create and replace them. What an answer showed may be sent back: read-only attributes and unknown ones are passed over.`,
    },
    [`${one}List`]: listSchema(`A page of ${type.endpoint.slice(1)}.`, ref('schemas', one)),
  };
}

function extensionSchemas(schema: Schema, names: Names): JsonObject {
  const name = names.ofExtension(schema);
  const views: readonly (readonly [string, View])[] = [[name, 'answer'], [`${name}Request`, 'request']];
  return Object.fromEntries(
    views.filter(([, view]) => has(schema, view)).map(([component, view]) => [component, { description: `${schema.description} (\`${schema.id}\`).`, ...objectSchema(schema.attributes, view) }]),
  );
}

function resourceSchema(type: ResourceType, view: View, names: Names): JsonObject {
  const leading = commonAttributes.filter(({ name }) => name !== 'schemas' && name !== 'meta');
  const { properties, required } = membersOf([...leading, ...type.schema.attributes], view);
  const parts = type.extensions.filter(({ schema }) => has(schema, view));
  const demanded = view === 'request' ? parts.filter((extension) => extension.required).map(({ schema }) => schema.id) : [];
  return {
    type: 'object',
    required: [...(view === 'answer' ? ['schemas'] : []), ...required, ...demanded],
    properties: {
      schemas: schemasSchema(type, view),
      ...properties,
      ...Object.fromEntries(parts.map(({ schema }) => [schema.id, ref('schemas', `${names.ofExtension(schema)}${view === 'request' ? 'Request' : ''}`)])),
      ...(view === 'answer' && { meta: ref('schemas', 'Meta') }),
    },
  };
}

/** Requests may leave it out and name others: the attributes tell which schemas are used. */
function schemasSchema({ schema, extensions }: ResourceType, view: View): JsonObject {
  const urns = [schema.id, ...extensions.map((extension) => extension.schema.id)];
  const common = { type: 'array', description: 'URIs of the schemas whose attributes the resource carries.' };
  return view === 'answer' ? { ...common, items: { type: 'string', enum: urns }, minItems: 1 } : { ...common, items: { type: 'string', examples: urns } };
}

function metaSchema(): JsonObject {
  const meta = commonAttributes.find(({ name }) => name === 'meta');
  return meta === undefined ? {} : attributeSchema(meta, 'answer');
}

function objectSchema(attributes: readonly Attribute[], view: View): JsonObject {
  const { properties, required } = membersOf(attributes, view);
  return { type: 'object', properties, ...(required.length > 0 && { required }) };
}

/** Whether a view shows anything of a schema. */
function has({ attributes }: Schema, view: View): boolean {
  return attributes.some((attribute) => isIn(view, attribute));
}
