// Turns the body of a POST or PUT, in whatever dialect, into a resource spelled as the schema spells it.
import { badRequest } from './errors.ts';
import type { Attribute, AttributePath, ResourceType, ScimObject } from './schema/attribute.ts';
import { checkValue, collect, inSchemaOrder, isObject, isUnassigned, wrongType } from './schema/check-value.ts';
import { commonAttributes } from './schema/common.ts';
import { findExtension, resolveAttribute } from './schema/resolve.ts';

/** Values found so far: under undefined those of the core schema and the common attributes, under a URN those of that extension. */
type Found = Map<string | undefined, Map<string, unknown>>;

/**
 * The writable content of a POST or PUT body: keys as the schema spells them and in its order, extension attributes in an object under
 * their URN, only assigned values. Names are taken in any case, as nested objects, dotted (`name.givenName`), URN-qualified and inside
 * an object under a schema's URN. Left out: unknown members and schemas, `schemas`, read-only attributes, and the password once its
 * type has been checked. Refuses a body that is no object (invalidSyntax), what checkValue refuses, and a resource without a required
 * attribute (invalidValue). https://www.rfc-editor.org/rfc/rfc7644#section-3.3 and section 3.5.1
 */
export function normaliseResource(type: ResourceType, body: unknown): ScimObject {
  if (!isObject(body)) throw badRequest('invalidSyntax', 'The request body must be a JSON object with the resource.');
  const found: Found = new Map();
  for (const [key, value] of Object.entries(body)) readMember(type, key, value, found);
  requireAttributes(type, found);
  return assemble(type, found);
}

function readMember(type: ResourceType, key: string, value: unknown, found: Found): void {
  const schema = key.toLowerCase() === type.schema.id.toLowerCase() ? type.schema : findExtension(type, key)?.schema;
  if (schema === undefined) {
    readAttribute(resolveAttribute(type, key), value, found);
    return;
  }
  if (isUnassigned(value)) return;
  if (!isObject(value)) throw wrongType(schema.id, 'an object', value);
  for (const [name, part] of Object.entries(value)) readAttribute(resolveAttribute(type, `${schema.id}:${name}`), part, found);
}

function readAttribute(path: AttributePath | undefined, value: unknown, found: Found): void {
  if (path === undefined || path.attribute.mutability === 'readOnly' || path.sub?.mutability === 'readOnly') return;
  const { extension, attribute, sub } = path;
  if (attribute.stored === 'schemas') {
    checkSchemas(value);
    return;
  }
  const name = sub === undefined ? attribute.name : `${attribute.name}.${sub.name}`;
  if (sub !== undefined && attribute.multiValued) {
    throw badRequest('invalidValue', `"${name}" names a part of a list. Send "${attribute.name}" as a list of objects.`);
  }
  const checked = checkValue(sub ?? attribute, value, name);
  if (checked === undefined || attribute.stored === 'nowhere') return;
  const values = found.get(extension) ?? new Map<string, unknown>();
  found.set(extension, values);
  if (attribute.type === 'complex' && !attribute.multiValued) join(attribute, sub === undefined ? checked : { [sub.name]: checked }, values);
  else collect(values, attribute.name, checked, name);
}

/** A complex value may arrive in pieces, as an object and as dotted names; the pieces make one object. */
function join(attribute: Attribute, piece: unknown, values: Map<string, unknown>): void {
  const parts = new Map(Object.entries(values.get(attribute.name) ?? {}));
  for (const [key, part] of Object.entries(piece as ScimObject)) collect(parts, key, part, `${attribute.name}.${key}`);
  values.set(attribute.name, inSchemaOrder(attribute.subAttributes ?? [], parts));
}

/** `schemas` only has to have its shape: clients leave it out or name schemas that this server does not know. */
function checkSchemas(value: unknown): void {
  if (value === null || (Array.isArray(value) && value.every((urn) => typeof urn === 'string'))) return;
  throw badRequest('invalidSyntax', '"schemas" must be a list of strings, the URNs of the schemas that the resource uses.');
}

function requireAttributes(type: ResourceType, found: Found): void {
  requireOf(type.schema.attributes, found.get(undefined), '');
  for (const { schema, required } of type.extensions) {
    if (required || found.has(schema.id)) requireOf(schema.attributes, found.get(schema.id), `${schema.id}:`);
  }
}

function requireOf(attributes: readonly Attribute[], values: ReadonlyMap<string, unknown> | undefined, prefix: string): void {
  const missing = attributes.find(({ required, mutability, name }) => required && mutability !== 'readOnly' && values?.has(name) !== true);
  if (missing !== undefined) throw badRequest('invalidValue', `"${prefix}${missing.name}" is required. Send it with a value that is not empty.`);
}

function assemble(type: ResourceType, found: Found): ScimObject {
  const resource = inSchemaOrder([...commonAttributes, ...type.schema.attributes], found.get(undefined) ?? new Map()) ?? {};
  for (const { schema } of type.extensions) {
    const values = inSchemaOrder(schema.attributes, found.get(schema.id) ?? new Map());
    if (values !== undefined) resource[schema.id] = values;
  }
  return resource;
}
