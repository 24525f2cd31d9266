// Checks one value of a request against its attribute; assumes nothing about the value but that it came out of JSON.
import { badRequest } from '../errors.ts';
import type { ScimError } from '../errors.ts';
import type { Attribute, AttributeType, ScimObject } from './attribute.ts';
import { isDateTime } from './date-time.ts';
import { findAttribute } from './resolve.ts';

/** Longest text in UTF-16 units of an attribute that sets no limit of its own. */
export const maxTextLength = 65_536;

/** As in the Stream-Safe Text Format of Unicode, but with room to spare. */
const endlessMarks = /\p{M}{65}/u;

/** Most elements of one multi-valued attribute; `members` is limited by the size of the request alone. */
export const maxElements = 1_000;

const expected: Record<AttributeType, string> = {
  string: 'a string',
  boolean: 'true or false',
  decimal: 'a number',
  integer: 'a whole number',
  dateTime: 'a date and time such as "2026-01-31T08:00:00Z"',
  reference: 'a string with a URI',
  binary: 'a string with Base64 data',
  complex: 'an object',
};

/**
 * The value as the server keeps it, or undefined for "unassigned" (null, "", [], {} and what comes down to them,
 * https://www.rfc-editor.org/rfc/rfc7643#section-2.5). `name` is how refusals call the attribute. Keys of objects are re-spelled and put
 * in schema order; unknown and read-only sub-attributes are left out. Taken besides the exact type: boolean text for booleans, a text
 * for `{value: text}`, one element for a list, a list of one for a complex value, a whole number where the attribute accepts numbers.
 * Refuses with invalidValue: any other type, a required sub-attribute left out, two different primary elements, characters that cannot
 * be stored, texts and lists beyond their limits. https://www.rfc-editor.org/rfc/rfc7643#section-2.3
 */
export function checkValue(attribute: Attribute, value: unknown, name: string = attribute.name): unknown {
  if (!attribute.multiValued) return checkOne(attribute, value, name);
  if (isUnassigned(value)) return undefined;
  if (!Array.isArray(value)) return checkList(attribute, [value], name, false);
  return checkList(attribute, value, name, true);
}

