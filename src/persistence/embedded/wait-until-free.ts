// Waits until no server runs on the data folder, or says who holds it; after it returns PostgreSQL may be started, though another starter may be quicker.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { look } from './connection.ts';
import { EmbeddedError } from './embedded-error.ts';
import type { Place } from './find-place.ts';
import { isAlive, isServerOf } from './process-table.ts';
import { readIfThere } from './secret-file.ts';

/** Two looks of one mind, so far apart that a connection cut by kill -9 has gone in between. */
const secondLookMs = 500;

export async function waitUntilFree(place: Place, deadline: number): Promise<void> {
  let before: string | undefined;
  do {
    const sight = await look(place);
    const now = typeof sight === 'string' ? sight : (sight.holder ?? 'nobody');
    if (now === 'absent' && !serverExists(place)) return replaceForeignPids(place);
    if (now === before && now === 'server') throw alreadyRunning(place);
    if (now === before && now === 'nobody') stop(place);
    before = now;
    await sleep(now === 'server' || now === 'nobody' ? secondLookMs : 50);
  } while (performance.now() < deadline);
  throw before === 'command'
    ? new EmbeddedError('already-running', `A command of Usher still works on ${place.dataDir}: try again when it has ended.`)
    : new EmbeddedError('failed', `The PostgreSQL server on ${place.dataDir} (process ${serverPid(place) ?? 'unknown'}) neither answers nor ends: end it by hand.`);
}

function alreadyRunning(place: Place): EmbeddedError {
  return new EmbeddedError('already-running', `Usher is already running on ${place.dataDir}: stop it first, or set DATA_DIR to another folder.`);
}

/** Whether the server with this process id has written that it takes connections. */
export function isReady(place: Place, pid: number | undefined): boolean {
  const lines = readIfThere(join(place.data, 'postmaster.pid'))?.split('\n') ?? [];
  return pid !== undefined && pidIn(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

/** The server's process as written in postmaster.pid; the file itself is never deleted here, it guards the data. */
function serverPid(place: Place): number | undefined {
  return pidIn(readIfThere(join(place.data, 'postmaster.pid')));
}

function serverExists(place: Place): boolean {
  const pid = serverPid(place);
  return pid !== undefined && isAlive(pid) && isServerOf(pid, place.data);
}

/**
 * After a crash the number in a lock file may belong to somebody else, as it often does when a container starts again; PostgreSQL would
 * take that for a running server. The number of its own parent it passes over.
 */
function replaceForeignPids(place: Place): void {
  for (const file of [join(place.data, 'postmaster.pid'), join(place.socketFolder, '.s.PGSQL.5432.lock')]) {
    const text = readIfThere(file);
    const pid = pidIn(text);
    if (text === undefined || pid === undefined || pid === process.pid || !isAlive(pid)) continue;
    writeFileSync(file, [String(process.pid), ...text.split('\n').slice(1)].join('\n'));
  }
}

function pidIn(text: string | undefined): number | undefined {
  const pid = Number.parseInt(text ?? '', 10);
  return pid > 0 ? pid : undefined;
}

/** A server that nobody holds was left behind by a process that ended together with its watchdog. */
function stop(place: Place): void {
  const pid = serverPid(place);
  if (pid !== undefined && isServerOf(pid, place.data)) process.kill(pid, 'SIGINT');
}
