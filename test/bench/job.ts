// What the benchmark asks its client process to do, and what it hears back.
import type { ChildProcess } from 'node:child_process';

/** `body` goes out as it is; `@@` in it becomes a text that no other request of the job has. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly body?: string;
}

export interface Job {
  readonly port: number;
  readonly token: string;
  readonly concurrency: number;
  readonly requests: readonly Request[];
  /** Over and over until the time is over, or each request once, at most for that time. */
  readonly order: 'cycle' | 'once';
  readonly seconds: number;
  /** What `@@` becomes the beginning of. */
  readonly tag: string;
  readonly keepBodies: boolean;
}

export interface Result {
  readonly count: number;
  readonly elapsedMs: number;
  readonly p50: number;
  readonly p99: number;
  /** How many answers had each status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly bytes: number;
  /** In the order of the requests, where they were asked for. */
  readonly bodies: readonly string[];
  /** The beginning of the first answer that was no success. */
  readonly fault: string | undefined;
}

export type Client = (job: Job) => Promise<Result>;

/** Speaks to the client process; one job at a time. */
export function clientOf(child: ChildProcess): Client {
  return async (job) =>
    await new Promise((resolve, reject) => {
      const lost = () => reject(new Error('the client process ended'));
      child.once('exit', lost);
      child.once('message', (message: Result | { readonly error: string }) => {
        child.off('exit', lost);
        if ('error' in message) reject(new Error(message.error));
        else resolve(message);
      });
      child.send(job);
    });
}
