// The operations of a bulk request as planning and running see them: read, checked for their form, not yet resolved.
import type { ScimError } from '../errors.ts';
import type { ResourceType } from '../schema/attribute.ts';

/** The methods of https://www.rfc-editor.org/rfc/rfc7644#section-3.7 */
export type BulkMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a path names: a resource type or, with `id`, one resource of it. The id may still be a reference such as `bulkId:x`. */
export interface BulkPlace {
  readonly type: ResourceType;
  readonly id: string | undefined;
}

/** An operation of the right form. `references` holds each bulkId that its path and data refer to, once. */
export interface SoundOperation {
  readonly fault: undefined;
  readonly method: BulkMethod;
  readonly bulkId: string | undefined;
  readonly place: BulkPlace;
  readonly version: string | undefined;
  readonly data: unknown;
  readonly references: readonly string[];
}

/** An operation that can only be answered with its fault; the other parts are what could be read of it. */
export interface FaultyOperation {
  readonly fault: ScimError;
  readonly method: string | undefined;
  readonly bulkId: string | undefined;
  readonly place: BulkPlace | undefined;
}

/** One operation, in the order of the request. */
export type BulkOperation = SoundOperation | FaultyOperation;

/** A bulk request; without `failOnErrors` everything is tried. */
export interface BulkRequest {
  readonly failOnErrors: number | undefined;
  readonly operations: readonly BulkOperation[];
}
