// Writes sub-attributes into a complex value and decides what is left of it; never changes the value it is given.
import { badRequest } from '../errors.ts';
import type { Attribute, ScimObject } from '../schema/attribute.ts';
import { maxElements } from '../schema/check-value.ts';
import { isSame, sameKey } from './sameness.ts';
import { keyCost, type Spend } from './select-elements.ts';

const labels: readonly string[] = ['type', 'primary'];
const labelsOfValue: readonly string[] = [...labels, 'display', '$ref'];

/**
 * The complex value with `parts` written into it, other sub-attributes kept; a null part unassigns. Undefined when nothing worth keeping
 * is left: no sub-attribute at all, or, after something was taken away, only labels of what is gone (`type` and `primary` of an element;
 * `display`, `$ref` and read-only ones too when it was the `value` that went). A new `value` makes the old `$ref` and read-only
 * sub-attributes stale, they go. Refuses with mutability another value for an immutable sub-attribute.
 * https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2.3, https://www.rfc-editor.org/rfc/rfc7643#section-2.4
 */
export function writeParts(attribute: Attribute, before: ScimObject, parts: ScimObject): ScimObject | undefined {
  const after = { ...before, ...parts };
  for (const name of Object.keys(parts)) if (parts[name] === null) delete after[name];
  if (isHollow(attribute, before, parts, after)) return undefined;
  for (const sub of attribute.subAttributes ?? []) {
    if (sub.mutability === 'immutable' && has(before, sub.name) && !isSame(sub, before[sub.name], after[sub.name])) {
      throw badRequest('mutability', `"${attribute.name}.${sub.name}" cannot change once it is set. Remove the element and add another.`);
    }
  }
  if (has(before, 'value') && before['value'] !== after['value']) dropStale(attribute, parts, after);
  return after;
}

/** `parts` as an `add` means them: the values of a multi-valued sub-attribute come behind those that are there, each once. https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2.1 */
export function addedParts(attribute: Attribute, before: ScimObject, parts: ScimObject, spend: Spend): ScimObject {
  const lists = (attribute.subAttributes ?? []).filter(({ name, multiValued }) => multiValued && has(before, name) && Array.isArray(before[name]) && Array.isArray(parts[name]));
  if (lists.length === 0) return parts;
  const joined = lists.map((sub) => {
    const all = [...(before[sub.name] as unknown[]), ...(parts[sub.name] as unknown[])];
    spend(all.length * keyCost);
    const values = [...new Map(all.map((value) => [sameKey(sub, value), value])).values()];
    if (values.length <= maxElements) return [sub.name, values] as const;
    throw badRequest('invalidValue', `"${attribute.name}.${sub.name}" would have ${values.length} elements; at most ${maxElements} are accepted.`);
  });
  return { ...parts, ...Object.fromEntries(joined) };
}

/** `parts` into an element that is known to be the one meant: what is immutable there stays as it is. */
export function mergeElement(attribute: Attribute, element: ScimObject, parts: ScimObject, spend: Spend): ScimObject {
  const fixed = (attribute.subAttributes ?? []).filter((sub) => sub.mutability === 'immutable' && has(element, sub.name));
  const kept = Object.fromEntries(fixed.map((sub) => [sub.name, element[sub.name]]));
  return { ...element, ...addedParts(attribute, element, parts, spend), ...kept };
}

function isHollow(attribute: Attribute, before: ScimObject, parts: ScimObject, after: ScimObject): boolean {
  const left = Object.keys(after);
  if (left.length === 0) return true;
  const gone = Object.keys(parts).filter((name) => parts[name] === null && has(before, name));
  const readOnly = (attribute.subAttributes ?? []).filter((sub) => sub.mutability === 'readOnly').map((sub) => sub.name);
  if (gone.includes('value')) return left.every((name) => labelsOfValue.includes(name) || readOnly.includes(name));
  return attribute.multiValued && gone.length > 0 && left.every((name) => labels.includes(name));
}

function dropStale(attribute: Attribute, parts: ScimObject, after: ScimObject): void {
  for (const sub of attribute.subAttributes ?? []) {
    const derived = sub.name === '$ref' || sub.mutability === 'readOnly';
    if (derived && !has(parts, sub.name)) delete after[sub.name];
  }
}

function has(object: ScimObject, name: string): boolean {
  return Object.hasOwn(object, name);
}
