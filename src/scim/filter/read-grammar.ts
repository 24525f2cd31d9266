// The strict reader in front of the boolean parser: checks the grammar token by token and leaves an outline without any caller's text.
import type { CompareOperator } from './ast.ts';
import { maxFilterDepth, maxFilterTerms } from './limits.ts';
import { readAttrName, readLiteral, readName, readOperator } from './read-words.ts';
import { invalidFilter, show } from './refuse.ts';
import type { Name, Test } from './syntax.ts';
import type { Token } from './tokenize.ts';

/** A value path whose inner filter stands in the outline. */
export interface ElementsHead {
  readonly name: Name;
  readonly then: Test | undefined;
}

/**
 * A filter whose terms are replaced by placeholders: `t0 pr` for the first of `tests`, `e0[ … ]` for the first of `elements`. What is
 * left besides are brackets, `and`, `or` and `not`.
 */
export interface Outline {
  readonly text: string;
  readonly tests: readonly Test[];
  readonly elements: readonly ElementsHead[];
}

interface Reading {
  readonly tokens: readonly Token[];
  next: number;
  readonly inElement: boolean;
  readonly open: { readonly token: Token; readonly element: number | undefined }[];
  readonly outline: string[];
  readonly tests: Test[];
  readonly elements: { name: Name; then: Test | undefined }[];
}

/**
 * Reads a whole filter by the grammar of https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2 (Figure 1). White space may be longer
 * than one space and may stand inside brackets. `inElement` reads what stands between `[` and `]`, where names are plain
 * sub-attributes. Refuses with invalidFilter anything else, more than `maxFilterTerms` terms and more than `maxFilterDepth` brackets.
 */
export function readGrammar(tokens: readonly Token[], inElement: boolean): Outline {
  const reading: Reading = { tokens, next: 0, inElement, open: [], outline: [], tests: [], elements: [] };
  do readTerm(reading);
  while (readJunction(reading));
  return { text: reading.outline.join(' '), tests: reading.tests, elements: reading.elements };
}

/** Reads opening brackets and `not` up to and including one test. */
function readTerm(reading: Reading): void {
  for (;;) {
    const token = take(reading);
    if (token.kind === '(') {
      open(reading, token, undefined);
      reading.outline.push('(');
    } else if (token.kind !== 'word') {
      throw invalidFilter(token.at, `${describe(token)} stands where an attribute name or "(" must stand, as in userName eq "x".`);
    } else if (token.text.toLowerCase() === 'not' && peek(reading).kind === '(') {
      reading.outline.push('not');
    } else if (peek(reading).kind === '[' && !peek(reading).spaced) {
      openElements(reading, token);
    } else {
      const name = isInElement(reading) ? readAttrName(token) : readName(token);
      reading.outline.push(`t${addTest(reading, readTest(reading, name))} pr`);
      return;
    }
  }
}

/** Reads closing brackets and then `and` or `or`; false at the end of the filter. */
function readJunction(reading: Reading): boolean {
  for (;;) {
    const token = take(reading);
    const word = token.text.toLowerCase();
    if (token.kind === ')' || token.kind === ']') {
      close(reading, token);
    } else if (token.kind === 'end') {
      const unclosed = reading.open.at(-1)?.token;
      if (unclosed !== undefined) throw invalidFilter(unclosed.at, `"${unclosed.text}" is never closed.`);
      return false;
    } else if (token.kind === 'word' && token.spaced && (word === 'and' || word === 'or')) {
      if (!peek(reading).spaced && peek(reading).kind !== 'end') throw invalidFilter(peek(reading).at, `put a space behind ${show(token.text)}.`);
      reading.outline.push(word);
      return true;
    } else {
      throw invalidFilter(token.at, `${describe(token)} cannot follow here. Join terms with " and " or " or ", spaces included.`);
    }
  }
}

function readTest(reading: Reading, name: Name): Test {
  const operator = readOperator(take(reading), name);
  if (operator === 'pr') return { operator, name };
  return readComparison(reading, name, operator);
}

function readComparison(reading: Reading, name: Name, operator: CompareOperator): Test {
  return { operator, name, literal: readLiteral(take(reading), operator) };
}

function addTest(reading: Reading, test: Test): number {
  countTerm(reading, test);
  return reading.tests.push(test) - 1;
}

function countTerm(reading: Reading, test: Test): void {
  const terms = reading.tests.length + reading.elements.filter(({ then }) => then !== undefined).length;
  if (terms >= maxFilterTerms) {
    throw invalidFilter(test.name.at, `there are more than ${maxFilterTerms} comparisons. Ask in several requests.`);
  }
}

function openElements(reading: Reading, token: Token): void {
  if (isInElement(reading)) throw invalidFilter(token.at, 'a value filter in [ ] cannot hold another one. Use ( ) to group.');
  const element = reading.elements.push({ name: readName(token), then: undefined }) - 1;
  open(reading, take(reading), element);
  reading.outline.push(`e${element}[`);
}

function open(reading: Reading, token: Token, element: number | undefined): void {
  const depth = reading.open.push({ token, element }) + (reading.inElement ? 1 : 0);
  if (depth > maxFilterDepth) {
    throw invalidFilter(token.at, `more than ${maxFilterDepth} brackets are open at once. Write the filter flatter.`);
  }
}

function close(reading: Reading, token: Token): void {
  const opened = reading.open.pop();
  if (opened === undefined) throw invalidFilter(token.at, `"${token.text}" closes nothing.`);
  const expected = opened.token.kind === '(' ? ')' : ']';
  if (token.kind !== expected) {
    throw invalidFilter(token.at, `"${token.text}" stands where "${expected}" must close the bracket of character ${opened.token.at}.`);
  }
  reading.outline.push(token.text);
  const head = opened.element === undefined ? undefined : reading.elements[opened.element];
  const suffix = peek(reading);
  if (head === undefined || suffix.kind !== 'word' || suffix.spaced || !suffix.text.startsWith('.')) return;
  take(reading);
  const name = readAttrName({ ...suffix, text: suffix.text.slice(1), at: suffix.at + 1 });
  const test = readTest(reading, name);
  countTerm(reading, test);
  head.then = test;
}

function isInElement(reading: Reading): boolean {
  return reading.inElement || reading.open.some(({ element }) => element !== undefined);
}

function peek(reading: Reading): Token {
  const token = reading.tokens[reading.next];
  if (token === undefined) throw new Error('Read beyond the end token.');
  return token;
}

function take(reading: Reading): Token {
  const token = peek(reading);
  if (token.kind !== 'end') reading.next += 1;
  return token;
}

function describe(token: Token): string {
  if (token.kind === 'end') return 'The end of the filter';
  return token.kind === 'string' ? 'A string' : show(token.text);
}
