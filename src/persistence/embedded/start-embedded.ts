// Starts the embedded PostgreSQL on a data folder and holds it until told to stop; one process at a time, whatever happened to the one before.
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { databaseName, requireConnection, type Connection, type Holder } from './connection.ts';
import { copyBinaries } from './copy-binaries.ts';
import { createCluster, prepareBase } from './create-cluster.ts';
import { EmbeddedError, inFolder } from './embedded-error.ts';
import { findBinaries } from './find-binaries.ts';
import { findPlace, type Place } from './find-place.ts';
import { connectWhenReady, keepHold, type Hold } from './hold.ts';
import { orphansOf } from './process-table.ts';
import { startServer, type ServerProcess } from './server-process.ts';
import { waitUntilFree } from './wait-until-free.ts';

export type EmbeddedOptions = {
  readonly dataDir: string;
  readonly holder?: Holder;
  /** One line before each step that can take a second. */
  readonly onProgress?: (message: string) => void;
  /** Each line that PostgreSQL itself writes. */
  readonly log?: (line: string) => void;
  readonly initdbSwitches?: readonly string[];
  readonly serverSettings?: Readonly<Record<string, string>>;
};

export type Embedded = {
  readonly ownerConnection: Connection;
  /** Ends PostgreSQL; a command first gives others that use it some seconds. */
  readonly stop: () => Promise<void>;
  /** PostgreSQL's exit code, also when it ends unasked. */
  readonly exited: Promise<number>;
};

const patienceMs = { server: 0, command: 10_000 };
const startLimitMs = 30_000;

export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { dataDir, holder = 'server', onProgress = () => undefined } = options;
  const found = findBinaries();
  return inFolder(dataDir, async () => {
    const place = findPlace(dataDir, found.major);
    const fresh = !existsSync(place.cluster);
    if (place.base !== place.dataDir && fresh) onProgress(`The account that runs PostgreSQL (uid ${place.account.uid}) stores its data in ${place.base}.`);
    prepareBase(place);
    if (fresh) onProgress(`Preparing PostgreSQL ${found.major} in ${place.base} (first start only) …`);
    const binaries = copyBinaries(found, place.base);
    if (fresh) await createCluster(place, binaries, options.initdbSwitches ?? []);
    const [server, first] = await startWhenFree(place, binaries, holder, options);
    try {
      await ensureDatabase(first);
    } catch (error) {
      await server.stop(0);
      throw error;
    }
    return embedded(place, server, keepHold(place, server, first, holder), patienceMs[holder]);
  });
}

async function startWhenFree(place: Place, binaries: string, holder: Holder, options: EmbeddedOptions): Promise<[ServerProcess, pg.Client]> {
  const { onProgress = () => undefined, log = () => undefined, serverSettings = {} } = options;
  const begin = performance.now();
  const slow = setTimeout(() => onProgress('Waiting for PostgreSQL: it recovers, or another program is just leaving the data folder …'), 1_000);
  try {
    for (;;) {
      await waitUntilFree(place, begin + startLimitMs);
      const server = startServer(place, binaries, serverSettings, log);
      const hold = await connectWhenReady(place, server, holder);
      if (hold !== undefined) return [server, hold];
      const reason = server.lastWords().find((line) => /FATAL|PANIC|cannot be started|error while loading/.test(line)) ?? server.lastWords().at(-1);
      // Another starter was quicker, or sessions of a server ended by kill -9 are still busy.
      const passing = reason !== undefined && /lock file|shared memory block/.test(reason);
      if (!passing || performance.now() - begin > startLimitMs) throw new EmbeddedError('failed', `PostgreSQL did not start on ${place.base}: ${reason ?? 'it gave no reason'}`);
      if (performance.now() - begin > 2_000) for (const pid of orphansOf(place.data)) quit(pid);
      await sleep(200);
    }
  } finally {
    clearTimeout(slow);
  }
}

function quit(pid: number): void {
  try {
    process.kill(pid, 'SIGQUIT');
  } catch {
    // It has just ended by itself.
  }
}

async function ensureDatabase(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [databaseName]);
  if (rowCount === 0) await client.query(`create database ${databaseName}`);
}

function embedded(place: Place, server: ServerProcess, hold: Hold, patience: number): Embedded {
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    // A command lets go first, since PostgreSQL waits for every session; a server stays visible until it is gone.
    hold.keepNoLonger();
    if (patience > 0) await hold.release();
    await server.stop(patience);
    await hold.release();
  };
  return { ownerConnection: requireConnection(place, databaseName), exited: server.exited, stop: () => (stopped ??= stop()) };
}