/** Whether a JSON value means "no value": https://www.rfc-editor.org/rfc/rfc7643#section-2.5 and its spellings by clients. */
export function isUnassigned(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/** Whether a JSON value is an object, not null and not an array. */
export function isObject(value: unknown): value is ScimObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The refusal of a value of the wrong type, https://www.rfc-editor.org/rfc/rfc7644#section-3.12. */
export function wrongType(name: string, wanted: string, value: unknown): ScimError {
  return badRequest('invalidValue', `"${name}" must be ${wanted}, but ${nameType(value)} was sent.`);
}

/**
 * Puts a value under its attribute unless one is there. The same attribute may arrive in several spellings; two that say different
 * things are refused with invalidValue, an unassigned one yields to the other.
 */
export function collect(found: Map<string, unknown>, key: string, value: unknown, name: string): void {
  if (value === undefined) return;
  if (found.has(key) && JSON.stringify(found.get(key)) !== JSON.stringify(value)) {
    throw badRequest('invalidValue', `"${name}" is given more than once with different values. Send it once.`);
  }
  found.set(key, value);
}

/** An object with the collected values in the order of the schema, undefined when there are none. */
export function inSchemaOrder(attributes: readonly Attribute[], found: ReadonlyMap<string, unknown>): ScimObject | undefined {
  if (found.size === 0) return undefined;
  const result: ScimObject = {};
  for (const { name } of attributes) if (found.has(name)) result[name] = found.get(name);
  return result;
}

function checkList(attribute: Attribute, values: readonly unknown[], name: string, indexed: boolean): unknown[] | undefined {
  if (values.length > maxElements && attribute.stored !== 'members') {
    throw badRequest('invalidValue', `"${name}" has ${values.length} elements; at most ${maxElements} are accepted.`);
  }
  const seen: Seen = { plain: new Set(), other: new Set() };
  const result: unknown[] = [];
  for (const [index, value] of values.entries()) {
    const element = indexed ? checkListed(attribute, value, name, index) : checkElement(attribute, value, name);
    if (element !== undefined && isNew(seen, element)) result.push(element);
  }
  let primaries = 0;
  for (const element of result) if (isObject(element) && element['primary'] === true) primaries += 1;
  if (primaries > 1) {
    throw badRequest('invalidValue', `"${name}" marks more than one element as primary. Mark one at most.`);
  }
  return result.length === 0 ? undefined : result;
}

/** Elements of a list so far: those of nothing but a `value` by that text, the others by their JSON. */
interface Seen {
  readonly plain: Set<string>;
  readonly other: Set<string>;
}

/** Adds a checked element unless an equal one is there. To write a hundred thousand ids down as JSON takes longer than to check them. */
function isNew(seen: Seen, element: unknown): boolean {
  const plain = plainValueOf(element);
  if (plain !== undefined) return seen.plain.size < seen.plain.add(plain).size;
  return seen.other.size < seen.other.add(JSON.stringify(element)).size;
}

function plainValueOf(element: unknown): string | undefined {
  if (!isObject(element) || typeof element['value'] !== 'string') return undefined;
  for (const key in element) if (key !== 'value') return undefined;
  return element['value'];
}

/** The place in the list is worked out for a refusal only, by checking once more. */
function checkListed(attribute: Attribute, value: unknown, name: string, index: number): unknown {
  try {
    return checkElement(attribute, value, name);
  } catch {
    return checkElement(attribute, value, `${name}[${index}]`);
  }
}

/** An element whose `value` is sent empty is no element: this is how clients clear one entry of a list. */
function checkElement(attribute: Attribute, value: unknown, name: string): unknown {
  if (isObject(value) && Object.keys(value).length === 0) return undefined;
  const element = checkOne(attribute, value, name);
  if (!isObject(element) || !isObject(value) || element['value'] !== undefined) return element;
  const clears = Object.entries(value).some(([key, part]) => key.toLowerCase() === 'value' && isUnassigned(part));
  return clears ? undefined : element;
}

function checkOne(attribute: Attribute, value: unknown, name: string): unknown {
  if (isUnassigned(value)) return undefined;
  switch (attribute.type) {
    case 'string':
    case 'reference':
    case 'binary':
      return checkText(attribute, value, name);
    case 'dateTime':
      if (typeof value === 'string' && isDateTime(value)) return value;
      break;
    case 'boolean':
      return checkBoolean(value, name);
    case 'integer':
      if (Number.isSafeInteger(value)) return value;
      break;
    case 'decimal':
      if (Number.isFinite(value)) return value;
      break;
    case 'complex':
      return checkComplex(attribute, value, name);
  }
  throw wrongType(name, expected[attribute.type], value);
}

function checkText(attribute: Attribute, value: unknown, name: string): string {
  if (attribute.acceptsNumber === true && typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (typeof value !== 'string') throw wrongType(name, expected[attribute.type], value);
  const limit = attribute.maxLength ?? maxTextLength;
  if (value.length > limit) {
    throw badRequest('invalidValue', `"${name}" is ${value.length} characters long; at most ${limit} are accepted.`);
  }
  if (value.includes('\0') || !value.isWellFormed()) {
    throw badRequest('invalidValue', `"${name}" contains a character that cannot be stored (NUL or half of a surrogate pair).`);
  }
  if (hasEndlessMarks(value)) throw badRequest('invalidValue', `"${name}" has more than 64 combining marks in a row. No language writes so.`);
  return value;
}

/** More than 64 combining marks in a row: to bring them into their order takes the square of their number, whenever the text is compared. */
export function hasEndlessMarks(text: string): boolean {
  return text.length > 64 && endlessMarks.test(text);
}

function checkBoolean(value: unknown, name: string): boolean {
  const lower = typeof value === 'string' ? value.toLowerCase() : value;
  if (lower === true || lower === 'true') return true;
  if (lower === false || lower === 'false') return false;
  if (typeof value !== 'string' || value.length > 40) throw wrongType(name, expected.boolean, value);
  throw badRequest('invalidValue', `"${name}" must be ${expected.boolean}, but the text ${JSON.stringify(value)} was sent.`);
}

function checkComplex(attribute: Attribute, value: unknown, name: string): ScimObject | undefined {
  const subAttributes = attribute.subAttributes ?? [];
  const sent = partsOf(attribute, value, name);
  const keys = Object.keys(sent);
  const [only] = keys;
  const parts = only !== undefined && keys.length === 1 ? checkOnlyPart(subAttributes, only, sent, name) : checkParts(subAttributes, keys, sent, name);
  const missing = subAttributes.find((sub) => sub.required && (parts === undefined || !Object.hasOwn(parts, sub.name)));
  if (missing !== undefined) throw badRequest('invalidValue', `"${name}.${missing.name}" is required.`);
  return parts;
}

function checkParts(subAttributes: readonly Attribute[], keys: readonly string[], sent: ScimObject, name: string): ScimObject | undefined {
  const found = new Map<string, unknown>();
  for (const key of keys) {
    const sub = findAttribute(subAttributes, key);
    if (sub === undefined || sub.mutability === 'readOnly') continue;
    const part = `${name}.${sub.name}`;
    collect(found, sub.name, checkValue(sub, sent[key], part), part);
  }
  return inSchemaOrder(subAttributes, found);
}

/** As `checkParts`, for what long lists consist of: objects with a `value` and nothing else, which are kept when they need no other spelling. */
function checkOnlyPart(subAttributes: readonly Attribute[], key: string, sent: ScimObject, name: string): ScimObject | undefined {
  const sub = findAttribute(subAttributes, key);
  if (sub === undefined || sub.mutability === 'readOnly') return undefined;
  const checked = checkValue(sub, sent[key], `${name}.${sub.name}`);
  if (checked === undefined) return undefined;
  return key === sub.name && checked === sent[key] ? sent : { [sub.name]: checked };
}

function partsOf(attribute: Attribute, value: unknown, name: string): ScimObject {
  if (isObject(value)) return value;
  if (typeof value === 'string' && findAttribute(attribute.subAttributes ?? [], 'value') !== undefined) return { value };
  if (Array.isArray(value) && value.length === 1 && !attribute.multiValued && !Array.isArray(value[0])) {
    return isUnassigned(value[0]) ? {} : partsOf(attribute, value[0], name);
  }
  throw wrongType(name, expected.complex, value);
}

/** Names only the type: a refusal that repeated the value could carry a password or personal data into a log. */
function nameType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
