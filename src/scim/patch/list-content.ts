// Puts whole elements into a list and takes them out, in time linear in both lists; never changes what it is given.
import type { Attribute, ScimObject } from '../schema/attribute.ts';
import { isObject } from '../schema/check-value.ts';
import { sameKey } from './sameness.ts';
import { keyCost, type Spend } from './select-elements.ts';
import { mergeElement } from './write-parts.ts';

/** What an element is told by. `places` has first the key by which an added element looks for its like, then those under which it is found. */
interface Keys {
  readonly value: string | undefined;
  readonly type: string | undefined;
  readonly places: readonly [string, ...string[]];
  /** By the names of some sub-attributes, the key of the element as far as these go. */
  readonly parts: Map<string, string>;
}

/** Neither elements nor lists change once they are made, so that what was worked out for one holds as long as it lives. */
const keysMade = new WeakMap<ScimObject, { readonly attribute: Attribute; readonly keys: Keys }>();
const placesIn = new WeakMap<readonly unknown[], { readonly attribute: Attribute; readonly places: Map<string, number> }>();

/** The elements of a list and the places of those which the operation itself made primary. */
export interface Listed {
  readonly elements: readonly unknown[];
  readonly primary: readonly number[];
}

/**
 * A list with `added` behind it. An added element is taken for one that is there when both have the same `value` and the same `type` (or
 * it names no type), or, without a `value`, when they are the same but for `primary`; its sub-attributes are then written into that one.
 * https://www.rfc-editor.org/rfc/rfc7643#section-2.4
 */
export function putIn(attribute: Attribute, old: readonly unknown[], added: readonly unknown[], spend: Spend): Listed {
  spend((old.length + added.length) * keyCost);
  const elements = [...old];
  const places = placesOf(attribute, old);
  const primary = new Set<number>();
  for (const element of added) {
    const keys = keysOf(attribute, element).places;
    const place = places.get(keys[0]) ?? elements.length;
    const present = elements[place];
    elements[place] = isObject(present) && isObject(element) ? mergeElement(attribute, present, element, spend) : element;
    remember(places, keys, place);
    if (isObject(element) && element['primary'] === true) primary.add(place);
  }
  placesIn.set(elements, { attribute, places });
  return { elements, primary: [...primary] };
}

/**
 * A list without those elements that are among `listed`: with the same `value` (and `type`, where both name one), or, where a listed one
 * has no `value`, with everything it says.
 */
export function takeOut(attribute: Attribute, old: readonly unknown[], listed: readonly unknown[], spend: Spend): unknown[] {
  const byValue = new Map<string, (string | undefined)[]>();
  const byParts = new Map<string, { names: readonly string[]; keys: Set<string> }>();
  for (const one of listed) {
    const { value, type } = keysOf(attribute, one);
    if (value !== undefined) entry(byValue, value, () => []).push(type);
    else if (isObject(one)) {
      const names = Object.keys(one).sort();
      entry(byParts, names.join(), () => ({ names, keys: new Set<string>() })).keys.add(sameKey(attribute, one));
    }
  }
  return old.filter((element) => {
    const { value, type } = keysOf(attribute, element);
    const types = value === undefined ? [] : (byValue.get(value) ?? []);
    spend(keyCost * (1 + byParts.size) + types.length);
    if (types.some((one) => one === undefined || type === undefined || one === type)) return false;
    return !isObject(element) || ![...byParts].some(([joined, { names, keys }]) => keys.has(partsKey(attribute, element, joined, names)));
  });
}

/** The value of a map under a key, made when it is missing. */
function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

function remember(places: Map<string, number>, keys: readonly string[], place: number): void {
  for (const key of keys) if (!places.has(key)) places.set(key, place);
}

/** The keys under which the elements of a list are found. A list made by `putIn` brings its own, which then belong to the next one. */
function placesOf(attribute: Attribute, list: readonly unknown[]): Map<string, number> {
  const known = placesIn.get(list);
  placesIn.delete(list);
  if (known?.attribute === attribute) return known.places;
  const places = new Map<string, number>();
  list.forEach((element, place) => remember(places, keysOf(attribute, element).places, place));
  return places;
}

/** The keys of an element; those of an object are kept with it, because each operation of a request asks for them again. */
function keysOf(attribute: Attribute, element: unknown): Keys {
  if (!isObject(element)) return makeKeys(attribute, element);
  const known = keysMade.get(element);
  if (known?.attribute === attribute) return known.keys;
  const keys = makeKeys(attribute, element);
  keysMade.set(element, { attribute, keys });
  return keys;
}

function makeKeys(attribute: Attribute, element: unknown): Keys {
  const value = valueKey(attribute, element);
  const type = typeKey(attribute, element);
  if (value === undefined) return { value, type, parts: new Map(), places: [`whole ${sameKey(attribute, isObject(element) ? { ...element, primary: undefined } : element)}`] };
  return { value, type, parts: new Map(), places: type === undefined ? [`any ${value}`] : [`${type} ${value}`, `any ${value}`] };
}

/** Primitive elements are their own value. */
function valueKey(attribute: Attribute, element: unknown): string | undefined {
  if (!isObject(element)) return sameKey(attribute, element);
  return partKey(attribute, element, 'value');
}

function typeKey(attribute: Attribute, element: unknown): string | undefined {
  return isObject(element) ? partKey(attribute, element, 'type') : undefined;
}

function partKey(attribute: Attribute, element: ScimObject, name: string): string | undefined {
  const sub = attribute.subAttributes?.find((each) => each.name === name);
  return sub === undefined || !Object.hasOwn(element, name) ? undefined : sameKey(sub, element[name]);
}

function partsKey(attribute: Attribute, element: ScimObject, joined: string, names: readonly string[]): string {
  return entry(keysOf(attribute, element).parts, joined, () => sameKey(attribute, pick(element, names)));
}

function pick(element: ScimObject, names: readonly string[]): ScimObject {
  return Object.fromEntries(Object.entries(element).filter(([name]) => names.includes(name)));
}
