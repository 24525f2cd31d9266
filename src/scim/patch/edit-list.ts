// Applies one operation to the elements of a multi-valued attribute; never changes the list or the elements it is given.
import { badRequest } from '../errors.ts';
import type { Attribute, ScimObject } from '../schema/attribute.ts';
import { isObject, maxElements } from '../schema/check-value.ts';
import { putIn, takeOut } from './list-content.ts';
import type { Listed } from './list-content.ts';
import { elementOf, selectElements } from './select-elements.ts';
import type { Spend } from './select-elements.ts';
import { nameTarget } from './strict-operation.ts';
import type { StrictOperation } from './strict-operation.ts';
import { addedParts, writeParts } from './write-parts.ts';

/**
 * The elements after the operation, none for an unassigned attribute. An added element that is there already (same `value` and `type`,
 * else all but `primary`) is brought up to date instead of doubled; one that becomes primary takes that from the others. A filter that selects
 * nothing creates the element it describes when something is written, and changes nothing on removal. Refuses with noTarget a filter
 * that describes no element, with invalidValue two primaries and more than `maxElements`, with mutability what is immutable.
 * https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 */
export function editList(operation: StrictOperation, old: readonly unknown[], spend: Spend): readonly unknown[] {
  const { attribute } = operation.path;
  const { elements, primary } = edit(operation, old, spend);
  if (elements.length > maxElements && attribute.stored !== 'members') {
    throw badRequest('invalidValue', `"${attribute.name}" would have ${elements.length} elements; at most ${maxElements} are accepted.`);
  }
  return keepOnePrimary(attribute, elements, primary);
}

function edit(operation: StrictOperation, old: readonly unknown[], spend: Spend): Listed {
  const { op, filter, sub, value, path } = operation;
  const { attribute } = path;
  if (filter !== undefined || sub !== undefined) return editSelected(operation, old.every(isObject) ? old : old.filter(isObject), spend);
  if (op !== 'remove') return putIn(attribute, op === 'add' ? old : [], Array.isArray(value) ? value : [], spend);
  return { elements: Array.isArray(value) ? takeOut(attribute, old, value, spend) : [], primary: [] };
}

function editSelected(operation: StrictOperation, old: readonly ScimObject[], spend: Spend): Listed {
  const { op, filter, sub, value, path } = operation;
  const { attribute } = path;
  const selected = selectElements(old, filter, spend);
  const unassign = op === 'remove' || value === undefined;
  if (unassign && sub === undefined) {
    const kept = op === 'add' ? old : old.filter((_, place) => !selected.has(place));
    return { elements: kept, primary: [] };
  }
  const parts: ScimObject = sub === undefined ? (value as ScimObject) : { [sub.name]: unassign ? null : value };
  if (selected.size === 0) return unassign ? { elements: old, primary: [] } : create(operation, old, parts, spend);
  const anew = op === 'replace' && sub === undefined;
  const kept = anew ? keptOnReplace(operation) : undefined;
  const elements: ScimObject[] = [];
  const primary: number[] = [];
  old.forEach((element, place) => {
    const chosen = selected.has(place);
    const after = chosen ? writeParts(attribute, kept === undefined ? element : pick(element, kept), op === 'add' ? addedParts(attribute, element, parts, spend) : parts) : element;
    if (after === undefined) return;
    if (chosen && parts['primary'] === true) primary.push(elements.length);
    elements.push(after);
  });
  return { elements, primary };
}

function create(operation: StrictOperation, old: readonly ScimObject[], parts: ScimObject, spend: Spend): Listed {
  const { filter, path } = operation;
  const described = filter === undefined ? {} : elementOf(filter);
  if (described === undefined) {
    throw badRequest('noTarget', `The filter in the path to "${nameTarget(operation)}" selects nothing. Add the element first, or select it with eq.`);
  }
  const element = writeParts(path.attribute, described, parts);
  return putIn(path.attribute, old, element === undefined ? [] : [element], spend);
}

/** A replaced element stays the one that was selected: what the filter states and what is immutable is kept unless written. */
function keptOnReplace({ filter, path }: StrictOperation): readonly string[] {
  const stated = filter === undefined ? [] : Object.keys(elementOf(filter) ?? {});
  const fixed = (path.attribute.subAttributes ?? []).filter((sub) => sub.mutability === 'immutable');
  return [...stated, ...fixed.map((sub) => sub.name)];
}

function pick(element: ScimObject, names: readonly string[]): ScimObject {
  return Object.fromEntries(Object.entries(element).filter(([name]) => names.includes(name)));
}

function keepOnePrimary(attribute: Attribute, elements: readonly unknown[], primary: readonly number[]): readonly unknown[] {
  const [only] = primary;
  if (only === undefined) return elements;
  if (primary.length > 1) {
    throw badRequest('invalidValue', `Only one element of "${attribute.name}" can be primary, but ${primary.length} are selected.`);
  }
  return elements.map((element, place) => {
    return place !== only && isObject(element) && element['primary'] === true ? { ...element, primary: false } : element;
  });
}
