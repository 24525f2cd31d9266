// Turns a filter's text into its syntax tree; the library parses the boolean structure of an outline in which nothing of the caller is left.
import { parse } from 'scim2-parse-filter';
import type { Filter as LibraryFilter } from 'scim2-parse-filter';
import { readGrammar } from './read-grammar.ts';
import type { Outline } from './read-grammar.ts';
import type { Syntax } from './syntax.ts';
import { tokenize } from './tokenize.ts';

/**
 * The syntax tree of a filter (https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2) or, with `inElement`, of what stands between
 * `[` and `]`. Assumes a text within `maxFilterBytes`; `offset` is added to the places in refusals. Refuses with invalidFilter.
 */
export function parseSyntax(text: string, inElement = false, offset = 0): Syntax {
  const outline = readGrammar(tokenize(text, offset), inElement);
  return fill(parse(outline.text), outline);
}

/** Puts what the placeholders stand for back into the library's tree. */
function fill(node: LibraryFilter, outline: Outline): Syntax {
  switch (node.op) {
    case 'and':
    case 'or':
      return { kind: node.op, terms: node.filters.map((term) => fill(term, outline)) };
    case 'not':
      return { kind: 'not', term: fill(node.filter, outline) };
    case '[]':
      return { kind: 'elements', ...stoodFor(outline.elements, node.attrPath), filter: fill(node.valFilter, outline) };
    default:
      return { kind: 'test', test: stoodFor(outline.tests, node.attrPath) };
  }
}

function stoodFor<T>(entries: readonly T[], placeholder: string): T {
  const entry = entries[Number(placeholder.slice(1))];
  if (entry === undefined) throw new Error(`The boolean parser answered with the unknown placeholder ${placeholder}.`);
  return entry;
}
