// Tests one element of a multi-valued attribute against a filter in memory; lists of resources are always filtered by the database.
import type { Attribute, ScimObject } from '../schema/attribute.ts';
import type { CompareOperator, Filter, FilterValue } from './ast.ts';
import { comparable, compareCodePoints } from './comparable.ts';

/**
 * Whether an element satisfies a filter made by `parseValueFilter` or `parsePath`, by the rules written at `Filter`. The element's keys
 * are spelled as the schema spells them; only its own properties are read. https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 */
export function matchesElement(filter: Filter, element: ScimObject): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.terms.every((term) => matchesElement(term, element));
    case 'or':
      return filter.terms.some((term) => matchesElement(term, element));
    case 'not':
      return !matchesElement(filter.term, element);
    case 'present':
      return slots(filter.path.sub, element).some((value) => value !== undefined);
    case 'compare': {
      const { operator, value } = filter;
      const { sub } = filter.path;
      return slots(sub, element).some((slot) => sub !== undefined && holds(operator, sub, slot, value));
    }
    case 'some':
      // Brackets inside brackets are no grammar, so this cannot come from the parser; an element has no elements.
      return false;
    case 'constant':
      return filter.value;
  }
}

function slots(sub: Attribute | undefined, element: ScimObject): readonly unknown[] {
  const value = sub !== undefined && Object.hasOwn(element, sub.name) ? element[sub.name] : undefined;
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.length === 0 ? [undefined] : values.map((each) => (each === null || each === '' ? undefined : each));
}

function holds(operator: CompareOperator, sub: Attribute, slot: unknown, value: FilterValue): boolean {
  const assumed = slot === undefined && sub.name === 'primary' && sub.type === 'boolean' ? false : slot;
  const left = comparable(sub, assumed);
  const right = comparable(sub, value);
  if (left === undefined || right === undefined) return operator === 'ne';
  switch (operator) {
    case 'eq':
      return left === right;
    case 'ne':
      return left !== right;
    case 'co':
      return String(left).includes(String(right));
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
