// Places of attributes: where in the database the slots of a path are, and the SQL of the rules at `Filter` for one slot and for many.
import type { CompareOperator, FilterValue } from '../../scim/filter/ast.ts';
import type { Attribute } from '../../scim/schema/attribute.ts';
import type { Slot, SortValue } from './slot.ts';

/** Rows of which each holds one element of a multi-valued attribute. */
export interface Rows {
  readonly from: string;
  readonly where?: string;
  /** What an ORDER BY says to bring the element first by which the attribute is sorted; left out where there is one row at most. */
  readonly order?: string;
}

/** The slots of a path: one, or one for each row. `equals` is a shorter way to say that a slot equals a value, one that indexes serve. */
export interface Slots {
  readonly rows?: Rows | undefined;
  readonly slot: Slot;
  readonly equals?: (value: FilterValue) => string;
}

/** Where an attribute is. `part` and `filled` of a complex one speak of a single element: of the row, where there are rows. */
export type Place =
  | { readonly kind: 'simple'; readonly slots: Slots }
  | {
      readonly kind: 'complex';
      readonly rows?: Rows | undefined;
      readonly part: (sub: Attribute) => Slots;
      readonly filled: () => string;
      readonly equals?: (sub: Attribute, value: FilterValue) => string | undefined;
    };

/** The slots of an attribute, or of a sub-attribute over all elements. */
function slotsAt(place: Place, sub: Attribute | undefined): Slots {
  if (place.kind === 'simple') return place.slots;
  if (sub === undefined) throw new Error('a complex attribute is compared by its sub-attributes');
  const part = place.part(sub);
  if (place.rows === undefined) return part;
  if (part.rows === undefined) return { rows: place.rows, slot: part.slot };
  // The outer join keeps an element without values as one absent slot.
  const from = `${place.rows.from} left join lateral ${part.rows.from} on ${part.rows.where ?? 'true'}`;
  return { rows: { ...place.rows, from }, slot: part.slot };
}

export function compareAt(place: Place, sub: Attribute | undefined, operator: CompareOperator, value: FilterValue): string {
  if (operator === 'eq' && place.kind === 'complex' && sub !== undefined) {
    const found = place.equals?.(sub, value);
    if (found !== undefined) return found;
  }
  return compareSlots(slotsAt(place, sub), operator, value);
}

export function compareSlots({ rows, slot, equals }: Slots, operator: CompareOperator, value: FilterValue): string {
  if (operator === 'eq' && equals !== undefined) return equals(value);
  if (rows === undefined) return slot.holds(operator, value);
  const found = exists(rows, slot.holds(operator, value));
  return operator === 'ne' ? `(${found} or not ${exists(rows)})` : found;
}

export function presentAt(place: Place, sub: Attribute | undefined): string {
  if (place.kind === 'simple' || sub !== undefined) return presentSlots(slotsAt(place, sub));
  return place.rows === undefined ? place.filled() : exists(place.rows, place.filled());
}

export function presentSlots({ rows, slot }: Slots): string {
  return rows === undefined ? slot.filled() : exists(rows, slot.filled());
}

/** The sort value of the one element that counts: the primary one, else the first. undefined where there is never any. */
export function sortValueAt(place: Place, sub: Attribute | undefined): SortValue | undefined {
  if (place.kind === 'simple') return sortValueOf(place.slots);
  if (sub === undefined) throw new Error('a complex attribute is sorted by one of its sub-attributes');
  const part = sortValueOf(place.part(sub));
  return part && place.rows ? firstOf(place.rows, part) : part;
}

function sortValueOf({ rows, slot }: Slots): SortValue | undefined {
  const sorted = slot.sorted();
  return sorted && rows ? firstOf(rows, sorted) : sorted;
}

function firstOf({ from, where, order }: Rows, { type, value }: SortValue): SortValue {
  const condition = where === undefined ? '' : ` where ${where}`;
  return { type, value: `(select ${value} from ${from}${condition}${order === undefined ? '' : ` order by ${order}`} limit 1)` };
}

/** Whether there is a row, of those that satisfy a condition where one is given. */
export function exists({ from, where }: Rows, condition?: string): string {
  const conditions = [where, condition].filter((each) => each !== undefined && each !== 'true');
  return `exists (select from ${from}${conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`})`;
}
