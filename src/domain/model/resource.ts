// A resource of a type that the operator describes; the domain keeps it, guards who changes it, and never looks inside.
import type { UniqueKey } from './keys.ts';
import type { Profile } from './membership.ts';

/** The type of such a resource, as far as answers show it. */
export interface ResourceKind {
  readonly name: string;
  readonly endpoint: string;
  readonly schema: { readonly id: string };
}

/** What describes a resource, as a caller may change it. `externalId` is that of the caller's own connection; no `keys` leaves those it has. */
export interface ResourceParticulars {
  readonly externalId: string | undefined;
  readonly profile: Profile;
  readonly keys?: readonly UniqueKey[] | undefined;
}

/** A resource. Versions count from 1. */
export interface Resource extends ResourceParticulars {
  readonly id: string;
  readonly version: number;
}

/** A resource as answers show it. Times are ISO 8601 in UTC with milliseconds. */
export interface ResourceView extends Resource {
  readonly createdAt: string;
  readonly updatedAt: string;
}
