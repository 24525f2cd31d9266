// Index pages: reads startIndex and count, writes the ListResponse.
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
    count: Math.max(0, Math.min(limits.maxCount, readInteger('count', count) ?? limits.defaultCount)),
  };
}

/** A page of a list. `totalResults` counts everything that matches, not the page. https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2 */
export function listResponse(resources: readonly ScimObject[], totalResults: number, startIndex: number): ScimObject {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}

function readInteger(name: string, given: unknown): number | undefined {
  if (given === undefined || given === null) return undefined;
  const value = typeof given === 'string' && /^[+-]?\d+$/u.test(given.trim()) ? Number(given) : given;
  if (typeof value !== 'number' || Number.isNaN(value) || Math.trunc(value) !== value) {
    throw badRequest('invalidValue', `"${name}" must be a whole number such as ${name}=1.`);
  }
  return Math.max(-1, Math.min(maxIndex, value));
}
