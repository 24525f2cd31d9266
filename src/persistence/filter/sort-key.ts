// What resources are sorted by: the sort value of an attribute as one expression over the resource's row.
import type { AttributePath } from '../../scim/schema/attribute.ts';
import type { FilterContext } from './common-places.ts';
import type { ParameterList } from './parameters.ts';
import { sortValueAt } from './place.ts';
import type { SortType, SortValue } from './slot.ts';
import { placeIn, type Target } from './target.ts';

/** `unique` says that every resource has a value and none the same as another, so that nothing else is needed to break ties. */
export interface SortKey extends SortValue {
  readonly unique: boolean;
}

/** Columns with a unique index, which sorts by them use. */
function isUnique(target: Target, { attribute: { stored } }: AttributePath): boolean {
  if (stored === 'id') return true;
  return target === 'User' ? stored === 'userName' : target === 'Group' && stored === 'displayName';
}

/** The sort key of an attribute, NULL where a resource has no value; without a path nobody has one. */
export function sortKeyOf(target: Target, context: FilterContext, parameters: ParameterList, path: AttributePath | undefined): SortKey {
  const found = path && sortValueAt(placeIn(target, context, parameters, path), path.sub);
  if (path === undefined || found === undefined) return { type: 'text', value: 'null::text', unique: false };
  return { ...found, unique: isUnique(target, path) };
}

/** One type for the sort keys of several kinds of resources; keys that nobody fills follow the others. */
export function commonSortType(keys: readonly SortKey[]): SortType {
  const types = new Set(keys.filter(({ value }) => value !== 'null::text').map(({ type }) => type));
  const [only = 'text'] = types;
  return types.size > 1 ? 'text' : only;
}

/** A sort key as a value of that type. */
export function asSortType({ type, value }: SortKey, wanted: SortType): string {
  if (type === wanted) return value;
  return wanted === 'text' ? `(${value})::text collate "C"` : `(${value})::${wanted}`;
}

/** A sort value as a text that reads back as exactly the same value, whatever the session's settings. */
export function writtenSortValue(column: string, type: SortType): string {
  return type === 'timestamptz' ? `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')` : `${column}::text`;
}
