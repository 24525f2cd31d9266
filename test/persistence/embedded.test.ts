// The embedded PostgreSQL under everything that can end it: its own stop, kill -9 of the program or of itself, reused process ids, rivals.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../../config/settings.ts';
import { connectRunning, useEmbedded } from '../../src/persistence/embedded/connect-running.ts';
import type { Connection } from '../../src/persistence/embedded/connection.ts';
import { EmbeddedError } from '../../src/persistence/embedded/embedded-error.ts';
import { isServerOf } from '../../src/persistence/embedded/process-table.ts';
import { runtimePassword } from '../../src/persistence/embedded/secret-file.ts';
import { startEmbedded, type Embedded } from '../../src/persistence/embedded/start-embedded.ts';
import { hasty, temporaryFolder } from '../support/cluster.ts';

const { folder, remove } = temporaryFolder();
const dataDir = join(folder, 'data');
const options = { dataDir, initdbSwitches: hasty.initdbSwitches, serverSettings: { fsync: 'off' } };
const lockFile = join(dataDir, 'pg18/data/postmaster.pid');
const running = new Set<{ stop: () => Promise<void> }>();

async function start(): Promise<Embedded> {
  const embedded = await startEmbedded(options);
  running.add(embedded);
  return embedded;
}

async function ask(connection: Connection, statement: string): Promise<string> {
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<string[]>({ text: statement, rowMode: 'array' })).rows.flat().join();
  } finally {
    await client.end();
  }
}

const serverPid = () => Number.parseInt(readFileSync(lockFile, 'utf8'), 10);

async function holdElsewhere(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(projectRoot, 'test/support/hold-embedded.ts'), dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

afterEach(async () => {
  for (const embedded of running) await embedded.stop();
  running.clear();
});
afterAll(remove);

describe('startEmbedded', () => {
  it('makes a cluster that listens on a private socket only, and finds its rows again', async () => {
    const { ownerConnection, stop, exited } = await start();
    expect(await ask(ownerConnection, `select current_setting('listen_addresses') = '' and current_database() = 'usher'`)).toBe('true');
    expect(await ask(ownerConnection, `select current_setting('server_encoding')`)).toBe('UTF8');
    await ask(ownerConnection, 'create table kept as select 7 as n');
    expect(statSync(ownerConnection.host).mode & 0o777).toBe(0o700);
    expect(statSync(join(dataDir, 'pg18/password')).mode & 0o777).toBe(0o600);
    await expect(ask({ ...ownerConnection, password: 'wrong' }, 'select 1')).rejects.toThrow(/password authentication failed/);
    await Promise.all([stop(), stop()]);
    expect(await exited).toBe(0);
    expect(existsSync(lockFile)).toBe(false);
    expect(await ask((await start()).ownerConnection, 'select n from kept')).toBe('7');
  });

  it('refuses a second start on the same folder and leaves the first one alone', async () => {
    const { ownerConnection } = await start();
    await expect(startEmbedded(options)).rejects.toMatchObject({ fault: 'already-running', message: expect.stringContaining(dataDir) as string });
    expect(await ask(ownerConnection, 'select 1')).toBe('1');
  });

  it('starts again after kill -9 of the program that held it, with every committed row', async () => {
    const child = await holdElsewhere();
    const pid = serverPid();
    expect(isServerOf(pid, join(dataDir, 'pg18/data'))).toBe(true);
    await ask((await connectRunning(dataDir)) ?? expect.fail(), 'create table committed as select 42 as n');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { ownerConnection } = await start();
    expect(await ask(ownerConnection, 'select n from committed')).toBe('42');
    expect(serverPid()).not.toBe(pid);
    expect(isServerOf(pid, join(dataDir, 'pg18/data'))).toBe(false);
  });

  it('reports kill -9 of PostgreSQL and recovers at the next start', async () => {
    const { ownerConnection, exited } = await start();
    await ask(ownerConnection, 'create table before_crash as select 1 as n');
    process.kill(serverPid(), 'SIGKILL');
    expect(await exited).toBe(137);
    expect(await ask((await start()).ownerConnection, 'select n from before_crash')).toBe('1');
  });

  it.runIf(process.platform === 'linux')('starts although a busy session has outlived its server', async () => {
    const { ownerConnection, exited } = await start();
    const busy = ask(ownerConnection, 'select sum(n) from generate_series(1, 100000000000) n').catch((error: unknown) => error);
    await expect.poll(() => ask(ownerConnection, `select count(*) from pg_stat_activity where query like '%generate_series%' and state = 'active'`)).toBe('2');
    process.kill(serverPid(), 'SIGKILL');
    await exited;
    expect(await ask((await start()).ownerConnection, 'select 1')).toBe('1');
    expect(await busy).toBeInstanceOf(Error);
  });

  it('starts although the process id in its lock files has been given to somebody else', async () => {
    const { ownerConnection, exited } = await start();
    const lockFiles = [lockFile, join(ownerConnection.host, '.s.PGSQL.5432.lock')];
    process.kill(serverPid(), 'SIGKILL');
    await exited;
    // PostgreSQL believes in a running server only where it may send signals to it.
    const { uid, gid } = statSync(dirname(lockFile));
    const somebody = spawn('sleep', ['60'], process.getuid?.() === 0 ? { uid, gid } : {});
    for (const file of lockFiles) writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(somebody.pid)));
    expect(await ask((await start()).ownerConnection, 'select 1')).toBe('1');
    somebody.kill();
  });

  it('keeps its hold when PostgreSQL cuts every session', async () => {
    const { ownerConnection } = await start();
    await ask(ownerConnection, 'select count(pg_terminate_backend(pid)) from pg_stat_activity where pid <> pg_backend_pid()');
    await expect.poll(() => ask(ownerConnection, `select count(*) from pg_stat_activity where application_name = 'usher:hold:server'`)).toBe('1');
  });
});

