// The description of a team API that is only described: the same endpoints that are served, over a context that nobody asks.
import { adminEndpoints, type AdminContext } from '../endpoints.ts';
import type { JsonObject } from '../../openapi/json.ts';
import { adminDocument } from './document.ts';

/** The document of a door whose bodies have at most so many bytes. */
export function describeAdmin(limitBytes: number): JsonObject {
  return adminDocument(adminEndpoints({ limitBytes } as AdminContext));
}
