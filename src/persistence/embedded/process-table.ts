// What the operating system says about processes on a data folder; a process id may have been given to somebody else since it was written down.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether the process is the PostgreSQL server of this data folder. */
export function isServerOf(pid: number, data: string): boolean {
  const words = commandLine(pid);
  return words.includes(`-D\0${data}\0`) || words.includes(` -D ${data} `);
}

function commandLine(pid: number): string {
  if (process.platform !== 'linux') return `${spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trimEnd()} `;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Sessions that outlived their server, which was ended by kill -9 while they were busy. They hold the shared memory, so that no new
 * server may start. Linux only: elsewhere they end by themselves, at the latest with their statement.
 */
export function orphansOf(data: string): number[] {
  if (process.platform !== 'linux') return [];
  const inside = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && workingFolder(entry) === data);
  return inside.filter((pid) => commandLine(Number(pid)).startsWith('postgres:') && !inside.includes(parentOf(pid))).map(Number);
}

function workingFolder(pid: string): string | undefined {
  try {
    return readlinkSync(join('/proc', pid, 'cwd'));
  } catch {
    return undefined;
  }
}

function parentOf(pid: string): string {
  try {
    return /^PPid:\s*(\d+)$/m.exec(readFileSync(join('/proc', pid, 'status'), 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
}
