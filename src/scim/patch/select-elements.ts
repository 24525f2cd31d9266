// Selects elements of a list by a value filter, and makes the element that a filter describes when there is none.
import type { Filter } from '../filter/ast.ts';
import { matchesElement } from '../filter/matches-element.ts';
import type { ScimObject } from '../schema/attribute.ts';
import { checkValue } from '../schema/check-value.ts';

/** Counts the steps of a request's work and refuses the request when there are too many. */
export type Spend = (steps: number) => void;

/** What making the key of a value costs against a step of a filter. */
export const keyCost = 3;

/** The places of the elements that a filter selects, of all without one; costs one step per element and term of the filter. */
export function selectElements(elements: readonly ScimObject[], filter: Filter | undefined, spend: Spend): ReadonlySet<number> {
  const places = new Set<number>();
  spend(elements.length * (filter === undefined ? 1 : countNodes(filter)));
  elements.forEach((element, place) => {
    if (filter === undefined || matchesElement(filter, element)) places.add(place);
  });
  return places;
}

/**
 * The sub-attributes that a filter of `eq`, or of `eq` joined by `and`, states; undefined for any other filter and for one that no
 * element can satisfy. Named deviation: RFC 7644 section 3.5.2.3 answers noTarget where this lets the element be created.
 * https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2.3
 */
export function elementOf(filter: Filter): ScimObject | undefined {
  const stated = new Map<string, unknown>();
  const plain = statedBy(filter, stated);
  const element = Object.fromEntries(stated);
  return plain && matchesElement(filter, element) ? element : undefined;
}

function statedBy(filter: Filter, stated: Map<string, unknown>): boolean {
  if (filter.kind === 'and') return filter.terms.every((term) => statedBy(term, stated));
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return false;
  const { attribute, sub } = filter.path;
  if (sub === undefined || sub.multiValued || sub.mutability === 'readOnly') return false;
  stated.set(sub.name, checkValue(sub, filter.value, `${attribute.name}.${sub.name}`));
  return true;
}

function countNodes(filter: Filter): number {
  if (filter.kind === 'and' || filter.kind === 'or') return filter.terms.reduce((sum, term) => sum + countNodes(term), 1);
  return filter.kind === 'not' ? 1 + countNodes(filter.term) : 1;
}
