// The descriptor of a resource type: all that a SCIM door may know of one, so that no door has to know which types there are.
import type { Call } from '../domain/model/caller.ts';
import type { AnyView, CommandStore, KindParts, ListQuery, Page, Reads, Selection } from '../domain/ports.ts';
import type { Outcome } from '../domain/refusals.ts';
import type { Expected } from '../domain/rules/precondition.ts';
import type { Filter } from '../scim/filter/ast.ts';
import type { Projection } from '../scim/projection.ts';
import type { ResourceType, ScimObject } from '../scim/schema/attribute.ts';
import type { Sort } from '../scim/sort.ts';

/** What every handler works with. `baseUrl` is the absolute SCIM base without a slash at its end; all links are built from it. */
export interface ProvisioningContext {
  readonly store: CommandStore;
  readonly reads: Reads<Filter, Sort>;
  readonly baseUrl: string;
}

/** A list of a resource that is too long to be held in memory: its name, and its elements in pieces, to be read to the end or closed. */
export interface LongList {
  readonly name: string;
  readonly pieces: AsyncIterableIterator<readonly unknown[]>;
}

/**
 * A resource as an answer shows it; `resource` is undefined where the answer has no body, and lacks the list that comes as `long`.
 * `withheld`: part of the change was rightly not made, so that whoever asked has to be shown the resource.
 */
export interface Representation {
  readonly location: string;
  readonly etag: string;
  readonly resource: ScimObject | undefined;
  readonly long?: LongList | undefined;
  readonly withheld?: boolean;
}

/** A resource whose long list has yet to be read, and which holds nothing until then; nothing when it is gone by that time. */
export type OpenLong = () => Promise<{ readonly resource: ScimObject; readonly long: LongList } | undefined>;

/** A resource of a list. */
export type Listed = ScimObject | OpenLong;

/** What a list is asked for of one resource type. */
export interface TypeQuery extends Selection<Filter, Sort> {
  readonly projection: Projection;
}

/**
 * How one resource type is created, read and changed. Bodies are JSON as it came from the client, ids are texts from a path: handlers
 * check both. They throw ScimError for what the protocol refuses and answer a refusal for what the domain refuses. A change that names
 * `expected` versions is made only to one of them.
 */
export interface ResourceHandler {
  readonly type: ResourceType;
  /** Which limit the door sets on request bodies. */
  readonly bodies: 'plain' | 'large';
  /** Whether a PATCH shows the resource also to a client that asks for no attributes. */
  readonly patchShows: 'always' | 'when asked';
  readonly create: (context: ProvisioningContext, call: Call, body: unknown, projection: Projection) => Promise<Outcome<Representation>>;
  readonly read: (context: ProvisioningContext, call: Call, id: string, projection: Projection) => Promise<Outcome<Representation>>;
  readonly list: (context: ProvisioningContext, call: Call, query: ListQuery<Filter, Sort>, projection: Projection) => Promise<Outcome<Page<Listed>>>;
  /** What of a resource a search over all types has to read for an answer. */
  readonly kindParts: (projection: Projection) => KindParts;
  /** A resource of this type, found by such a search, as an answer shows it. */
  readonly show: (context: ProvisioningContext, call: Call, found: AnyView, projection: Projection) => Listed;
  readonly replace: (context: ProvisioningContext, call: Call, id: string, body: unknown, projection: Projection, expected?: Expected) => Promise<Outcome<Representation>>;
  /** Without a projection nothing is read to be shown. */
  readonly patch: (
    context: ProvisioningContext,
    call: Call,
    id: string,
    body: unknown,
    projection: Projection | undefined,
    expected?: Expected,
  ) => Promise<Outcome<Representation>>;
  readonly remove: (context: ProvisioningContext, call: Call, id: string, expected?: Expected) => Promise<Outcome<undefined>>;
}
