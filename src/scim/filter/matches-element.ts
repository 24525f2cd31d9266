// Tests one element of a multi-valued attribute against a filter in memory; lists of resources are always filtered by the database.
import type { Attribute, ScimObject } from '../schema/attribute.ts';
import type { CompareOperator, Filter, FilterValue } from './ast.ts';
import { comparable, compareCodePoints, contains } from './comparable.ts';

/** The slots of one sub-attribute: whether each is filled, and what of it takes part in comparisons. */
type Slots = readonly { readonly filled: boolean; readonly value: FilterValue | undefined }[];

/**
 * Whether an element satisfies a filter made by `parseValueFilter` or `parsePath`, by the rules written at `Filter`. The element's keys
 * are spelled as the schema spells them; only its own properties are read. https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 */
export function matchesElement(filter: Filter, element: ScimObject): boolean {
  const read = new Map<Attribute, Slots>();
  return matches(filter, (sub) => {
    const known = read.get(sub);
    if (known !== undefined) return known;
    const slots = readSlots(sub, element);
    read.set(sub, slots);
    return slots;
  });
}

function matches(filter: Filter, slotsOf: (sub: Attribute) => Slots): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.terms.every((term) => matches(term, slotsOf));
    case 'or':
      return filter.terms.some((term) => matches(term, slotsOf));
    case 'not':
      return !matches(filter.term, slotsOf);
    case 'present': {
      const { sub } = filter.path;
      return sub !== undefined && slotsOf(sub).some(({ filled }) => filled);
    }
    case 'compare': {
      const { sub } = filter.path;
      if (sub === undefined) return false;
      const wanted = wantedBy(filter, sub);
      return slotsOf(sub).some((slot) => holds(filter.operator, slot.value, wanted));
    }
    case 'some':
      // Brackets inside brackets are no grammar, so the parser makes no such filter; an element has no elements.
      return false;
    case 'constant':
      return filter.value;
  }
}

/** Worked out once for all elements that a filter looks at. */
const wantedValues = new WeakMap<Filter, { readonly value: FilterValue | undefined }>();

function wantedBy(filter: Filter & { kind: 'compare' }, sub: Attribute): FilterValue | undefined {
  const known = wantedValues.get(filter);
  if (known !== undefined) return known.value;
  const value = comparable(sub, filter.value);
  wantedValues.set(filter, { value });
  return value;
}

function readSlots(sub: Attribute, element: ScimObject): Slots {
  const given = Object.hasOwn(element, sub.name) ? element[sub.name] : undefined;
  const values: readonly unknown[] = Array.isArray(given) && given.length > 0 ? given : [given];
  const assumed = sub.name === 'primary' && sub.type === 'boolean' ? false : undefined;
  return values.map((value) => {
    const filled = value !== undefined && value !== null && value !== '' && !Array.isArray(value);
    return { filled, value: filled ? comparable(sub, value) : assumed };
  });
}

function holds(operator: CompareOperator, left: FilterValue | undefined, right: FilterValue | undefined): boolean {
  if (left === undefined || right === undefined) return operator === 'ne';
  switch (operator) {
    case 'eq':
      return left === right;
    case 'ne':
      return left !== right;
    case 'co':
      return contains(String(left), String(right));
    case 'sw':
      return String(left).startsWith(String(right));
    case 'ew':
      return String(left).endsWith(String(right));
    case 'gt':
      return order(left, right) > 0;
    case 'ge':
      return order(left, right) >= 0;
    case 'lt':
      return order(left, right) < 0;
    case 'le':
      return order(left, right) <= 0;
  }
}

function order(left: FilterValue, right: FilterValue): number {
  if (typeof left === 'string' && typeof right === 'string') return compareCodePoints(left, right);
  return Number(left) - Number(right);
}
