// What the list of members is asked for: filters, order, and a page by its size and a cursor.
import type { Boundary, TeamQuery } from '../../domain/ports.ts';
import { cursorTimeout, queryDigest, readCursor } from '../../scim/cursor.ts';
import { badRequest } from '../../scim/errors.ts';
import { readParameters } from './read-parameters.ts';
import { listParameters } from './shapes.ts';

/** `digest` is the same for the pages of one walk, whatever their size. */
export interface TeamRequest {
  readonly query: TeamQuery;
  readonly digest: string;
}

/** What cursors are opened with: `open` for the caller at hand, the present time in seconds since 1970. */
export interface CursorReading {
  readonly open: (cursor: string) => string | undefined;
  readonly now: number;
}

export function readTeamRequest(url: string, reading: CursorReading): TeamRequest {
  const { q: search, status, role, group: groupId, managed, hideDeactivated, sort, cursor, limit } = readParameters(url, listParameters);
  const digest = queryDigest(['team/members', search, status, role, groupId, managed, hideDeactivated, sort.order, sort.descending]);
  const from = cursor === undefined ? undefined : placeOf(cursor, digest, reading);
  return { query: { search, status, role, groupId, managed, hideDeactivated, ...sort, limit, offset: 0, walk: { from } }, digest };
}

function placeOf(sealed: string, digest: string, { open, now }: CursorReading): Boundary {
  const text = open(sealed);
  const cursor = text === undefined ? undefined : readCursor(text);
  if (cursor === undefined) throw badRequest('invalidCursor', 'This cursor was not given to this caller by this server. Begin again without "cursor" and use nextCursor and previousCursor as they are.');
  if (now >= cursor.expires) throw badRequest('expiredCursor', `This cursor is older than ${cursorTimeout / 60} minutes. Begin again without "cursor".`);
  if (cursor.query !== digest) throw badRequest('invalidCursor', 'This cursor belongs to another list. Repeat the filters and "sort" of the first page, or begin again without "cursor".');
  return cursor.place;
}
