// Statements of a list of records: one page by keyset, whether anything lies behind it, and how many there are, from one description.
import { createHash } from 'node:crypto';
import type { Boundary, PageCut } from '../../domain/ports.ts';
import type { Statement } from '../database/batch.ts';
import type { Parameter } from '../database/parameter.ts';
import { parameterList, type ParameterList } from '../filter/parameters.ts';
import type { PageStatements } from './list-statements.ts';
import { ahead, behind, orderBy, writtenKey, type Order } from './order.ts';

/** A list of records. `shown` selects from the page, which is `p` and has every column of `cut`; values of the order are never NULL. */
export interface RecordList {
  /** The rows by which the page is cut, a table and an alias. */
  readonly cut: string;
  readonly where: (parameters: ParameterList) => readonly string[];
  /** By columns of the alias. */
  readonly order: Order;
  /** The order's column on the page `p`. */
  readonly shownKey: string;
  readonly columns: string;
  readonly joins?: string;
  /** Values that `columns` and `joins` may use, from $1 on. */
  readonly given: readonly Parameter[];
}

/** Lists that may be long are not counted beyond this. */
const mostCounted = 10_000;

/** The statements of one step of a walk. */
export function recordsPage(list: RecordList, { limit, walk }: PageCut): PageStatements {
  const from = walk?.from;
  const reversed = from?.direction === 'backward';
  const page = parameterList(list.given);
  const rows = cutOut(list, page, from, limit + 1);
  const shown: Order = { ...list.order, id: 'p.id', key: list.order.key && { ...list.order.key, value: list.shownKey } };
  const text = `select ${list.columns}, ${writtenKey(shown, list.shownKey)} as sort_key from (${rows}) p ${list.joins ?? ''} order by ${orderBy(shown, reversed)}`;
  const counted = parameterList();
  const beside = parameterList();
  return {
    rows: named(text, page),
    count: named(`select count(*) as total from (select from ${list.cut} where ${list.where(counted).join(' and ')} limit ${mostCounted}) n`, counted),
    behind: from && named(cutOut(list, beside, behind(from), 1), beside),
  };
}

function cutOut({ cut, where, order }: RecordList, parameters: ParameterList, from: Boundary | undefined, limit: number): string {
  const conditions = [...where(parameters), ...(from === undefined ? [] : [ahead(order, from, parameters), ...bound(order, from, parameters)])];
  const alias = order.id.slice(0, order.id.indexOf('.'));
  return `select ${alias}.* from ${cut} where ${conditions.join(' and ')} order by ${orderBy(order, from?.direction === 'backward')} limit ${limit}`;
}

/** What `ahead` says by an "or", which no index can begin with, said once more as a bound. */
function bound({ key, descending }: Order, { direction, key: at }: Boundary, parameters: ParameterList): string[] {
  if (key === undefined || at === null) return [];
  return [`${key.value} ${(direction === 'forward') !== descending ? '>=' : '<='} ${parameters.add(at, key.type)}`];
}

/** Few shapes of queries come over and over: one name for each keeps their statements prepared. */
function named(text: string, { values }: ParameterList): Statement {
  return { name: `records_${createHash('sha1').update(text).digest('base64url')}`, text, values };
}
