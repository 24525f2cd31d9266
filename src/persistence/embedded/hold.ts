// The connection of the process that holds an embedded cluster: made as soon as the server answers, and made again when it is cut.
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { connect, holdName, maintenanceDatabase, requireConnection, type Holder } from './connection.ts';
import { EmbeddedError } from './embedded-error.ts';
import type { Place } from './find-place.ts';
import type { ServerProcess } from './server-process.ts';
import { isReady } from './wait-until-free.ts';

/** Undefined if the server ended instead. Recovery after a crash takes as long as it takes. */
export async function connectWhenReady(place: Place, server: ServerProcess, holder: Holder): Promise<pg.Client | undefined> {
  let ended = false;
  void server.exited.then(() => (ended = true));
  // Asking the file leaves no refusals in the log, and on the same socket another starter's server may answer.
  while (!ended && !isReady(place, server.pid)) await sleep(10);
  if (ended) return undefined;
  try {
    return await connect(requireConnection(place, maintenanceDatabase), holdName(holder));
  } catch (error) {
    await server.stop(0);
    const { code, message } = error as { code?: string; message: string };
    if (code === '28P01') throw new EmbeddedError('folder', `The password in ${place.passwordFile} is not the one of the database.`);
    throw new EmbeddedError('failed', `PostgreSQL was started on ${place.base} but does not answer: ${message}`);
  }
}

export type Hold = {
  /** The connection stays, but is not made again once the server cuts it. */
  readonly keepNoLonger: () => void;
  readonly release: () => Promise<void>;
};

/** The connection that says the cluster is in use; PostgreSQL cuts it when it recovers from the crash of another session. */
export function keepHold(place: Place, server: ServerProcess, first: pg.Client, holder: Holder): Hold {
  let current = first;
  let over = false;
  void server.exited.then(() => (over = true));
  const watch = (client: pg.Client): void => {
    client.once('end', () => void renew());
  };
  const renew = async (): Promise<void> => {
    const connection = requireConnection(place, maintenanceDatabase);
    while (!over) {
      try {
        current = await connect(connection, holdName(holder));
        watch(current);
        return;
      } catch {
        await sleep(100, undefined, { ref: false });
      }
    }
  };
  watch(first);
  return {
    keepNoLonger: () => (over = true),
    release: () => {
      over = true;
      return current.end().catch(() => undefined);
    },
  };
}

