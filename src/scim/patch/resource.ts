// Reads and writes whole attributes of a resource where the schema keeps them; only own properties, named by the schema.
import { badRequest } from '../errors.ts';
import type { AttributePath, ResourceType, ScimObject } from '../schema/attribute.ts';
import { isObject } from '../schema/check-value.ts';

/** The value of an attribute, undefined when unassigned. Extensions are objects under their URN (RFC 7643 section 3.3). */
export function readAttribute(resource: ScimObject, { extension, attribute }: AttributePath): unknown {
  const holder = extension === undefined ? resource : own(resource, extension);
  return isObject(holder) ? own(holder, attribute.name) : undefined;
}

/** Sets an attribute in the resource itself, undefined unassigns; an extension is copied first and dropped with its last attribute. */
export function writeAttribute(resource: ScimObject, { extension, attribute }: AttributePath, value: unknown): void {
  if (extension === undefined) {
    set(resource, attribute.name, value);
    return;
  }
  const old = own(resource, extension);
  const holder = isObject(old) ? { ...old } : {};
  set(holder, attribute.name, value);
  set(resource, extension, Object.keys(holder).length === 0 ? undefined : holder);
}

/**
 * Refuses what the sequence of operations has made of an attribute: https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2.2. What an
 * optional extension requires is required while the resource has anything of that extension.
 */
export function checkResult(type: ResourceType, resource: ScimObject, path: AttributePath): void {
  const { attribute } = path;
  const value = readAttribute(resource, path);
  checkExtension(type, resource, path);
  if (value === undefined) {
    if (attribute.required && !isOptional(type, path)) throw badRequest('mutability', `"${attribute.name}" is required and cannot be removed.`);
    return;
  }
  const required = (attribute.subAttributes ?? []).filter((sub) => sub.required);
  if (required.length === 0) return;
  for (const element of Array.isArray(value) ? value : [value]) {
    const missing = required.find((sub) => !isObject(element) || own(element, sub.name) === undefined);
    if (missing !== undefined) throw badRequest('invalidValue', `"${attribute.name}.${missing.name}" is required.`);
  }
}

/** Whether an attribute goes with an extension that a resource of the type may do without. */
export function isOptional(type: ResourceType, { extension }: AttributePath): boolean {
  return extension !== undefined && type.extensions.some(({ schema, required }) => schema.id === extension && !required);
}

function checkExtension(type: ResourceType, resource: ScimObject, { extension }: AttributePath): void {
  const holder = extension === undefined ? undefined : own(resource, extension);
  if (!isObject(holder)) return;
  const attributes = type.extensions.find(({ schema }) => schema.id === extension)?.schema.attributes ?? [];
  const missing = attributes.find(({ name, required, mutability }) => required && mutability !== 'readOnly' && own(holder, name) === undefined);
  if (missing !== undefined) throw badRequest('invalidValue', `"${String(extension)}:${missing.name}" is required as long as the resource has anything of that extension.`);
}

/** Keeps a `schemas` that the resource carries in step with its extensions: https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2 */
export function describeSchemas(type: ResourceType, resource: ScimObject): void {
  const schemas = own(resource, 'schemas');
  if (!Array.isArray(schemas)) return;
  const urns = type.extensions.map(({ schema }) => schema.id);
  const kept = schemas.filter((schema) => !urns.includes(String(schema)) || own(resource, String(schema)) !== undefined);
  const added = urns.filter((urn) => own(resource, urn) !== undefined && !schemas.includes(urn));
  resource['schemas'] = [...kept, ...added];
}

function own(object: ScimObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function set(object: ScimObject, name: string, value: unknown): void {
  if (value === undefined) delete object[name];
  else object[name] = value;
}
