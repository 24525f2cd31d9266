// Finds attributes by name in a resource type; names are compared without case and never used as object keys.
import type { Attribute, AttributePath, ResourceType } from './attribute.ts';
import { commonAttributes } from './common.ts';

const none: readonly Attribute[] = [];
const indexes = new WeakMap<readonly Attribute[], ReadonlyMap<string, Attribute>>();

/** An attribute of a list by name, without case. */
export function findAttribute(attributes: readonly Attribute[], name: string): Attribute | undefined {
  let index = indexes.get(attributes);
  if (index === undefined) {
    index = new Map(attributes.map((attribute) => [attribute.name.toLowerCase(), attribute]));
    indexes.set(attributes, index);
  }
  return index.get(name.toLowerCase());
}

/**
 * Resolves `name`, `name.sub`, `urn:…:name` and `urn:…:name.sub` (https://www.rfc-editor.org/rfc/rfc7644#section-3.10) against a
 * resource type; undefined when the type has no such attribute. A bare extension URN is no attribute.
 */
export function resolveAttribute(type: ResourceType, path: string): AttributePath | undefined {
  const { urn, rest } = splitUrn(type, path);
  if (rest === '') return undefined;
  const [name, subName, ...tooDeep] = rest.split('.');
  if (name === undefined || tooDeep.length > 0) return undefined;
  const found = urn === undefined ? findCore(type, name) : findIn(type, urn, name);
  if (found === undefined || subName === undefined) return found;
  const sub = findAttribute(found.attribute.subAttributes ?? none, subName);
  return sub === undefined ? undefined : { ...found, sub };
}

/** The extension of a type whose URN this is, without case. */
export function findExtension(type: ResourceType, urn: string): ResourceType['extensions'][number] | undefined {
  const wanted = urn.toLowerCase();
  return type.extensions.find((extension) => extension.schema.id.toLowerCase() === wanted);
}

/**
 * Splits a leading schema URN of this type off a path; `urn` is spelled as the schema spells it. The longest URN wins: one schema's
 * URN may be the beginning of another's.
 */
function splitUrn(type: ResourceType, path: string): { urn: string | undefined; rest: string } {
  const lower = path.toLowerCase();
  let urn: string | undefined;
  for (const schema of [type.schema, ...type.extensions.map((extension) => extension.schema)]) {
    if (schema.id.length > (urn?.length ?? 0) && lower.startsWith(`${schema.id.toLowerCase()}:`)) urn = schema.id;
  }
  return urn === undefined ? { urn, rest: path } : { urn, rest: path.slice(urn.length + 1) };
}

function findCore(type: ResourceType, name: string): AttributePath | undefined {
  const attribute = findAttribute(type.schema.attributes, name) ?? findAttribute(commonAttributes, name);
  return attribute && { extension: undefined, attribute, sub: undefined };
}

function findIn(type: ResourceType, urn: string, name: string): AttributePath | undefined {
  if (urn === type.schema.id) return findCore(type, name);
  const attribute = findAttribute(findExtension(type, urn)?.schema.attributes ?? none, name);
  return attribute && { extension: urn, attribute, sub: undefined };
}
