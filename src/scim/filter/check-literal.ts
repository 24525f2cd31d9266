// Checks an operator and its literal against the attribute they are used on.
import type { Attribute } from '../schema/attribute.ts';
import type { CompareOperator, FilterValue } from './ast.ts';
import { normaliseDateTime } from './normalise-date-time.ts';
import { invalidFilter, show } from './refuse.ts';
import type { Literal, Name } from './syntax.ts';

const substring: ReadonlySet<CompareOperator> = new Set<CompareOperator>(['co', 'sw', 'ew']);
const ordering: ReadonlySet<CompareOperator> = new Set<CompareOperator>(['gt', 'ge', 'lt', 'le']);

/**
 * The value with which an attribute is compared. co, sw and ew need a text (string, reference, binary); gt, ge, lt and le cannot be
 * used on boolean and binary (https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2, Table 3). Taken besides the exact type: the
 * texts true and false, in any case, for booleans, and whole numbers for strings that accept numbers. A dateTime comes back in UTC.
 * Refuses everything else with invalidFilter.
 */
export function checkLiteral(attribute: Attribute, name: Name, operator: CompareOperator, literal: Literal): FilterValue {
  checkOperator(attribute, name, operator);
  const { value, at } = literal;
  switch (attribute.type) {
    case 'boolean':
      if (typeof value === 'boolean') return value;
      if (typeof value === 'string' && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === 'true';
      throw invalidFilter(at, `${show(name.text)} is a boolean. Compare it with true or false.`);
    case 'integer':
      if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
      throw invalidFilter(at, `${show(name.text)} is an integer. Compare it with a whole number without quotes.`);
    case 'decimal':
      if (typeof value === 'number') return value;
      throw invalidFilter(at, `${show(name.text)} is a number. Compare it with a number without quotes.`);
    case 'dateTime': {
      const instant = typeof value === 'string' ? normaliseDateTime(value) : undefined;
      if (instant !== undefined) return instant;
      throw invalidFilter(at, `${show(name.text)} is a dateTime. Compare it with one in double quotes, such as "2026-01-31T08:00:00Z".`);
    }
    default:
      if (typeof value === 'string') return value;
      if (attribute.acceptsNumber === true && Number.isSafeInteger(value)) return String(value);
      throw invalidFilter(at, `${show(name.text)} is a text. Put its value in double quotes, as in "${String(value)}".`);
  }
}

function checkOperator({ type }: Attribute, name: Name, operator: CompareOperator): void {
  const isText = type === 'string' || type === 'reference' || type === 'binary';
  if (substring.has(operator) && !isText) {
    throw invalidFilter(name.at, `${operator} looks into texts, but ${show(name.text)} is of type ${type}. Use another operator.`);
  }
  if (ordering.has(operator) && (type === 'boolean' || type === 'binary')) {
    throw invalidFilter(name.at, `${operator} cannot be used on ${show(name.text)}, which is of type ${type}. Use eq or ne.`);
  }
}
