// Reads the path of a bulk operation: which resource type it names, and which resource; assumes nothing of the text.
import { badRequest, ScimError } from '../errors.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { show } from '../filter/refuse.ts';
import type { BulkMethod, BulkPlace } from './bulk-operation.ts';

/** What paths are read against; `baseUrl` is the absolute SCIM base without a slash at its end. */
export interface KnownPlaces {
  readonly types: readonly ResourceType[];
  readonly baseUrl: string;
}

const longestPath = 4_096;
const notResources: ReadonlySet<string> = new Set(['Bulk', 'Me', 'ServiceProviderConfig', 'ResourceTypes', 'Schemas', '.search']);

/**
 * Reads `/Users`, `/Users/{id}` and `/Users/bulkId:x`, also without the first slash or as an absolute address under the base. A query
 * is passed over: it could only choose what an answer shows, and a bulk answer shows no resource. Segments are decoded once. Refuses
 * with 404 what is no resource type, with invalidValue endpoints that are not resources and texts that are no path.
 * https://www.rfc-editor.org/rfc/rfc7644#section-3.7
 */
export function readPlace(path: unknown, { types, baseUrl }: KnownPlaces): BulkPlace {
  if (typeof path !== 'string' || path === '') throw badRequest('invalidValue', 'The operation needs "path": a resource type such as /Users, or one resource of it.');
  if (path.length > longestPath) throw badRequest('invalidValue', `The path of the operation is longer than ${longestPath} characters. No resource has such a path.`);
  const relative = path.startsWith(`${baseUrl}/`) ? path.slice(baseUrl.length) : path;
  const [name = '', id, ...deeper] = relative.replace(/[?#].*$/su, '').split('/').filter((segment) => segment !== '').map(decodeOnce);
  if (notResources.has(name) || id === '.search') {
    throw badRequest('invalidValue', `The path ${show(path)} is not that of a resource. Bulk operations create, replace, change and delete resources only.`);
  }
  const type = types.find(({ endpoint }) => endpoint === `/${name}`);
  if (type === undefined || deeper.length > 0) {
    throw new ScimError(404, undefined, `There is no resource at the path ${show(path)}. /ResourceTypes lists the endpoints, spelled exactly as they have to be.`);
  }
  return { type, id };
}

/** Refuses with 405, as the single request would be, a method that the place does not know. */
export function checkMethod(method: BulkMethod, { type, id }: BulkPlace): void {
  if (method === 'POST' && id !== undefined) throw new ScimError(405, undefined, `POST creates resources at ${type.endpoint}; this path names one. Use PUT, PATCH or DELETE.`);
  if (method !== 'POST' && id === undefined) throw new ScimError(405, undefined, `${method} needs the path of one resource, such as ${type.endpoint}/{id}.`);
}

/** A segment that cannot be decoded stays as it is, and is then no name and no id. */
function decodeOnce(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
