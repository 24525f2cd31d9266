// Parses the path of a PATCH operation into the attribute, element filter and sub-attribute that it names.
import { badRequest } from '../errors.ts';
import type { ScimError } from '../errors.ts';
import type { Attribute, AttributePath, ResourceType } from '../schema/attribute.ts';
import { findAttribute } from '../schema/resolve.ts';
import type { Filter } from './ast.ts';
import { findPath } from './find-path.ts';
import { checkLength } from './limits.ts';
import { parseValueFilter } from './parse-filter.ts';
import { isAttrName, isAttrPath } from './read-words.ts';
import { show } from './refuse.ts';

/**
 * A resolved path. `path.sub` and `sub` are the same: the sub-attribute behind the dot, with or without brackets before it. `filter`
 * selects elements of the multi-valued `path.attribute`; test them with `matchesElement`.
 */
export interface ParsedPath {
  readonly path: AttributePath;
  readonly filter: Filter | undefined;
  readonly sub: Attribute | undefined;
}

/**
 * Parses `attrPath` or `valuePath[subAttr]` of https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2 (Figure 7). Names are found as in
 * filters, extension attributes also without their URN where that is unambiguous. Refuses with invalidPath: any other form, unknown
 * attributes, the bare URN of an extension, brackets behind what is not multi-valued and complex, more than 4,096 bytes; with
 * invalidFilter what is wrong inside the brackets.
 */
export function parsePath(text: string, type: ResourceType): ParsedPath {
  checkLength(text, 'path');
  const open = text.indexOf('[');
  if (open === -1) {
    const path = find(text, type);
    return { path, filter: undefined, sub: path.sub };
  }
  const close = text.lastIndexOf(']');
  if (close < open) throw invalidPath(text, 'has "[" without "]". Close the bracket');
  const path = find(text.slice(0, open), type);
  const { attribute } = path;
  if (attribute.type !== 'complex' || !attribute.multiValued || path.sub !== undefined) {
    throw invalidPath(text, `selects elements of ${text.slice(0, open)}, which is no list of objects. Leave out the brackets`);
  }
  const filter = parseValueFilter(text.slice(open + 1, close), path, open + 1);
  const sub = subBehind(text, close + 1, attribute);
  return { path: { ...path, sub }, filter, sub };
}

function find(name: string, type: ResourceType): AttributePath {
  if (!isAttrPath(name)) throw invalidPath(name, 'is not of the form name, name.sub or name[filter].sub, with or without a schema URN');
  const path = findPath(type, name, 'invalidPath');
  if (path === undefined) throw invalidPath(name, `names no attribute of ${type.name}. Check its spelling and schema URN against /Schemas`);
  return path;
}

function subBehind(text: string, start: number, attribute: Attribute): Attribute | undefined {
  const tail = text.slice(start);
  if (tail === '') return undefined;
  const name = tail.slice(1);
  if (!tail.startsWith('.') || !isAttrName(name)) throw invalidPath(text, 'goes on behind "]". Only a dot and one sub-attribute may follow');
  const sub = findAttribute(attribute.subAttributes ?? [], name);
  if (sub === undefined) throw invalidPath(text, `names no sub-attribute of ${attribute.name}. Check its spelling against /Schemas`);
  return sub;
}

/** Repeats the path up to its bracket only: what stands inside may be personal. */
function invalidPath(path: string, problem: string): ScimError {
  return badRequest('invalidPath', `The path ${show(path.replace(/\[.*/su, '[…]'))} ${problem}.`);
}
