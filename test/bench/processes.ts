// The processes of the benchmark: the server behind its launcher, and our own floor and client; all of them end with this one.
import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../../config/settings.ts';

export type Environment = Readonly<Record<string, string>>;

export interface RunningServer {
  readonly port: number;
  /** The server itself, behind the launcher. */
  readonly pid: number;
  /** From the start of the launcher to the words that it is ready. */
  readonly readyMs: number;
  readonly stop: () => Promise<void>;
}

const startLimitMs = 60_000;
const children = new Set<ChildProcess>();

/** Starts the server as `npm start` does; its output goes into a file, as in production. */
export async function startServer(environment: Environment, folder: string, name: string, tree = projectRoot): Promise<RunningServer> {
  const path = join(folder, `${name}.log`);
  const output = openSync(path, 'w');
  const begun = performance.now();
  const child = spawn(process.execPath, [join(tree, 'bin/run.mjs'), '--own-group', 'src/main.ts'], {
    cwd: tree,
    // With npm's mark the launcher watches whether its parent, this process, still lives.
    env: { PATH: process.env['PATH'], npm_lifecycle_event: 'bench', HOST: '127.0.0.1', PORT: '0', ...environment },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const exit = ended(child);
  for (;;) {
    const port = /Health\s+http:\/\/\S+:(\d+)\/healthz/.exec(readFileSync(path, 'utf8'))?.[1];
    if (port !== undefined) {
      const readyMs = performance.now() - begun;
      return { port: Number(port), pid: childOf(Number(child.pid)), readyMs, stop: async () => await stop(child, exit) };
    }
    if (child.exitCode !== null || performance.now() - begun > startLimitMs) {
      child.kill('SIGTERM');
      throw new Error(`the server did not become ready:\n${readFileSync(path, 'utf8').slice(-2_000)}`);
    }
    await sleep(5);
  }
}

export interface Helpmate {
  readonly child: ChildProcess;
  readonly stop: () => Promise<void>;
}

/** Starts a process of ours, one file beside this one. */
export function startBeside(file: 'client.ts' | 'floor.ts', environment: Environment = {}): Helpmate {
  const child = fork(join(import.meta.dirname, file), [], { execArgv: ['--disable-warning=ExperimentalWarning'], env: { PATH: process.env['PATH'], ...environment }, serialization: 'advanced' });
  const exit = ended(child);
  return { child, stop: async () => await stop(child, exit) };
}

/** For the end in a hurry. */
export async function stopAll(): Promise<void> {
  await Promise.all([...children].map(async (child) => await stop(child, ended(child))));
}

function ended(child: ChildProcess): Promise<void> {
  children.add(child);
  return new Promise((resolve) => {
    const done = () => {
      children.delete(child);
      resolve();
    };
    if (child.exitCode !== null || child.signalCode !== null) done();
    child.once('exit', done);
    child.once('error', done);
  });
}

async function stop(child: ChildProcess, exit: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
  await exit;
  clearTimeout(late);
}

function childOf(parent: number): number {
  const { stdout } = spawnSync('ps', ['-ax', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const found = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number)).find(([, ppid]) => ppid === parent);
  if (found?.[0] === undefined) throw new Error(`process ${parent} has no child`);
  return found[0];
}

/** Megabytes that a process has in memory now. */
export function residentMb(pid: number): number {
  if (process.platform === 'linux') return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(stdout.trim()) / 1024;
}
