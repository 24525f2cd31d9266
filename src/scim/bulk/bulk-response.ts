// The body of a bulk answer.
import type { ScimObject } from '../schema/attribute.ts';

/** What became of one operation; undefined parts are left out. `status` is the number of the single request's answer. */
export interface BulkResult {
  readonly location: string | undefined;
  readonly method: string | undefined;
  readonly bulkId: string | undefined;
  readonly version: string | undefined;
  readonly status: number;
  /** The error body; for a success the resource, where that is not all that the operation asked for, else nothing. */
  readonly response: ScimObject | undefined;
}

/** The results in the order given. https://www.rfc-editor.org/rfc/rfc7644#section-3.7.3 */
export function bulkResponse(results: readonly BulkResult[]): ScimObject {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
    Operations: results.map(({ location, method, bulkId, version, status, response }) => ({ location, method, bulkId, version, status: String(status), response })),
  };
}
