// Puts the variables of a transcript into its texts.
import { randomUUID } from 'node:crypto';

export type Variables = Map<string, unknown>;

/** A text with every `{{expression}}` replaced, each value passed through `encode`. An unset variable is an error. */
export function fillInText(text: string, variables: Variables, encode: (value: string) => string = String): string {
  return text.replace(/\{\{([^{}]*)\}\}/gu, (_, expression: string) => encode(evaluate(expression.trim(), variables)));
}

/** Any JSON value with its texts and keys filled in. */
export function fillIn(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') return fillInText(value, variables);
  if (Array.isArray(value)) return value.map((element) => fillIn(element, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [fillInText(key, variables), fillIn(part, variables)]));
}

/** The address of a request: in the path colons stay, as URNs have them; a query is encoded already but for the values put into it. */
export function fillInAddress(address: string, variables: Variables): string {
  const mark = address.indexOf('?');
  const [path, query] = mark === -1 ? [address, ''] : [address.slice(0, mark), address.slice(mark)];
  return fillInText(path, variables, (value) => encodeURIComponent(value).replaceAll('%3A', ':')) + fillInText(query, variables, encodeURIComponent);
}

function evaluate(expression: string, variables: Variables): string {
  if (expression === 'uuid') return randomUUID();
  const [, change, name = expression] = /^(upper|lower):(.*)$/u.exec(expression) ?? [];
  const value = variables.get(name);
  if (value === undefined) throw new Error(`the variable ${name} has no value: an earlier step did not give it one`);
  const text = String(value);
  if (change === undefined) return text;
  return change === 'upper' ? text.toUpperCase() : text.toLowerCase();
}
