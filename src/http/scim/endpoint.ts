// The tree of SCIM endpoints and the way from a request's address to one of them.
import { segmentsBehind, type Endpoint, type Found } from '../endpoint.ts';

/** The addresses under one name: `/Users`, `/Users/{id}` and `/Users/.search`. */
export interface EndpointFamily {
  readonly name: string;
  readonly self: Endpoint;
  readonly item?: Endpoint;
  readonly search?: Endpoint;
}

/** The path under which the door stands; `baseUrl` ends in it. */
export const scimPath = '/scim/v2';

/** Finds the endpoint of an absolute address under the base. */
export function findEndpoint(families: ReadonlyMap<string, EndpointFamily>, url: string): Found | undefined {
  const [name = '', id, ...deeper] = segmentsBehind(scimPath, url);
  const family = families.get(name);
  if (family === undefined || deeper.length > 0) return undefined;
  const endpoint = id === undefined ? family.self : id === '.search' ? family.search : family.item;
  return endpoint && { endpoint, id: id ?? '' };
}
