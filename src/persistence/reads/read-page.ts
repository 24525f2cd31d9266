// Reads one page of a list with its total, and on a walk finds out exactly whether there are pages before and after it.
import type { Pool } from 'pg';
import type { Actor, Call } from '../../domain/model/caller.ts';
import type { Boundary, Page, PageCut } from '../../domain/ports.ts';
import { succeed, type Outcome } from '../../domain/refusals.ts';
import type { Row } from '../database/batch.ts';
import type { QuickRead } from '../database/quick-reads.ts';
import type { PageStatements } from './list-statements.ts';
import { behind } from './order.ts';
import { readAs } from './read-as.ts';

/** A page of rows, and who was found to have asked for it. */
export interface PageOfRows extends Page<Row> {
  readonly actor: Actor;
}

/**
 * Rows first; the count only when the rows do not tell it already. `filtered` says that counting may cost as much as the page, `quick` is
 * for a filter that is a look-up by key.
 */
export async function readPage(pool: Pool, call: Call, cut: PageCut, filtered: boolean, statements: PageStatements, quick?: QuickRead): Promise<Outcome<PageOfRows>> {
  const { limit, offset, walk } = cut;
  const from = walk?.from;
  const together = !filtered || limit === 0 || from !== undefined;
  const paged = limit === 0 ? [] : [statements.rows, ...(statements.behind === undefined ? [] : [statements.behind])];
  const read = await readAs(pool, call, [...paged, ...(together ? [statements.count] : [])], quick);
  if (!read.ok) return read;
  const { actor, rows } = read.value;
  const found = limit === 0 ? [] : (rows[0] ?? []);
  const page = walk === undefined || limit === 0 ? { rows: found } : { ...stepOf(found, limit, from, (rows[1]?.length ?? 0) > 0) };
  if (together) return succeed({ actor, total: totalOf(rows.at(-1)), ...page });
  const full = walk === undefined ? limit : limit + 1;
  if (found.length < full && (found.length > 0 || offset === 0)) return succeed({ actor, total: offset + found.length, ...page });
  const counted = await readAs(pool, call, [statements.count], quick);
  return counted.ok ? succeed({ actor, total: totalOf(counted.value.rows[0]), ...page }) : counted;
}

/** `found` is in the order of the walk and has one row beyond the page if there is any; `rest` says whether anything lies behind `from`. */
function stepOf(found: readonly Row[], limit: number, from: Boundary | undefined, rest: boolean): Omit<Page<Row>, 'total'> {
  const backward = from?.direction === 'backward';
  const walked = found.slice(0, limit);
  const last = walked.at(-1);
  const onward = found.length > limit && last !== undefined ? boundaryAt(last, backward ? 'backward' : 'forward') : undefined;
  const [start] = walked;
  const returning = from !== undefined && rest ? (start === undefined ? behind(from) : boundaryAt(start, backward ? 'forward' : 'backward')) : undefined;
  return backward ? { rows: walked.toReversed(), next: returning, previous: onward } : { rows: walked, next: onward, previous: returning };
}

function boundaryAt(row: Row, direction: Boundary['direction']): Boundary {
  return { direction, inclusive: false, key: row['sort_key'] as string | null, id: row['id'] as string };
}

function totalOf(rows: readonly Row[] | undefined): number {
  return Number(rows?.[0]?.['total'] ?? 0);
}
