// Decides which attributes an answer holds, from attributes, excludedAttributes and each attribute's `returned`.
import { badRequest } from './errors.ts';
import type { Attribute, AttributePath, ResourceType, ScimObject } from './schema/attribute.ts';
import { isObject, isUnassigned } from './schema/check-value.ts';
import { commonAttributes } from './schema/common.ts';
import { findExtension, resolveAttribute } from './schema/resolve.ts';

/** The sub-attributes named of one attribute; 'whole' when the attribute itself was named. */
type Chosen = 'whole' | ReadonlySet<string>;

/**
 * What a request asked to see of one resource type. `mode` tells how to read `chosen`: nothing was asked (default), only these, or all
 * but these. Keys of `chosen` are attribute names, `urn:…:name` for extensions, spelled as the schema spells them.
 */
export interface Projection {
  readonly mode: 'default' | 'only' | 'without';
  readonly chosen: ReadonlyMap<string, Chosen>;
}

/** The projection of a request that asks for nothing special. */
export const defaultProjection: Projection = { mode: 'default', chosen: new Map() };

/** `schemas` is computed, `meta` closes the resource, the other common attributes open it. */
const leading = commonAttributes.filter(({ name }) => name !== 'schemas' && name !== 'meta');
const trailing = commonAttributes.filter(({ name }) => name === 'meta');

/**
 * Reads the parameters `attributes` and `excludedAttributes` for one resource type: a comma-separated text as in a query, or a list of
 * strings as in a search body. Takes plain, dotted and URN-qualified names and whole schema URNs, in any case; unknown names are ignored,
 * an empty parameter counts as absent. Refuses both at once (invalidValue) and anything that is no text (invalidSyntax).
 * https://www.rfc-editor.org/rfc/rfc7644#section-3.9
 */
export function parseProjection(type: ResourceType, attributes: unknown, excludedAttributes: unknown): Projection {
  const only = readNames('attributes', attributes);
  const without = readNames('excludedAttributes', excludedAttributes);
  if (only.length > 0 && without.length > 0) {
    throw badRequest('invalidValue', 'Send either attributes or excludedAttributes, not both: each replaces the other.');
  }
  if (only.length > 0) return { mode: 'only', chosen: choose(type, only) };
  if (without.length > 0) return { mode: 'without', chosen: choose(type, without) };
  return defaultProjection;
}

/**
 * Whether an answer with this projection shows an attribute at all; storage need not read one that is not wanted. `attributeName` is a
 * name in any form that resolveAttribute takes, or an extension's URN (wanted when one of its attributes is); unknown ones are not wanted.
 */
export function wants(projection: Projection, type: ResourceType, attributeName: string): boolean {
  const extension = findExtension(type, attributeName);
  if (extension !== undefined) return extension.schema.attributes.some((attribute) => isShown(projection, extension.schema.id, attribute));
  const path = resolveAttribute(type, attributeName);
  if (path === undefined || !isShown(projection, path.extension, path.attribute)) return false;
  return path.sub === undefined || isSubShown(projection, keyOf(path.extension, path.attribute.name), path.sub);
}

/**
 * The part of a resource that an answer shows. `resource` has its keys as the schema spells them; what the schema does not know is left
 * out, as are unassigned values. `schemas` is computed from what is shown. https://www.rfc-editor.org/rfc/rfc7643#section-7 (returned)
 */
export function project(type: ResourceType, resource: ScimObject, projection: Projection): ScimObject {
  const shown: ScimObject = { schemas: [] };
  const add = (attributes: readonly Attribute[]): void => projectInto(shown, resource, attributes, undefined, projection);
  add(leading);
  add(type.schema.attributes);
  for (const { schema } of type.extensions) {
    const values = Object.hasOwn(resource, schema.id) ? resource[schema.id] : undefined;
    if (!isObject(values)) continue;
    const part: ScimObject = {};
    projectInto(part, values, schema.attributes, schema.id, projection);
    if (Object.keys(part).length > 0) shown[schema.id] = part;
  }
  add(trailing);
  shown['schemas'] = schemasOf(type, shown);
  return shown;
}

/** The value of `schemas`: the core schema and each extension of which the resource holds an object. https://www.rfc-editor.org/rfc/rfc7643#section-3 */
export function schemasOf(type: ResourceType, resource: ScimObject): string[] {
  const present = type.extensions.map(({ schema }) => schema.id).filter((urn) => Object.hasOwn(resource, urn) && isObject(resource[urn]));
  return [type.schema.id, ...present];
}

