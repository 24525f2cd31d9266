// Pages of lists: reads startIndex, count and cursor, writes the ListResponse.
import { badRequest } from './errors.ts';
import type { ScimObject } from './schema/attribute.ts';

/** Resources on a page: `defaultCount` when the client names no count, never more than `maxCount`. */
export interface PageLimits {
  readonly defaultCount: number;
  readonly maxCount: number;
}

/** The limits that discovery advertises. */
export const pageLimits: PageLimits = { defaultCount: 100, maxCount: 200 };

/** A page by index: `startIndex` counts from 1, `count` may be 0 (totals only). */
export interface Page {
  readonly startIndex: number;
  readonly count: number;
}

/** Beyond this no index means anything; the database takes it as a plain integer. */
const maxIndex = 2_147_483_647;

/**
 * Reads `startIndex` and `count` as they stand in a query (text) or in a search body (number). A startIndex below 1 is 1, a count
 * below 0 is 0, a count above the limit is the limit. Refuses anything but a whole number with invalidValue.
 * https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4
 */
export function parsePage(startIndex: unknown, count: unknown, limits: PageLimits = pageLimits): Page {
  return {
    startIndex: Math.max(1, readInteger('startIndex', startIndex) ?? 1),
    count: clamp(readInteger('count', count) ?? limits.defaultCount, limits),
  };
}

/** A page by cursor: an empty `cursor` is the first page; `count` is undefined where the request names none. */
export interface CursorPage {
  readonly cursor: string;
  readonly count: number | undefined;
}

/**
 * Reads `cursor` and `count`; undefined where no cursor is given, which asks for a page by index. Refuses with invalidValue a startIndex
 * beside it, with invalidCursor what is no text, with invalidCount a count that is no whole number; one beyond the limit is the limit.
 * https://www.rfc-editor.org/rfc/rfc9865#section-2
 */
export function parseCursorPage(cursor: unknown, startIndex: unknown, count: unknown, limits: PageLimits = pageLimits): CursorPage | undefined {
  if (cursor === undefined || cursor === null) return undefined;
  if (startIndex !== undefined && startIndex !== null) {
    throw badRequest('invalidValue', 'Send either "cursor" or "startIndex", not both: they ask for pages in different ways.');
  }
  if (typeof cursor !== 'string') throw badRequest('invalidCursor', '"cursor" must be a string: empty for the first page, then nextCursor or previousCursor of the page before.');
  const asked = readInteger('count', count, 'invalidCount');
  return { cursor, count: asked === undefined ? undefined : clamp(asked, limits) };
}

/** A page of a list by index; `resources` are not looked into. `totalResults` counts everything that matches, not the page. https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2 */
export function listResponse(resources: readonly unknown[], totalResults: number, startIndex: number): ScimObject {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}

/** The cursors of the pages beside a page, undefined where there is none. */
export interface Neighbours {
  readonly nextCursor: string | undefined;
  readonly previousCursor: string | undefined;
}

/** A page of a list by cursor, which has no index. https://www.rfc-editor.org/rfc/rfc9865#section-2 */
export function cursorResponse(resources: readonly unknown[], totalResults: number, { nextCursor, previousCursor }: Neighbours): ScimObject {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults,
    itemsPerPage: resources.length,
    ...(previousCursor !== undefined && { previousCursor }),
    ...(nextCursor !== undefined && { nextCursor }),
    Resources: resources,
  };
}

function clamp(count: number, { maxCount }: PageLimits): number {
  return Math.max(0, Math.min(maxCount, count));
}

function readInteger(name: string, given: unknown, scimType: 'invalidValue' | 'invalidCount' = 'invalidValue'): number | undefined {
  if (given === undefined || given === null) return undefined;
  const value = typeof given === 'string' && /^[+-]?\d+$/u.test(given.trim()) ? Number(given) : given;
  if (typeof value !== 'number' || Number.isNaN(value) || Math.trunc(value) !== value) {
    throw badRequest(scimType, `"${name}" must be a whole number such as ${name}=1.`);
  }
  return Math.max(-1, Math.min(maxIndex, value));
}
