// Tells the filters that find at most one resource by a unique key from those that may read a whole tenant.
import type { Filter } from '../../scim/filter/ast.ts';

/** Where the values of the keys are kept, as the schema names it. */
const keys: ReadonlySet<string | undefined> = new Set(['id', 'externalId', 'userName']);

/** Whether the filter is one key compared for equality, as clients match users by it. */
export function isLookUp(filter: Filter | undefined): boolean {
  return filter?.kind === 'compare' && filter.operator === 'eq' && filter.path.sub === undefined && keys.has(filter.path.attribute.stored);
}