function projectInto(target: ScimObject, source: ScimObject, attributes: readonly Attribute[], extension: string | undefined, projection: Projection): void {
  for (const attribute of attributes) {
    if (!Object.hasOwn(source, attribute.name) || !isShown(projection, extension, attribute)) continue;
    const value = projectValue(attribute, source[attribute.name], keyOf(extension, attribute.name), projection);
    if (value !== undefined) target[attribute.name] = value;
  }
}

function projectValue(attribute: Attribute, value: unknown, key: string, projection: Projection): unknown {
  if (isUnassigned(value)) return undefined;
  if (attribute.type !== 'complex') return simpleValue(value);
  if (!Array.isArray(value)) return projectElement(attribute, value, key, projection);
  const elements = value.map((element) => projectElement(attribute, element, key, projection)).filter((element) => element !== undefined);
  return elements.length === 0 ? undefined : elements;
}

/** An object here is older than the schema, which therefore cannot say what of it may be shown. */
function simpleValue(value: unknown): unknown {
  if (isObject(value)) return undefined;
  if (!Array.isArray(value) || !value.some(isObject)) return value;
  const shown = value.filter((element) => !isObject(element));
  return shown.length === 0 ? undefined : shown;
}

function projectElement(attribute: Attribute, value: unknown, key: string, projection: Projection): ScimObject | undefined {
  if (!isObject(value)) return undefined;
  const shown: ScimObject = {};
  for (const sub of attribute.subAttributes ?? []) {
    if (!Object.hasOwn(value, sub.name) || !isSubShown(projection, key, sub)) continue;
    const part = value[sub.name];
    if (!isUnassigned(part)) shown[sub.name] = part;
  }
  return Object.keys(shown).length === 0 ? undefined : shown;
}

function isShown(projection: Projection, extension: string | undefined, attribute: Attribute): boolean {
  const chosen = projection.chosen.get(keyOf(extension, attribute.name));
  return byRule(attribute.returned, projection.mode, projection.mode === 'without' ? chosen === 'whole' : chosen !== undefined);
}

/** Assumes that the attribute itself is shown. */
function isSubShown(projection: Projection, key: string, sub: Attribute): boolean {
  const chosen = projection.chosen.get(key);
  if (projection.mode === 'default' || chosen === undefined || chosen === 'whole') return byRule(sub.returned, 'default', false);
  return byRule(sub.returned, projection.mode, chosen.has(sub.name));
}

function byRule(returned: Attribute['returned'], mode: Projection['mode'], named: boolean): boolean {
  switch (returned) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'request':
      return mode === 'only' && named;
    case 'default':
      return mode === 'default' || named === (mode === 'only');
  }
}

function choose(type: ResourceType, names: readonly string[]): ReadonlyMap<string, Chosen> {
  const chosen = new Map<string, 'whole' | Set<string>>();
  for (const name of names) for (const path of pathsOf(type, name)) choosePath(chosen, path);
  return chosen;
}

function choosePath(chosen: Map<string, 'whole' | Set<string>>, { extension, attribute, sub }: AttributePath): void {
  const key = keyOf(extension, attribute.name);
  const before = chosen.get(key);
  if (sub === undefined || before === 'whole') chosen.set(key, 'whole');
  else chosen.set(key, (before ?? new Set()).add(sub.name));
}

/** A whole schema stands for each of its attributes. */
function pathsOf(type: ResourceType, name: string): AttributePath[] {
  const extension = findExtension(type, name)?.schema;
  const schema = name.toLowerCase() === type.schema.id.toLowerCase() ? type.schema : extension;
  if (schema !== undefined) return schema.attributes.map((attribute) => ({ extension: extension?.id, attribute, sub: undefined }));
  const path = resolveAttribute(type, name);
  return path === undefined ? [] : [path];
}

function readNames(parameter: string, given: unknown): string[] {
  if (given === undefined || given === null) return [];
  const names: unknown[] = typeof given === 'string' ? given.split(',') : Array.isArray(given) ? given : [given];
  if (!names.every((name) => typeof name === 'string')) throw badRequest('invalidSyntax', `"${parameter}" must list attribute names.`);
  return names.map((name) => name.trim()).filter((name) => name !== '');
}

function keyOf(extension: string | undefined, name: string): string {
  return extension === undefined ? name : `${extension}:${name}`;
}
