// Starts and ends the PostgreSQL process itself and the watchdog that ends it after a kill -9 of this one; assumes that the folder is free.
import { spawn, type ChildProcess } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { runAs } from './account.ts';
import { cannotStart, makePrivate } from './create-cluster.ts';
import { EmbeddedError } from './embedded-error.ts';
import type { Place } from './find-place.ts';

export type ServerProcess = {
  readonly pid: number | undefined;
  readonly exited: Promise<number>;
  /** The last lines that PostgreSQL wrote. */
  readonly lastWords: () => readonly string[];
  /** With patience it first waits for the sessions of others to end. */
  readonly stop: (patienceMs: number) => Promise<void>;
};

/** Nothing listens but the socket; no statement and no value of a row gets into the log. */
const serverSettings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  // Plans that are cached before the first statistics read a whole workspace; a bulk load must not wait a minute for them.
  autovacuum_naptime: '10s',
  log_checkpoints: 'off',
  log_line_prefix: '',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

export function startServer(place: Place, binaries: string, settings: Readonly<Record<string, string>>, log: (line: string) => void): ServerProcess {
  prepareSocketFolder(place);
  const all = { ...serverSettings, unix_socket_directories: place.socketFolder, ...settings };
  const switches = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(join(binaries, 'bin', 'postgres'), ['-D', place.data, ...switches], {
    ...runAs(place.account, '/'),
    // A session of its own, so that Ctrl-C in the terminal does not reach it.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const words: string[] = [];
  createInterface({ input: server.stderr }).on('line', (line) => {
    words.splice(0, words.length - 19);
    words.push(line);
    log(line);
  });
  const watchdog = server.pid === undefined ? undefined : startWatchdog(place, server.pid);
  // 'exit' and not 'close': a session may hold stderr a moment longer.
  const exited = new Promise<number>((resolve) => {
    server.on('error', (error) => {
      words.push(cannotStart(error).message);
      resolve(127);
    });
    server.on('exit', (code, signal) => {
      watchdog?.kill('SIGKILL');
      resolve(code ?? 128 + (constants.signals[signal ?? 'SIGKILL'] ?? 0));
    });
  });
  // A program that forgets to stop may end all the same: the watchdog then stops PostgreSQL.
  server.unref();
  unref(server.stderr);
  return { pid: server.pid, exited, lastWords: () => words, stop: (patienceMs) => stopServer(server, exited, patienceMs) };
}

/** SIGTERM waits for sessions, SIGINT ends them in order, SIGQUIT at once; what was committed is safe each time. */
async function stopServer(server: ChildProcess, exited: Promise<number>, patienceMs: number): Promise<void> {
  server.ref();
  for (const [signal, waitMs] of [['SIGTERM', patienceMs], ['SIGINT', 20_000], ['SIGQUIT', 5_000], ['SIGKILL', 5_000]] as const) {
    if (waitMs === 0) continue;
    server.kill(signal);
    const over = new AbortController();
    const ended = await Promise.race([exited.then(() => true), sleep(waitMs, false, { signal: over.signal }).catch(() => false)]);
    over.abort();
    if (ended) return;
  }
}

/** Its stdin is a pipe from this process that is never written: it reads the end when this process is gone, however it went. */
function startWatchdog(place: Place, pid: number): ChildProcess {
  const script = 'read _; read p < "$0/postmaster.pid" && [ "$p" = "$1" ] && kill -INT "$p"';
  const watchdog = spawn('/bin/sh', ['-c', script, place.data, String(pid)], { ...runAs(place.account, '/'), detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  watchdog.on('error', () => undefined);
  watchdog.unref();
  unref(watchdog.stdin);
  return watchdog;
}

/** The pipes of a child are sockets, which the types do not say. */
function unref(stream: object): void {
  if (stream instanceof Socket) stream.unref();
}

/** In a folder that all accounts share somebody else may have made it first. */
function prepareSocketFolder({ socketFolder, account }: Place): void {
  try {
    makePrivate(socketFolder, account);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const found = lstatSync(socketFolder);
    if (found.isDirectory() && found.uid === account.uid && (found.mode & 0o077) === 0) return;
    throw new EmbeddedError('folder', `The socket folder ${socketFolder} belongs to somebody else or is open to others: remove it.`);
  }
}
