// What the tests of plans share: the part of EXPLAIN that they read, and statistics to plan with.
import pg from 'pg';
import type { TestDatabase } from '../support/database.ts';

/** A node of `explain (analyze, format json)`. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Gathers the statistics of all tables; only their owner may. */
export async function analyse(database: TestDatabase): Promise<void> {
  const owner = new pg.Client(database.owner);
  await owner.connect();
  await owner.query('analyze');
  await owner.end();
}
