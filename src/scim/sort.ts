// Reads sortBy and sortOrder: from the caller's words to the attribute by which storage orders.
import { badRequest } from './errors.ts';
import type { ScimError } from './errors.ts';
import { findPath } from './filter/find-path.ts';
import { isAttrPath } from './filter/read-words.ts';
import { show } from './filter/refuse.ts';
import type { Attribute, AttributePath, ResourceType } from './schema/attribute.ts';
import { findAttribute } from './schema/resolve.ts';

/**
 * The order of a list. `path` names what is compared, never a complex attribute as a whole; it is undefined where only other types of
 * the same search have the attribute, so that no resource of this one has a value. What the order is, the same for SQL and for readers:
 * values compare by their type (texts after `foldCase` unless caseExact, by code point; dateTime as time; false before true), a
 * multi-valued attribute by its primary element, else by its first, and equal values by `id`. Resources without a value come last, and
 * first where `descending`, which is the exact reverse (https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.3).
 */
export interface Sort {
  readonly path: AttributePath | undefined;
  readonly descending: boolean;
}

const longestName = 512;

/**
 * The order that a request asks of one resource type, undefined where it asks for none; an empty `sortBy` counts as none. Names are
 * found as in filters; a complex attribute stands for its `value`, as in filters. Refuses with invalidValue: attributes that do not
 * exist, are never returned or are complex without a `value`, and any `sortOrder` but ascending and descending, in any case.
 * https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.3
 */
export function parseSort(sortBy: unknown, sortOrder: unknown, type: ResourceType): Sort | undefined {
  return parseSortForTypes(sortBy, sortOrder, [type])?.[0];
}

/**
 * The same for several resource types at once: one order for each, in their order. A type that lacks the attribute has no value there
 * (https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.1). Refuses what `parseSort` refuses where no type can be sorted so, and
 * attributes whose values cannot be compared from one type to the other.
 */
export function parseSortForTypes(sortBy: unknown, sortOrder: unknown, types: readonly ResourceType[]): Sort[] | undefined {
  const descending = readOrder(sortOrder);
  if (sortBy === undefined || sortBy === null || sortBy === '') return undefined;
  if (typeof sortBy !== 'string') throw badRequest('invalidValue', '"sortBy" must be a string that names one attribute, such as userName.');
  if (sortBy.length > longestName || !isAttrPath(sortBy)) {
    throw badRequest('invalidValue', `"sortBy" must name one attribute, such as userName or name.familyName; ${show(sortBy)} is no such name.`);
  }
  const found = types.map((type) => sortable(sortBy, type));
  const paths = found.map((each) => (each instanceof Error ? undefined : each));
  if (paths.every((path) => path === undefined)) throw found.find((each) => each instanceof Error) ?? unknown(sortBy, types);
  const kinds = new Set(paths.flatMap((path) => (path === undefined ? [] : kindOf(path.sub ?? path.attribute))));
  if (kinds.size > 1) {
    throw badRequest('invalidValue', `${show(sortBy)} is of another type in one resource type than in another. Sort each at its own endpoint.`);
  }
  return paths.map((path) => ({ path, descending }));
}

function readOrder(sortOrder: unknown): boolean {
  if (sortOrder === undefined || sortOrder === null || sortOrder === '') return false;
  const order = typeof sortOrder === 'string' && sortOrder.length <= 10 ? sortOrder.toLowerCase() : undefined;
  if (order !== 'ascending' && order !== 'descending') throw badRequest('invalidValue', '"sortOrder" must be ascending or descending.');
  return order === 'descending';
}

/** The path by which a type is sorted, undefined where it lacks the attribute; the refusal where it has it but cannot be sorted by it. */
function sortable(name: string, type: ResourceType): AttributePath | ScimError | undefined {
  const path = findPath(type, name, 'invalidValue');
  if (path === undefined) return undefined;
  // Even the order of secrets would tell them.
  if (path.attribute.returned === 'never' || path.sub?.returned === 'never') {
    return badRequest('invalidValue', `${show(name)} is never returned, so nothing can be sorted by it.`);
  }
  const last = path.sub ?? path.attribute;
  if (last.type !== 'complex') return path;
  const subs = last.subAttributes ?? [];
  const value = path.sub === undefined ? findAttribute(subs, 'value') : undefined;
  if (value !== undefined && value.returned !== 'never') return { ...path, sub: value };
  const known = subs.map((sub) => `${name}.${sub.name}`).join(', ');
  return badRequest('invalidValue', `${show(name)} is complex. Name one of its sub-attributes in "sortBy": ${known}.`);
}

function unknown(name: string, types: readonly ResourceType[]): ScimError {
  const where = types.map((type) => type.name).join(' or ');
  return badRequest('invalidValue', `${where} has no attribute ${show(name)} to sort by. Check its spelling and schema URN against /Schemas.`);
}

/** Values of one kind can be compared with each other. */
function kindOf({ type }: Attribute): string {
  if (type === 'integer' || type === 'decimal') return 'number';
  return type === 'boolean' || type === 'dateTime' ? type : 'text';
}
