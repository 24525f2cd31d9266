// What a list is asked for, whether the parameters came in a query or in the body of a search.
import type { PageCut } from '../../domain/ports.ts';
import type { TypeQuery } from '../../provisioning/resource-handler.ts';
import { checkCursor, queryDigest, readCursor } from '../../scim/cursor.ts';
import { badRequest } from '../../scim/errors.ts';
import type { Filter } from '../../scim/filter/ast.ts';
import { parseFilter, parseFilterForTypes } from '../../scim/filter/parse-filter.ts';
import { pageLimits, parseCursorPage, parsePage } from '../../scim/pagination.ts';
import { parseProjection } from '../../scim/projection.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import { parseSortForTypes, type Sort } from '../../scim/sort.ts';

/** The names of the parameters, as RFC 7644 section 3.4.3 and RFC 9865 section 2 spell them. */
export const listParameters = ['filter', 'sortBy', 'sortOrder', 'startIndex', 'count', 'cursor', 'attributes', 'excludedAttributes'] as const;

/** The parameters as they came, undefined where there were none. */
export type ListParameters = Readonly<Record<(typeof listParameters)[number], unknown>>;

/** The parameters by what `valueOf` answers for each name. */
export function listParametersOf(valueOf: (name: keyof ListParameters) => unknown): ListParameters {
  const [filter, sortBy, sortOrder, startIndex, count, cursor, attributes, excludedAttributes] = listParameters.map(valueOf);
  return { filter, sortBy, sortOrder, startIndex, count, cursor, attributes, excludedAttributes };
}

/** `asked` has an entry for each type. `startIndex` counts from 1, as the answer repeats it; `digest` is the same for the pages of one walk. */
export interface ListRequest {
  readonly asked: readonly TypeQuery[];
  readonly cut: PageCut;
  readonly startIndex: number;
  readonly digest: string;
}

/** What cursors are opened with: `open` for the caller at hand, the present time in seconds since 1970. */
export interface CursorReading {
  readonly open: (cursor: string) => string | undefined;
  readonly now: number;
}

/** Checks the parameters against the resource types of a collection; `name` tells the collection from others. */
export function readListRequest(name: string, types: readonly ResourceType[], parameters: ListParameters, { open, now }: CursorReading): ListRequest {
  const { filter, sortBy, sortOrder, startIndex, count, cursor } = parameters;
  const page = parseCursorPage(cursor, startIndex, count);
  const index = page === undefined ? parsePage(startIndex, count) : undefined;
  const filters = readFilters(types, filter);
  const sorts = parseSortForTypes(sortBy, sortOrder, types);
  const asked = types.map((type, at) => ({
    filter: filters?.[at],
    sort: sorts?.[at],
    projection: parseProjection(type, parameters.attributes, parameters.excludedAttributes),
  }));
  const digest = queryDigest([name, typeof filter === 'string' ? filter : undefined, ...(sorts ?? []).flatMap(nameSort)]);
  if (index !== undefined) return { asked, cut: { limit: index.count, offset: index.startIndex - 1 }, startIndex: index.startIndex, digest };
  const opened = page === undefined || page.cursor === '' ? undefined : readOpened(open(page.cursor));
  const from = page === undefined || page.cursor === '' ? undefined : checkCursor(opened, { query: digest, count: page.count, now });
  return { asked, cut: { limit: opened?.count ?? page?.count ?? pageLimits.defaultCount, offset: 0, walk: { from } }, startIndex: 1, digest };
}

function readOpened(text: string | undefined) {
  return text === undefined ? undefined : readCursor(text);
}

function readFilters(types: readonly ResourceType[], filter: unknown): Filter[] | undefined {
  if (filter === undefined) return undefined;
  if (typeof filter !== 'string') throw badRequest('invalidFilter', '"filter" must be a string.');
  const [only, ...more] = types;
  return only !== undefined && more.length === 0 ? [parseFilter(filter, only)] : parseFilterForTypes(filter, types);
}

/** Sort values written by another type of attribute would mean nothing. */
function nameSort({ path, descending }: Sort): (string | boolean | undefined)[] {
  return [path?.extension, path?.attribute.name, path?.sub?.name, (path?.sub ?? path?.attribute)?.type, descending];
}
