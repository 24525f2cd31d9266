// Reads single tokens of a filter as names, operators and literals; looks nothing up.
import type { CompareOperator } from './ast.ts';
import { invalidFilter, show } from './refuse.ts';
import type { Literal, Name } from './syntax.ts';
import type { Token } from './tokenize.ts';

const operators: ReadonlySet<string> = new Set<CompareOperator | 'pr'>(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'pr']);

// "$" is missing from Figure 1 of RFC 7644 but stands in RFC 7643 section 2.1, and $ref begins with it.
const attrName = /^[A-Za-z$][\w$-]*$/;
const attrNameAndSub = /^[A-Za-z$][\w$-]*(?:\.[A-Za-z$][\w$-]*)?$/;
const schemaUri = /^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]+$/;
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Whether a text has the form attrPath: `name`, `name.sub`, either of them behind a schema URI and a colon. */
export function isAttrPath(text: string): boolean {
  const colon = text.lastIndexOf(':');
  return attrNameAndSub.test(text.slice(colon + 1)) && (colon === -1 || schemaUri.test(text.slice(0, colon)));
}

/** Whether a text has the form ATTRNAME. */
export function isAttrName(text: string): boolean {
  return attrName.test(text);
}

/** attrPath of https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2; refuses any other form with invalidFilter. */
export function readName(token: Token): Name {
  if (!isAttrPath(token.text)) throw notAName(token);
  return { text: token.text, at: token.at };
}

/** ATTRNAME alone, as inside and behind a value filter; refuses any other form with invalidFilter. */
export function readAttrName(token: Token): Name {
  if (isAttrName(token.text)) return { text: token.text, at: token.at };
  if (isAttrPath(token.text)) throw invalidFilter(token.at, `inside and behind [ ] name the sub-attribute alone, not ${show(token.text)}.`);
  throw notAName(token);
}

/** compareOp or `pr`, in any case; refuses any other word with invalidFilter. */
export function readOperator(token: Token, name: Name): CompareOperator | 'pr' {
  if (token.kind === 'end') throw invalidFilter(token.at, `an operator must follow ${show(name.text)}, as in userName eq "x" or title pr.`);
  if (token.kind === 'string' || !token.spaced) {
    throw invalidFilter(token.at, `a space and an operator must follow ${show(name.text)}, as in userName eq "x" or title pr.`);
  }
  const operator = token.text.toLowerCase();
  if (isOperator(operator)) return operator;
  throw invalidFilter(token.at, `the operator ${show(token.text)} is not supported. Use one of ${[...operators].join(', ')}.`);
}

/** compValue of https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2; refuses bare text and numbers out of range with invalidFilter. */
export function readLiteral(token: Token, operator: CompareOperator): Literal {
  const { at, text } = token;
  if (token.kind === 'end') throw invalidFilter(at, `a value must follow ${show(operator)}, as in userName eq "x".`);
  if (!token.spaced) throw invalidFilter(at, `put a space between ${show(operator)} and its value.`);
  if (token.kind === 'string') return { value: text, at };
  if (text === 'true' || text === 'false') return { value: text === 'true', at };
  if (text === 'null') return { value: null, at };
  if (number.test(text)) {
    const value = Number(text);
    if (!Number.isFinite(value)) throw invalidFilter(at, `the number ${show(text)} is out of range.`);
    return { value, at };
  }
  if (/^(?:true|false|null)$/i.test(text)) throw invalidFilter(at, `write ${text.toLowerCase()} in lower case.`);
  // The text itself is not repeated: it may be personal.
  throw invalidFilter(at, 'a value is a text in double quotes, a number, true, false or null. Put quotes around the text, as in userName eq "x".');
}

function isOperator(text: string): text is CompareOperator | 'pr' {
  return operators.has(text);
}

function notAName(token: Token): Error {
  return invalidFilter(token.at, `${show(token.text)} is not an attribute name, such as userName, name.familyName or emails[type eq "work"].`);
}
