// What a list is asked for, whether the parameters came in a query or in the body of a search.
import type { ListQuery } from '../../domain/ports.ts';
import { badRequest } from '../../scim/errors.ts';
import type { Filter } from '../../scim/filter/ast.ts';
import { parseFilter } from '../../scim/filter/parse-filter.ts';
import { parsePage } from '../../scim/pagination.ts';
import { parseProjection, type Projection } from '../../scim/projection.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';

/** The parameters as they came, undefined where there were none. */
export interface ListParameters {
  readonly filter: unknown;
  readonly startIndex: unknown;
  readonly count: unknown;
  readonly attributes: unknown;
  readonly excludedAttributes: unknown;
}

/** `startIndex` counts from 1, as the answer repeats it. */
export interface ListRequest {
  readonly query: ListQuery<Filter>;
  readonly projection: Projection;
  readonly startIndex: number;
}

/**
 * Checks the parameters against a resource type. Sorting is not offered yet, and `sortBy` is passed over as any parameter a server does
 * not know: https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2
 */
export function readListRequest(type: ResourceType, parameters: ListParameters): ListRequest {
  const { startIndex, count } = parsePage(parameters.startIndex, parameters.count);
  const projection = parseProjection(type, parameters.attributes, parameters.excludedAttributes);
  return { query: { filter: readFilter(type, parameters.filter), offset: startIndex - 1, limit: count }, projection, startIndex };
}

function readFilter(type: ResourceType, filter: unknown): Filter | undefined {
  if (filter === undefined) return undefined;
  if (typeof filter !== 'string') throw badRequest('invalidFilter', '"filter" must be a string.');
  return parseFilter(filter, type);
}
