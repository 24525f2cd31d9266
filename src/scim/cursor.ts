// What a cursor holds and which requests it fits; sealing is another file's work.
import { createHash } from 'node:crypto';
import { badRequest } from './errors.ts';

/** Seconds for which a cursor is good; discovery advertises them. https://www.rfc-editor.org/rfc/rfc9865#section-4 */
export const cursorTimeout = 3_600;

/**
 * A place in an order and the way to go from it. `key` is the sort value as storage writes it, null where there is none; with
 * `inclusive` the page begins at the place itself. The resource that stood there may be gone.
 */
export interface CursorPlace {
  readonly direction: 'forward' | 'backward';
  readonly inclusive: boolean;
  readonly key: string | null;
  readonly id: string;
}

/** A place with what its query was. `query` comes from `queryDigest`, `expires` counts seconds since 1970. */
export interface Cursor {
  readonly place: CursorPlace;
  readonly query: string;
  readonly count: number;
  readonly expires: number;
}

/** A short text that is the same for the same parts of a query and no others. */
export function queryDigest(parts: readonly (string | boolean | undefined)[]): string {
  return createHash('sha256').update(JSON.stringify(parts.map((part) => part ?? null))).digest('base64url').slice(0, 22);
}

/** The text that is sealed. */
export function writeCursor({ place, query, count, expires }: Cursor): string {
  return JSON.stringify([place.direction === 'forward', place.inclusive, place.key, place.id, query, count, expires]);
}

/** Reads what `writeCursor` wrote; undefined for anything else, such as the text of another version of this server. */
export function readCursor(text: string): Cursor | undefined {
  const [forward, inclusive, key, id, query, count, expires] = parse(text);
  if (typeof forward !== 'boolean' || typeof inclusive !== 'boolean' || (typeof key !== 'string' && key !== null)) return undefined;
  if (typeof id !== 'string' || typeof query !== 'string' || typeof count !== 'number' || typeof expires !== 'number') return undefined;
  return { place: { direction: forward ? 'forward' : 'backward', inclusive, key, id }, query, count, expires };
}

/**
 * The place of an opened cursor, if it fits the request: `count` is undefined where the request names none, `now` counts seconds since
 * 1970. Refuses with invalidCursor what could not be opened and what belongs to another query, with expiredCursor, and with invalidCount
 * a count that is not that of the first page. https://www.rfc-editor.org/rfc/rfc9865#section-2.1
 */
export function checkCursor(cursor: Cursor | undefined, request: { readonly query: string; readonly count: number | undefined; readonly now: number }): CursorPlace {
  if (cursor === undefined) {
    throw badRequest('invalidCursor', 'This cursor was not given to this caller by this server. Begin again with an empty cursor and use nextCursor and previousCursor as they are.');
  }
  if (request.now >= cursor.expires) {
    throw badRequest('expiredCursor', `This cursor is older than ${cursorTimeout / 60} minutes. Begin again with an empty cursor.`);
  }
  if (cursor.query !== request.query) {
    throw badRequest('invalidCursor', 'This cursor belongs to another query. Repeat endpoint, filter, sortBy and sortOrder of the first page, or begin again with an empty cursor.');
  }
  if (request.count !== undefined && request.count !== cursor.count) {
    throw badRequest('invalidCount', `"count" must stay what it was on the first page: ${cursor.count}. Repeat it, or begin again with an empty cursor.`);
  }
  return cursor.place;
}

function parse(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
