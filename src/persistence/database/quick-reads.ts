// Short reads of many callers on few connections: each is an exchange with a Sync of its own, sent before the one ahead of it is answered.
// Whoever waits behind a long one waits as long, so that only look-ups by key belong here.
import pg from 'pg';
import { runBatch, type Row, type Statement } from './batch.ts';

/** Runs one exchange, or answers undefined when it is not the time for one: the pool then serves. */
export type QuickRead = (statements: readonly Statement[]) => Promise<Row[][]> | undefined;

export interface QuickReads {
  readonly read: QuickRead;
  readonly close: () => Promise<void>;
}

interface Line {
  readonly client: pg.Client;
  open: boolean;
  /** Exchanges under way. */
  waiting: number;
}

/** More than these on one connection would wait for each other longer than for a connection of the pool. */
const deepest = 8;
/** After a loss. */
const pauseMs = 1_000;

/** Opens its connections when there is something to read, and again when one is lost; nobody waits for that. */
export function createQuickReads(config: pg.ClientConfig, connections: number): QuickReads {
  let lines: Line[] = [];
  let notBefore = -Infinity;
  let closed = false;

  const drop = (line: Line): void => {
    line.open = false;
    notBefore = performance.now() + pauseMs;
    lines = lines.filter((other) => other !== line);
  };

  const openOne = (): void => {
    if (closed || performance.now() < notBefore) return;
    const client = new pg.Client({ ...config, pipeline: true });
    const line: Line = { client, open: false, waiting: 0 };
    lines.push(line);
    client.on('error', () => drop(line));
    client.on('end', () => drop(line));
    client.connect().then(
      () => (line.open = lines.includes(line)),
      () => {
        drop(line);
        return client.end().catch(() => undefined);
      },
    );
  };

  const run = async (line: Line, statements: readonly Statement[]): Promise<Row[][]> => {
    line.waiting += 1;
    try {
      return await runBatch(line.client, statements);
    } finally {
      line.waiting -= 1;
    }
  };

  return {
    read: (statements) => {
      if (lines.length < connections) openOne();
      let free: Line | undefined;
      for (const line of lines) if (line.open && line.waiting < (free?.waiting ?? deepest)) free = line;
      return free && run(free, statements);
    },
    close: async () => {
      closed = true;
      await Promise.all(lines.map(async ({ client }) => await client.end().catch(() => undefined)));
    },
  };
}
