// The server as `npm start` starts it, a process behind the launcher, with what a test wants to know and do from outside.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { projectRoot } from '../../config/settings.ts';
import { connectRunning } from '../../src/persistence/embedded/connect-running.ts';

const startLimitMs = 30_000;

export interface RunningServer {
  /** Address of the server root. */
  readonly root: string;
  readonly launcherPid: number;
  /** Process id of the server itself, behind the launcher. */
  readonly pid: number;
  readonly output: () => string;
  readonly exit: Promise<Exit>;
}

export interface Exit {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly afterMs: number;
}

export type Environment = Readonly<Record<string, string>>;

function spawnServer(environment: Environment) {
  const child = spawn(process.execPath, ['bin/run.mjs', '--own-group', 'src/main.ts'], {
    cwd: projectRoot,
    env: { PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const begun = performance.now();
  const exit = new Promise<Exit>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...said, afterMs: performance.now() - begun }));
  });
  return { child, said, exit };
}

/** Starts it and waits until it says that it is ready. */
export async function startServer(environment: Environment): Promise<RunningServer> {
  const { child, said, exit } = spawnServer(environment);
  const deadline = performance.now() + startLimitMs;
  let ended = false;
  void exit.then(() => (ended = true));
  for (;;) {
    const root = /Health\s+(http:\/\/\S+)\/healthz/.exec(said.out)?.[1];
    if (root !== undefined) return { root, launcherPid: Number(child.pid), pid: childOf(Number(child.pid)), output: () => said.out + said.err, exit };
    if (ended || performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`the server did not become ready:\n${said.out}\n${said.err}`);
    }
    await sleep(25);
  }
}

/** Starts what is expected to end by itself, or by SIGTERM at the signal. */
export async function startInVain(environment: Environment, impatience?: AbortSignal): Promise<Exit> {
  const { child, exit } = spawnServer(environment);
  const late = setTimeout(() => child.kill('SIGTERM'), startLimitMs);
  impatience?.addEventListener('abort', () => child.kill('SIGTERM'));
  return await exit.finally(() => clearTimeout(late));
}

/** Ends it as its operator does. */
export async function stopServer({ launcherPid, exit }: RunningServer): Promise<Exit> {
  const begun = performance.now();
  kill(launcherPid, 'SIGTERM');
  return { ...(await exit), afterMs: performance.now() - begun };
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already.
  }
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processes(): Process[] {
  const { stdout } = spawnSync('ps', ['-ax', '-ww', '-o', 'pid=,ppid=,command='], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined || parent === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command: command ?? '' }];
  });
}

function childOf(pid: number): number {
  const child = processes().find(({ parent }) => parent === pid);
  if (child === undefined) throw new Error(`process ${pid} has no child`);
  return child.pid;
}

export function postmasterOf(dataDir: string): number {
  const cluster = readdirSync(dataDir).find((name) => /^pg\d+$/.test(name)) ?? '';
  return Number(readFileSync(join(dataDir, cluster, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** Waits until nothing works on the folder any more, at most some seconds; answers what is still there. */
export async function leftOn(dataDir: string, server?: RunningServer): Promise<string[]> {
  for (let tried = 0; ; tried += 1) {
    const left = processes().filter(({ pid, command }) => (command.includes(dataDir) && !/^(\/bin\/)?sh -c read _; i=0/.test(command)) || pid === server?.pid || pid === server?.launcherPid);
    if (left.length === 0 || tried === 30) return left.map(({ pid, command }) => `${pid} ${command}`);
    await sleep(100);
  }
}

/** The program of the command line, as `npm run usher` runs it. */
export async function usher(environment: Environment, ...words: string[]): Promise<string> {
  const child = spawn(process.execPath, ['bin/run.mjs', 'src/cli.ts', ...words], { cwd: projectRoot, env: { PATH: process.env['PATH'], ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`usher ${words.join(' ')} ended with ${code}: ${said.err}`);
  return said.out.trim();
}

/** A session with the owner's login on the database of a running server. */
export async function ownerSession(dataDir: string): Promise<pg.Client> {
  const connection = await connectRunning(dataDir);
  if (connection === undefined) throw new Error('no PostgreSQL runs on the folder');
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
