// Cuts a filter into tokens and decodes its strings; takes any text, in time linear in its length.
import { invalidFilter, show } from './refuse.ts';

/** `word` is any run without white space, brackets and double quotes: names, operators, numbers and what is none of them. */
type TokenKind = 'word' | 'string' | '(' | ')' | '[' | ']' | 'end';

/**
 * One token. `text` is a string already decoded, else the token as written; `at` is its 1-based place in UTF-16 units; `spaced` tells
 * whether white space or the beginning of the text stands before it.
 */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly at: number;
  readonly spaced: boolean;
}

const whiteSpace = /[ \t\r\n]*/y;
const word = /[^ \t\r\n()[\]"]+/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * The tokens of a filter, closed by one of kind `end`. Strings follow https://www.rfc-editor.org/rfc/rfc8259#section-7; refused with
 * invalidFilter are strings that are not closed, unknown escapes, raw control characters, NUL and halves of surrogate pairs.
 * `offset` is added to every place, for a filter that is part of a longer text.
 */
export function tokenize(text: string, offset = 0): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  for (;;) {
    const start = endOf(whiteSpace, text, position);
    const spaced = start > position || start === 0;
    const at = offset + start + 1;
    const first = text[start];
    if (first === undefined) {
      tokens.push({ kind: 'end', text: '', at, spaced });
      return tokens;
    }
    if (first === '"') {
      position = endOfString(text, start, offset);
      tokens.push({ kind: 'string', text: decode(text.slice(start, position), at), at, spaced });
    } else if (first === '(' || first === ')' || first === '[' || first === ']') {
      position = start + 1;
      tokens.push({ kind: first, text: first, at, spaced });
    } else {
      position = endOf(word, text, start);
      tokens.push({ kind: 'word', text: text.slice(start, position), at, spaced });
    }
  }
}

/** Where a match of a sticky pattern at `start` ends; `start` itself if there is none. */
function endOf(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : start;
}

function endOfString(text: string, start: number, offset: number): number {
  let position = start + 1;
  for (;;) {
    const unit = text[position];
    if (unit === undefined) throw invalidFilter(offset + start + 1, 'the string is not closed. End it with a double quote.');
    if (unit === '"') return position + 1;
    if (unit < ' ') {
      throw invalidFilter(offset + position + 1, 'a control character stands in a string. Write it as a JSON escape such as \\n.');
    }
    const after = unit === '\\' ? endOf(escape, text, position) : position + 1;
    if (after === position) {
      throw invalidFilter(
        offset + position + 1,
        `${show(text.slice(position, position + 2))} is no JSON escape. Write \\" for a quote and \\\\ for a backslash.`,
      );
    }
    position = after;
  }
}

function decode(literal: string, at: number): string {
  const value = JSON.parse(literal) as string;
  if (value.includes('\0')) throw invalidFilter(at, 'the string holds the character NUL, which no value can hold.');
  if (!value.isWellFormed()) throw invalidFilter(at, 'the string holds half of a surrogate pair. Escape both halves or neither.');
  return value;
}
