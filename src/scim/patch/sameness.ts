// Decides when two checked values are the same for a client: order of sub-attributes, case where it does not count, primary false.
import { foldCase } from '../filter/comparable.ts';
import type { Attribute, ScimObject } from '../schema/attribute.ts';
import { isObject } from '../schema/check-value.ts';

/**
 * A text that is equal for equal values of one attribute, lists in order included; `primary: false` counts as no `primary`
 * (https://www.rfc-editor.org/rfc/rfc7643#section-2.4). Takes time linear in the value.
 */
export function sameKey(attribute: Attribute, value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((one) => sameKey(attribute, one)).join()}]`;
  if (isObject(value)) return `{${(attribute.subAttributes ?? []).flatMap((sub) => partKey(sub, value)).join()}}`;
  return JSON.stringify(typeof value === 'string' && !attribute.caseExact ? foldCase(value) : value) ?? 'null';
}

function partKey(sub: Attribute, element: ScimObject): string[] {
  const part = Object.hasOwn(element, sub.name) ? element[sub.name] : undefined;
  if (part === undefined || part === null || (part === false && sub.name === 'primary')) return [];
  return [`${JSON.stringify(sub.name)}:${sameKey(sub, part)}`];
}

/** Whether two values of an attribute are the same, undefined being the same as null. */
export function isSame(attribute: Attribute, one: unknown, other: unknown): boolean {
  return sameKey(attribute, one) === sameKey(attribute, other);
}
