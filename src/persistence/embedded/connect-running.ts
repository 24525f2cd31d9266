// For commands that run beside a server or without one: finds the cluster that runs on a data folder, or starts it for as long as the command lasts.
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, databaseName, look, maintenanceDatabase, requireConnection, type Connection } from './connection.ts';
import { EmbeddedError, inFolder } from './embedded-error.ts';
import { findBinaries } from './find-binaries.ts';
import { findPlace, type Place } from './find-place.ts';
import { startEmbedded, type EmbeddedOptions } from './start-embedded.ts';

const busyLimitMs = 30_000;

/** The owner's connection if a server runs on the folder; one that is starting or recovering is waited for. */
export async function connectRunning(dataDir: string): Promise<Connection | undefined> {
  const place = await runningPlace(dataDir);
  return place === undefined ? undefined : requireConnection(place, databaseName);
}

async function runningPlace(dataDir: string): Promise<Place | undefined> {
  const { major } = findBinaries();
  return inFolder(dataDir, async () => {
    const place = findPlace(dataDir, major);
    for (const deadline = performance.now() + busyLimitMs; performance.now() < deadline; await sleep(100)) {
      const sight = await look(place);
      if (sight === 'absent') return undefined;
      // Without a holder it is either just starting or about to be stopped.
      if (sight !== 'busy' && sight.holder !== undefined) return place;
    }
    return undefined;
  });
}

/** Uses the running cluster or starts it; `stop` lets go of it, and ends it if it was started here. */
export async function useEmbedded(options: Omit<EmbeddedOptions, 'holder'>): Promise<{ readonly ownerConnection: Connection; readonly stop: () => Promise<void> }> {
  for (let attempt = 1; ; attempt += 1) {
    const place = await runningPlace(options.dataDir);
    try {
      return place === undefined ? await startEmbedded({ ...options, holder: 'command' }) : await visit(place);
    } catch (error) {
      // Between the look and the act somebody else started it, or stopped it.
      const passing = place !== undefined || (error instanceof EmbeddedError && error.fault === 'already-running');
      if (!passing || attempt === 5) throw error;
      await sleep(200);
    }
  }
}

/** A connection of its own keeps a cluster that another command started from being stopped too early. */
async function visit(place: Place): Promise<{ readonly ownerConnection: Connection; readonly stop: () => Promise<void> }> {
  const visitor = await connect(requireConnection(place, maintenanceDatabase), 'usher:visit');
  return { ownerConnection: requireConnection(place, databaseName), stop: () => visitor.end().catch(() => undefined) };
}
