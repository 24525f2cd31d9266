// The order of a list in SQL: its ORDER BY, and the condition for the rows on one side of a place in it. Ascending puts NULL last, as
// PostgreSQL does by itself; descending is the exact reverse.
import type { Boundary } from '../../domain/ports.ts';
import type { ParameterList } from '../filter/parameters.ts';
import { writtenSortValue } from '../filter/sort-key.ts';
import type { SortType } from '../filter/slot.ts';

/** By which expression rows are ordered, if by any, and the id that breaks ties and stands alone otherwise. */
export interface Order {
  readonly key: { readonly value: string; readonly type: SortType; readonly unique: boolean } | undefined;
  readonly id: string;
  readonly descending: boolean;
}

/** `reversed` walks the order backwards. */
export function orderBy({ key, id, descending }: Order, reversed: boolean): string {
  const direction = descending === reversed ? '' : ' desc';
  if (key === undefined) return `${id}${direction}`;
  return key.unique ? `${key.value}${direction}` : `${key.value}${direction}, ${id}${direction}`;
}

/** The rows that a walk from the boundary passes. */
export function ahead(order: Order, boundary: Boundary, parameters: ParameterList): string {
  const { key, descending } = order;
  const up = (boundary.direction === 'forward') !== descending;
  const sign = `${up ? '>' : '<'}${boundary.inclusive ? '=' : ''}`;
  const id = (): string => `${order.id} ${sign} ${parameters.add(boundary.id, 'uuid')}`;
  if (key === undefined) return id();
  if (boundary.key === null) return up ? `(${key.value} is null and ${id()})` : `(${key.value} is not null or ${id()})`;
  const at = parameters.add(boundary.key, key.type);
  if (key.unique) return `${key.value} ${sign} ${at}`;
  const tied = `(${key.value} = ${at} and ${id()})`;
  return up ? `(${key.value} > ${at} or ${tied} or ${key.value} is null)` : `(${key.value} < ${at} or ${tied})`;
}

/** The place of all other rows. */
export function behind({ direction, inclusive, ...place }: Boundary): Boundary {
  return { ...place, direction: direction === 'forward' ? 'backward' : 'forward', inclusive: !inclusive };
}

/** The sort value of a row in the form that a boundary keeps. */
export function writtenKey({ key }: Order, column: string): string {
  return key === undefined ? 'null::text' : writtenSortValue(column, key.type);
}