describe('commands', () => {
  it('join a running server, and find none when it has stopped', async () => {
    const { ownerConnection, stop } = await start();
    expect(await connectRunning(dataDir)).toEqual(ownerConnection);
    const command = await useEmbedded(options);
    await command.stop();
    expect(await ask(ownerConnection, 'select 1')).toBe('1');
    await stop();
    expect(await connectRunning(dataDir)).toBeUndefined();
  });

  it('start it for as long as the last of them works', async () => {
    const first = await useEmbedded(options);
    const second = await useEmbedded(options);
    running.add(second);
    const firstStopped = first.stop();
    await sleep(400);
    expect(existsSync(lockFile)).toBe(true);
    await second.stop();
    await firstStopped;
    expect(existsSync(lockFile)).toBe(false);
  });
});

describe('a data folder that cannot be used', () => {
  it.each([
    ['below a file', () => join(projectRoot, 'package.json/data')],
    ['where the system makes no folders', () => '/proc/usher/data'],
    ['with the data of another version', () => (mkdirSync(join(folder, 'old/pg17'), { recursive: true }), join(folder, 'old'))],
  ])('gives one clear line: %s', async (_, path) => {
    const error: unknown = await startEmbedded({ ...options, dataDir: path() }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EmbeddedError);
    expect((error as EmbeddedError).fault).toBe('folder');
    expect((error as EmbeddedError).message).toMatch(/^The data folder .+\.$/);
  });
});

describe('runtimePassword', () => {
  it('is made once, for this account alone', () => {
    const password = runtimePassword(join(folder, 'secrets'));
    expect(password).toMatch(/^[\w-]{43}$/);
    expect(runtimePassword(join(folder, 'secrets'))).toBe(password);
    expect(statSync(join(folder, 'secrets/runtime-password')).mode & 0o777).toBe(0o600);
    expect(runtimePassword(join(folder, 'other'))).not.toBe(password);
  });
});
