// Slots, the things a filter compares, as SQL of two truth values: what a slot answers is true or false, never NULL and never an error.
import { keyOf } from '../../domain/model/keys.ts';
import type { CompareOperator, FilterValue } from '../../scim/filter/ast.ts';
import type { ParameterList } from './parameters.ts';

/** The type in which sort values are compared; texts are in collation "C". */
export type SortType = 'text' | 'uuid' | 'numeric' | 'boolean' | 'timestamptz';

/** What a slot is sorted by: an expression that is NULL where the slot is not filled. */
export interface SortValue {
  readonly type: SortType;
  readonly value: string;
}

/**
 * One slot (see `Filter`): SQL for whether it is filled, for whether a comparison holds and for its sort value, undefined where it has
 * none ever. Parameters are added only when asked.
 */
export interface Slot {
  readonly filled: () => string;
  readonly holds: (operator: CompareOperator, value: FilterValue) => string;
  readonly sorted: () => SortValue | undefined;
}

/** How a text and the literal beside it are made comparable: not at all, the column is a key already, or the database folds both. */
export type Folding = 'exact' | 'keyed' | 'folded';

interface Source {
  /** An expression; the value is NULL where it is absent. */
  readonly value: () => string;
  /** Absent means: the value is never NULL. */
  readonly filled?: () => string;
}

/** A text. The expression of a `keyed` one must be a `COLLATE "C"` column or ASCII; indexes serve it only as it stands. */
export function textSlot(parameters: ParameterList, folding: Folding, source: Source): Slot {
  const sorted = (): string => {
    if (folding === 'keyed') return source.value();
    const value = folding === 'exact' ? source.value() : fold(source.value());
    return `left(${value}, ${longestSortText}) collate "C"`;
  };
  return slot(source, { type: 'text', value: sorted }, (operator, value, literal) => {
    const wanted = String(literal);
    if (folding === 'keyed') return compareTexts(operator, value, parameters.add(keyOf(wanted), 'text'));
    const given = parameters.add(wanted, 'text');
    return folding === 'exact' ? compareTexts(operator, `${value} collate "C"`, given) : compareTexts(operator, fold(value), fold(given));
  });
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * By how many characters texts are sorted: as many as an indexed attribute may have. Cursors carry sort values, and a text of 64 KB would
 * fit into no address; longer ones that begin alike are in the order of their ids.
 */
const longestSortText = 512;

/** A UUID column as the text that clients see, behind a fixed beginning of it; the column itself is compared where that says the same. */
export function identifierSlot(parameters: ParameterList, column: string, prefix = ''): Slot {
  const shown = (): string => (prefix === '' ? `${column}::text` : `(${parameters.add(prefix, 'text')} || ${column}::text)`);
  const text = textSlot(parameters, 'exact', { value: shown });
  return {
    filled: () => 'true',
    sorted: () => (prefix === '' ? { type: 'uuid', value: column } : text.sorted()),
    holds(operator, value) {
      if (operator !== 'eq' && operator !== 'ne') return text.holds(operator, value);
      const wanted = String(value);
      const id = wanted.slice(prefix.length);
      if (!wanted.startsWith(prefix) || !uuid.test(id)) return String(operator === 'ne');
      return `${column} ${operator === 'eq' ? '=' : '<>'} ${parameters.add(id, 'uuid')}`;
    },
  };
}

export function booleanSlot(source: Source): Slot {
  return slot(source, { type: 'boolean', value: source.value }, (operator, value, literal) => compareInOrder(operator, value, String(literal === true)));
}

export function numberSlot(parameters: ParameterList, source: Source): Slot {
  return slot(source, { type: 'numeric', value: source.value }, (operator, value, literal) => compareInOrder(operator, value, parameters.add(String(literal), 'numeric')));
}

export function timeSlot(parameters: ParameterList, source: Source): Slot {
  return slot(source, { type: 'timestamptz', value: source.value }, (operator, value, literal) => compareInOrder(operator, value, parameters.add(String(literal), 'timestamptz')));
}

/** A value that is never there, or is there and of no type that could be compared. */
export function incomparableSlot(filled: () => string = () => 'false'): Slot {
  return { filled, holds: (operator) => String(operator === 'ne'), sorted: () => undefined };
}

/** A time as answers show it, with milliseconds. */
export function shownTime(column: string): string {
  return `date_trunc('milliseconds', ${column})`;
}

function slot(
  { value, filled }: Source,
  sorted: { readonly type: SortType; readonly value: () => string },
  compare: (operator: CompareOperator, value: string, literal: FilterValue) => string,
): Slot {
  return {
    filled: filled ?? (() => 'true'),
    sorted: () => ({ type: sorted.type, value: sorted.value() }),
    holds(operator, literal) {
      const test = compare(operator, value(), literal);
      return filled === undefined ? test : `coalesce(${test}, ${String(operator === 'ne')})`;
    },
  };
}

/** The same as `foldCase`. ICU's lower case is that of Unicode whatever the database's locale is; comparisons are then by code point. */
function fold(text: string): string {
  return `lower(normalize(${text}, NFC) collate "und-x-icu") collate "C"`;
}

function compareTexts(operator: CompareOperator, value: string, wanted: string): string {
  switch (operator) {
    case 'co':
      return `strpos(${value}, ${wanted}) > 0`;
    case 'sw':
      return `${value} ^@ ${wanted}`;
    case 'ew':
      return `right(${value}, length(${wanted})) = ${wanted}`;
    default:
      return compareInOrder(operator, value, wanted);
  }
}

const signs = { eq: '=', ne: '<>', gt: '>', ge: '>=', lt: '<', le: '<=' } as const;

function compareInOrder(operator: CompareOperator, value: string, wanted: string): string {
  if (operator === 'co' || operator === 'sw' || operator === 'ew') throw new Error(`${operator} looks into texts only`);
  return `${value} ${signs[operator]} ${wanted}`;
}
