// Checks the value of an operation against the target the operation writes; the target itself is known to be writable.
import { badRequest } from '../errors.ts';
import type { Attribute, ScimObject } from '../schema/attribute.ts';
import { checkValue, collect, isObject, isUnassigned, wrongType } from '../schema/check-value.ts';
import { findAttribute } from '../schema/resolve.ts';
import { nameTarget } from './strict-operation.ts';
import type { StrictOperation, Target } from './strict-operation.ts';

/**
 * The value as `StrictOperation` describes it, undefined for unassigned (null, "", [] and, for a complex value, a `value` that is one of
 * these). Refuses with invalidValue what `checkValue` refuses, an object without any known sub-attribute, and elements that are left
 * blank where the schema wants their `value`. https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2.1
 */
export function checkOperand(target: Target, op: StrictOperation['op'], value: unknown): unknown {
  const { attribute } = target.path;
  const name = nameTarget(target);
  const wholeList = attribute.multiValued && target.filter === undefined && target.sub === undefined;
  if (op === 'remove') return wholeList && value !== undefined && value !== null ? checkRemoved(attribute, value, name) : undefined;
  if (target.sub !== undefined) return checkValue(target.sub, value, name);
  if (wholeList) return checkElements(attribute, value, name);
  if (attribute.type === 'complex') return checkParts(attribute, value, name);
  return checkValue({ ...attribute, multiValued: false }, value, name);
}

/** Only null and no value at all mean "everything": a slip in the value must not empty a group. */
function checkRemoved(attribute: Attribute, value: unknown, name: string): unknown {
  if (value === '') throw wrongType(name, 'a list of the elements to remove', value);
  return checkElements(attribute, value, name) ?? [];
}

function checkElements(attribute: Attribute, value: unknown, name: string): unknown {
  const checked = checkValue(attribute, value, name);
  if (isUnassigned(value) || !attribute.subAttributes?.some((sub) => sub.name === 'value' && sub.required)) return checked;
  const blank = (Array.isArray(value) ? value : [value]).some((one) => isUnassigned(one) || (isObject(one) && Object.keys(one).length === 0));
  if (blank) throw badRequest('invalidValue', `Each element of "${name}" needs a "value".`);
  return checked;
}

function checkParts(attribute: Attribute, value: unknown, name: string): ScimObject | undefined {
  if (isUnassigned(value)) return undefined;
  if (!isObject(value)) throw wrongType(name, 'an object', value);
  const found = new Map<string, unknown>();
  let known = 0;
  for (const [key, part] of Object.entries(value)) {
    const sub = findAttribute(attribute.subAttributes ?? [], key);
    if (sub === undefined) continue;
    known += 1;
    if (sub.mutability === 'readOnly') continue;
    const checked = checkValue(sub, part, `${name}.${sub.name}`);
    if (checked === undefined && found.has(sub.name)) continue;
    if (found.get(sub.name) === null) found.delete(sub.name);
    collect(found, sub.name, checked ?? null, `${name}.${sub.name}`);
  }
  if (known === 0 && Object.keys(value).length > 0) {
    throw badRequest('invalidValue', `The object for "${name}" has none of its sub-attributes.`);
  }
  return found.get('value') === null ? undefined : Object.fromEntries(found);
}
