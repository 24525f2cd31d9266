// Pages of the lists of the team API by sealed cursors, the same for every list; a cursor fits only its caller, list, filters and order.
import type { Context } from 'hono';
import { z } from 'zod';
import type { Boundary, PageCut } from '../../domain/ports.ts';
import { cursorTimeout, queryDigest, readCursor, writeCursor } from '../../scim/cursor.ts';
import type { CursorSeal } from '../../scim/cursor-seal.ts';
import { badRequest } from '../../scim/errors.ts';
import { cursorHolderOf } from '../cursor-holder.ts';
import type { CallEnv } from '../request-frame.ts';
import { answerJson } from './answer.ts';

const longestCursor = 8_192;

/** Most rows on a page, and how many there are on one whose size is not given. */
const pageSizes = { most: 200, usual: 50 };

/** The parameters `cursor` and `limit`, for the shape of a list's query. */
export const pageParameters = {
  cursor: z.string().min(1, 'must be nextCursor or previousCursor of a page').max(longestCursor, 'must be nextCursor or previousCursor of a page').optional(),
  limit: z
    .string()
    .regex(/^\d{1,9}$/u, `must be a whole number from 1 to ${pageSizes.most}`)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= pageSizes.most, `must be a whole number from 1 to ${pageSizes.most}`)
    .default(pageSizes.usual),
};

/** The shape of a list's answer; `total` is exact where the list counts. */
export function pageShape<T extends z.ZodType>(item: T) {
  return z.object({ total: z.int().min(0), items: z.array(item), nextCursor: z.string().nullable(), previousCursor: z.string().nullable() });
}

/** A page as a list found it. */
interface FoundPage<T> {
  readonly total: number;
  readonly rows: readonly T[];
  readonly next?: Boundary | undefined;
  readonly previous?: Boundary | undefined;
}

/** The page that is asked for, and how to answer it. */
export interface Paging {
  readonly cut: PageCut;
  readonly answer: <T>(page: FoundPage<T>, show: (row: T) => object) => Response;
}

/** Opens the cursor of a request. `list` names the list with its filters and order: whatever tells one walk from another. */
export function readPaging(c: Context<CallEnv>, seal: CursorSeal, { cursor, limit }: { cursor?: string | undefined; limit: number }, list: readonly (string | boolean | undefined)[]): Paging {
  const holder = cursorHolderOf(c.get('call').credential);
  const now = Math.floor(Date.now() / 1000);
  const digest = queryDigest(list);
  const from = cursor === undefined ? undefined : placeOf(seal.open(cursor, holder), digest, now);
  const cursorAt = (place: Boundary | undefined) =>
    place === undefined ? null : seal.seal(writeCursor({ place, query: digest, count: limit, expires: now + cursorTimeout }), holder);
  return {
    cut: { limit, offset: 0, walk: { from } },
    answer: ({ total, rows, next, previous }, show) => answerJson({ total, items: rows.map(show), nextCursor: cursorAt(next), previousCursor: cursorAt(previous) }),
  };
}

function placeOf(text: string | undefined, digest: string, now: number): Boundary {
  const cursor = text === undefined ? undefined : readCursor(text);
  if (cursor === undefined) throw badRequest('invalidCursor', 'This cursor was not given to this caller by this server. Begin again without "cursor" and use nextCursor and previousCursor as they are.');
  if (now >= cursor.expires) throw badRequest('expiredCursor', `This cursor is older than ${cursorTimeout / 60} minutes. Begin again without "cursor".`);
  if (cursor.query !== digest) throw badRequest('invalidCursor', 'This cursor belongs to another list. Repeat the filters and "sort" of the first page, or begin again without "cursor".');
  return cursor.place;
}
