// Counts what a server asks of PostgreSQL: exchanges, statements and rows on the wire, and the rows that PostgreSQL itself had to look at.
import type { StartedServer } from './started-server.ts';

/** What one piece of work cost. `looked` has for each table the rows that scans and index look-ups fetched, tables without any left out. */
export interface Cost {
  readonly exchanges: number;
  readonly statements: readonly string[];
  readonly rows: number;
  readonly looked: Readonly<Record<string, number>>;
}

export interface WatchedDatabase {
  readonly costOf: (work: () => PromiseLike<unknown>) => Promise<Cost>;
}

/** The part of pg's connection that is watched. */
interface Wire {
  bind: (message: { statement?: string }, more?: boolean) => void;
  sync: () => void;
  query: (text: string) => void;
  on: (event: 'dataRow', listener: () => void) => void;
}

/** Assumes a server whose pool has one connection, not yet opened, and nobody else at work on its database. */
export function watchDatabase({ ports, query }: StartedServer): WatchedDatabase {
  const { pool } = ports.database;
  let exchanges = 0;
  let statements: string[] = [];
  let rows = 0;
  pool.on('connect', (client) => {
    const wire = (client as unknown as { connection: Wire }).connection;
    const { bind, sync, query: simple } = wire;
    wire.bind = (message, more) => {
      statements.push((message.statement ?? 'unnamed').replace(/_\d+$/, ''));
      bind.call(wire, message, more);
    };
    wire.sync = () => {
      exchanges += 1;
      sync.call(wire);
    };
    wire.query = (text) => {
      exchanges += 1;
      statements.push(text);
      simple.call(wire, text);
    };
    wire.on('dataRow', () => (rows += 1));
  });
  const looked = async (): Promise<Map<string, number>> => {
    // Counters of a session reach the others only later, unless it is told to hurry.
    await pool.query('select pg_stat_force_next_flush()');
    await query('select pg_stat_clear_snapshot()');
    const found = await query('select relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as fetched from pg_stat_user_tables');
    return new Map(found.map((row) => [String(row['relname']), Number(row['fetched'])]));
  };
  return {
    costOf: async (work) => {
      const before = await looked();
      [exchanges, statements, rows] = [0, [], 0];
      await work();
      const cost = { exchanges, statements: [...statements], rows };
      const after = [...(await looked())].map(([table, count]) => [table, count - (before.get(table) ?? 0)] as const);
      return { ...cost, looked: Object.fromEntries(after.filter(([, count]) => count > 0)) };
    },
  };
}
