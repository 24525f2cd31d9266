// Read-only transactions that stay open while a long answer is fetched piece by piece, so that all pieces are of one moment.
import type { Pool, PoolClient } from 'pg';
import { runBatch, type Row, type Statement } from './batch.ts';
import { rollback } from './scope.ts';

/** An open snapshot. It holds a connection until `end`, or until nobody has fetched from it for `stallMs`. */
export interface Snapshot {
  /** The rows of the statements with which it was opened. */
  readonly opened: readonly Row[][];
  readonly fetch: (statement: Statement) => Promise<Row[]>;
  /** Gives the connection back; a second time does nothing. */
  readonly end: () => Promise<void>;
}

/** Opens snapshots, a limited number at a time; undefined when none has become free within `waitMs`. */
export interface Snapshots {
  readonly open: (statements: readonly Statement[]) => Promise<Snapshot | undefined>;
}

/** Whoever reads slower than this has gone away, and others wait for the connection; below PostgreSQL's own limit for idle transactions. */
export interface SnapshotLimits {
  readonly most: number;
  readonly waitMs: number;
  readonly stallMs: number;
}

const begin: Statement = { name: 'begin_snapshot', text: 'begin isolation level repeatable read read only', values: [] };

export function createSnapshots(pool: Pool, { most, waitMs, stallMs }: SnapshotLimits): Snapshots {
  const turns = limitTurns(most, waitMs);
  return {
    open: async (statements) => {
      const leave = await turns.enter();
      if (leave === undefined) return undefined;
      try {
        return await openOn(await pool.connect(), statements, stallMs, leave);
      } catch (error) {
        leave();
        throw error;
      }
    },
  };
}

async function openOn(client: PoolClient, statements: readonly Statement[], stallMs: number, leave: () => void): Promise<Snapshot> {
  let ended = false;
  /** Closing the connection ends the transaction as well, and needs none that works. */
  const release = (broken: boolean): void => {
    if (ended) return;
    ended = true;
    clearTimeout(stalled);
    client.removeListener('error', drop);
    client.release(broken);
    leave();
  };
  const drop = (): void => release(true);
  const stalled = setTimeout(drop, stallMs);
  // PostgreSQL may end the session while nothing is being asked; a client without a listener would end the process.
  client.on('error', drop);
  const run = async (batch: readonly Statement[]): Promise<Row[][]> => {
    if (ended) throw new Error('Connection terminated: nobody fetched from the snapshot for too long');
    try {
      const rows = await runBatch(client, batch);
      stalled.refresh();
      return rows;
    } catch (error) {
      release(true);
      throw error;
    }
  };
  const [, ...opened] = await run([begin, ...statements]);
  return {
    opened,
    fetch: async (statement) => (await run([statement]))[0] ?? [],
    end: async () => {
      if (ended) return;
      await run([rollback]);
      release(false);
    },
  };
}

/** Lets `most` in at a time; those who wait longer than `waitMs` are told to go. Whoever leaves hands its place to the one who waits longest. */
function limitTurns(most: number, waitMs: number): { enter: () => Promise<(() => void) | undefined> } {
  let inside = 0;
  const waiting: (() => void)[] = [];
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) inside -= 1;
    else next();
  };
  const turn = async (): Promise<boolean> =>
    await new Promise((resolve) => {
      const call = (): void => {
        clearTimeout(late);
        resolve(true);
      };
      const late = setTimeout(() => {
        waiting.splice(waiting.indexOf(call), 1);
        resolve(false);
      }, waitMs);
      waiting.push(call);
    });
  return {
    enter: async () => {
      if (inside < most) inside += 1;
      else if (!(await turn())) return undefined;
      return once(leave);
    },
  };
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}
