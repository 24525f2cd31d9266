// One linear pass over a JSON text before JSON.parse may see it: refuses bad syntax, depth, keys and characters; assumes nothing of the text.
import { badRequest, type ScimError } from '../../scim/errors.ts';

/** Deepest nesting of objects and arrays (trust.md §3). */
export const deepestNesting = 32;

/** No resource and no request has nearly as many; a megabyte of them costs more than it may to look up. */
const mostKeys = 10_000;
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
/** Every part after the first digit is optional, so the match never has to go back. */
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const literals = ['true', 'false', 'null'];
const shortEscapes = '"\\/bfnrt';
/** No number of this many characters is infinite. */
const shortNumber = 4;
const shownKeyLength = 60;
/** Up to here a look through the list is faster than a set. */
const shortList = 12;

/** The keys of one open object; undefined stands for an open array. */
interface Keys {
  readonly names: string[];
  all: Set<string> | undefined;
}

/** Returns if JSON.parse can take the text and its content is harmless; else throws 400 invalidSyntax that names the place. */
export function scanJson(text: string): void {
  const open: (Keys | undefined)[] = [];
  let at = skipBlanks(text, 0);
  for (;;) {
    const first = text.charCodeAt(at);
    if (first === openBrace || first === openBracket) {
      if (open.length === deepestNesting) throw refusal(text, at, `is nested more than ${deepestNesting} levels deep`);
      at = skipBlanks(text, at + 1);
      if (text.charCodeAt(at) !== (first === openBrace ? closeBrace : closeBracket)) {
        const keys = first === openBrace ? { names: [], all: undefined } : undefined;
        open.push(keys);
        if (keys !== undefined) at = scanKey(text, at, keys);
        continue;
      }
      at += 1;
    } else {
      at = scanScalar(text, at, first);
    }
    at = leaveValue(text, at, open);
    if (open.length === 0) return;
  }
}

/** From the end of a value to the start of the next one, closing what ends on the way; to the end of the text if nothing is open. */
function leaveValue(text: string, end: number, open: (Keys | undefined)[]): number {
  let at = skipBlanks(text, end);
  while (open.length > 0) {
    const keys = open[open.length - 1];
    const code = text.charCodeAt(at);
    if (code === comma) {
      at = skipBlanks(text, at + 1);
      return keys === undefined ? at : scanKey(text, at, keys);
    }
    if (code !== (keys === undefined ? closeBracket : closeBrace)) throw unexpected(text, at);
    open.pop();
    at = skipBlanks(text, at + 1);
  }
  if (at < text.length) throw unexpected(text, at);
  return at;
}

/** From the quote of a key to the start of its value. */
function scanKey(text: string, start: number, keys: Keys): number {
  if (text.charCodeAt(start) !== quote) throw unexpected(text, start);
  let at = scanString(text, start);
  const raw = text.slice(start + 1, at - 1);
  const name = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
  if (forbiddenKeys.has(name)) throw refusal(text, start, `holds the key "${name}", which is not allowed`);
  if (!addKey(keys, name)) throw refusal(text, start, `holds the key ${JSON.stringify(name.slice(0, shownKeyLength))} twice in one object`);
  if (keys.all !== undefined && keys.all.size > mostKeys) throw refusal(text, start, `holds more than ${mostKeys} keys in one object`);
  at = skipBlanks(text, at);
  if (text.charCodeAt(at) !== colon) throw unexpected(text, at);
  return skipBlanks(text, at + 1);
}

function addKey(keys: Keys, name: string): boolean {
  if (keys.all !== undefined) return keys.all.size < keys.all.add(name).size;
  if (keys.names.includes(name)) return false;
  keys.names.push(name);
  if (keys.names.length > shortList) keys.all = new Set(keys.names);
  return true;
}

function scanScalar(text: string, at: number, first: number): number {
  if (first === quote) return scanString(text, at);
  number.lastIndex = at;
  if (number.test(text)) {
    const end = number.lastIndex;
    if (end - at > shortNumber && !Number.isFinite(Number(text.slice(at, end)))) throw refusal(text, at, 'holds a number that is too large');
    return end;
  }
  const literal = literals.find((word) => text.startsWith(word, at));
  if (literal === undefined) throw unexpected(text, at);
  return at + literal.length;
}

/** From the opening quote to behind the closing one. */
function scanString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code === backslash) at = scanEscape(text, at);
    else if (code < 0x20) throw refusal(text, at, 'holds a control character inside a text');
    else if (code >= 0xd800 && code <= 0xdfff) {
      if (!isPair(code, text.charCodeAt(at + 1))) throw loneSurrogate(text, at);
      at += 1;
    }
  }
  throw unexpected(text, text.length);
}

/** From the backslash to the last character of the escape; a pair of surrogates is one escape. */
function scanEscape(text: string, at: number): number {
  const sort = text.charAt(at + 1);
  if (sort !== '' && shortEscapes.includes(sort)) return at + 1;
  if (sort !== 'u') throw unexpected(text, at + 1);
  const unit = hexAt(text, at + 2);
  if (unit === 0) throw refusal(text, at, 'holds a NUL character');
  if (unit < 0xd800 || unit > 0xdfff) return at + 5;
  if (!text.startsWith('\\u', at + 6) || !isPair(unit, hexAt(text, at + 8))) throw loneSurrogate(text, at);
  return at + 11;
}

function hexAt(text: string, start: number): number {
  let unit = 0;
  for (let at = start; at < start + 4; at += 1) {
    const digit = hexDigit(text.charCodeAt(at));
    if (digit === -1) throw unexpected(text, at);
    unit = unit * 16 + digit;
  }
  return unit;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function isPair(high: number, low: number): boolean {
  return high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
    at += 1;
  }
}

function loneSurrogate(text: string, at: number): ScimError {
  return refusal(text, at, 'holds half of a surrogate pair, which is no character');
}

function unexpected(text: string, at: number): ScimError {
  const point = text.codePointAt(at);
  if (point === undefined) return refusal(text, at, 'is not well-formed JSON: it ends too early');
  return refusal(text, at, `is not well-formed JSON: unexpected ${JSON.stringify(String.fromCodePoint(point))}`);
}

function refusal(text: string, at: number, what: string): ScimError {
  let line = 1;
  let lineStart = 0;
  for (let end = text.indexOf('\n'); end !== -1 && end < at; end = text.indexOf('\n', lineStart)) {
    line += 1;
    lineStart = end + 1;
  }
  return badRequest('invalidSyntax', `The body ${what} (line ${line}, column ${at - lineStart + 1}).`);
}
