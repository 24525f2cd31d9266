// The form in which values of filters and of resources are compared, in memory and in the database alike.
import type { Attribute } from '../schema/attribute.ts';
import type { FilterValue } from './ast.ts';
import { normaliseDateTime } from './normalise-date-time.ts';

/**
 * A text as it is compared where case does not count: NFC, lower case, nothing stripped. Storage keeps its key columns in this form.
 * https://www.rfc-editor.org/rfc/rfc7643#section-2.2
 */
export function foldCase(text: string): string {
  return (isAscii(text) ? text : text.normalize('NFC')).toLowerCase();
}

/** ASCII is in NFC, and to see that takes a fraction of the time of normalising it. */
function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

/**
 * What of a value takes part in a comparison: texts folded unless the attribute is caseExact, dateTimes in UTC with six digits of
 * fraction; undefined for a value that is not of the attribute's type, which then counts as absent.
 * https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2
 */
export function comparable(attribute: Attribute, value: unknown): FilterValue | undefined {
  switch (attribute.type) {
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'integer':
    case 'decimal':
      return typeof value === 'number' ? value : undefined;
    case 'dateTime':
      return typeof value === 'string' ? normaliseDateTime(value)?.slice(0, -1).padEnd(26, '0') : undefined;
    case 'complex':
      return undefined;
    default:
      if (typeof value !== 'string') return undefined;
      return attribute.caseExact ? value : foldCase(value);
  }
}

/** Orders two texts by code point as COLLATE "C" does in UTF-8: below 0, 0 or above 0. */
export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const difference = rank(left.charCodeAt(index)) - rank(right.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Surrogates stand for code points above all others, but below U+E000 to U+FFFF as UTF-16 units: this puts them on top. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** From this length on the engine's own search may need the product of both lengths (80 ms for 4 KB in 64 KB). */
const longPart = 32;

/** Whether a text contains another, in time linear in both lengths (Knuth, Morris and Pratt where the part is long). */
export function contains(text: string, part: string): boolean {
  if (part.length < longPart) return text.includes(part);
  const borders = bordersOf(part);
  let matched = 0;
  for (let index = 0; index < text.length; index += 1) {
    matched = advance(part, borders, matched, text.charCodeAt(index));
    if (matched === part.length) return true;
  }
  return false;
}

/** For each end of the part, how long a proper beginning of the part is that also stands right before that end. */
function bordersOf(part: string): number[] {
  const borders = [0];
  let matched = 0;
  for (let index = 1; index < part.length; index += 1) {
    matched = advance(part, borders, matched, part.charCodeAt(index));
    borders.push(matched);
  }
  return borders;
}

function advance(part: string, borders: readonly number[], matched: number, unit: number): number {
  let length = matched;
  while (length > 0 && part.charCodeAt(length) !== unit) length = borders[length - 1] ?? 0;
  return part.charCodeAt(length) === unit ? length + 1 : length;
}
