// The runner of jobs: at once when announced, by itself when not, fair between tenants, quiet through an outage, over when it is stopped.
import { afterEach, describe, expect, it } from 'vitest';
import type { Job } from '../../src/jobs/job.ts';
import type { JobState } from '../../src/jobs/job-report.ts';
import { startJobs, type RunningJobs } from '../../src/jobs/run-jobs.ts';

const started: RunningJobs[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map(async (jobs) => await jobs.stop()));
});

function start(jobs: readonly Job[], states?: JobState[]) {
  const lines: string[] = [];
  const line = (level: string) => (_: object, message: string) => void lines.push(`${level}: ${message}`);
  const report = async (given: readonly JobState[]) => await Promise.resolve(void states?.splice(0, states.length, ...given));
  const running = startJobs(jobs, { log: { warn: line('warn'), info: line('info') }, states: { report }, gatherMs: 1 });
  started.push(running);
  return { running, lines };
}

async function until(condition: () => boolean, ms = 3000): Promise<void> {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) throw new Error('it never came');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const wait = async (ms: number) => await new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A queue as the database would keep it: pieces by tenant, each done once, whoever takes it first. */
function queueOf(pieces: Readonly<Record<string, number>>) {
  const left = new Map(Object.entries(pieces));
  const done: string[] = [];
  return {
    left,
    done,
    waiting: async (most: number, beyond: string | undefined) => {
      await Promise.resolve();
      return [...left].filter(([id, count]) => count > 0 && (beyond === undefined || id > beyond)).map(([id]) => id).sort().slice(0, most);
    },
    take: async (tenantId: string, most: number) => {
      const count = Math.min(most, left.get(tenantId) ?? 0);
      left.set(tenantId, (left.get(tenantId) ?? 0) - count);
      for (let piece = 0; piece < count; piece += 1) done.push(tenantId);
      await wait(0);
      return count;
    },
  };
}

describe('the runner', () => {
  it('does what waits without being told, in every tenant, to the last piece', async () => {
    const queue = queueOf(Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`t${String(index).padStart(3, '0')}`, index === 7 ? 1234 : 1])));
    start([{ name: 'work', everyMs: 10, waiting: queue.waiting, work: queue.take }]);
    await until(() => queue.done.length === 249 + 1234);
    expect(new Set(queue.done).size).toBe(250);
  });

  it('works on an announcement long before it would look, and again for one that comes in the middle of the work', async () => {
    const seen: string[] = [];
    const job: Job = {
      name: 'work',
      everyMs: 60_000,
      afterCommit: true,
      waiting: async () => await Promise.resolve([]),
      work: async (tenantId) => {
        seen.push(tenantId);
        await wait(40);
        return 0;
      },
    };
    const deaf: Job = { ...job, name: 'deaf', afterCommit: false };
    const { running } = start([job, deaf]);
    const begun = performance.now();
    running.committed('a');
    await until(() => seen.length === 1);
    expect(performance.now() - begun).toBeLessThan(500);
    running.committed('a');
    running.committed('a');
    await until(() => seen.length === 2);
    await wait(100);
    expect(seen).toEqual(['a', 'a']);
    running.announce('deaf', 'b');
    running.announce('unknown', 'c');
    await until(() => seen.length === 3);
  });

  it('lets tenants take turns', async () => {
    const queue = queueOf({ big: 5000, small: 150 });
    start([{ name: 'work', everyMs: 60_000, atOnce: 1, waiting: queue.waiting, work: queue.take }]);
    await until(() => queue.done.length === 5150);
    expect(queue.done.lastIndexOf('small')).toBeLessThan(600);
  });

  it('keeps places free for others when many tenants are slow', async () => {
    const ends: (() => void)[] = [];
    const quick: string[] = [];
    let slowOnes = 0;
    const work = async (tenantId: string): Promise<number> => {
      if (!tenantId.startsWith('slow')) return quick.push(tenantId);
      slowOnes += 1;
      if (slowOnes <= 4) await wait(550);
      else await new Promise<void>((resolve) => ends.push(resolve));
      return 1;
    };
    const { running } = start([{ name: 'work', everyMs: 60_000, atOnce: 4, waiting: async () => await Promise.resolve([]), work }]);
    const slow = ['slow1', 'slow2', 'slow3', 'slow4'];
    for (const id of slow) running.announce('work', id);
    await until(() => slowOnes === 4);
    for (const id of slow) running.announce('work', id);
    await until(() => slowOnes > 4);
    await wait(50);
    expect(slowOnes).toBe(6);
    running.announce('work', 'quick');
    await until(() => quick.length === 1);
    for (const end of ends) end();
    await until(() => slowOnes === 8);
    for (const end of ends) end();
  });

  it('keeps one failing tenant and one failing job from stopping the others, and says so once', async () => {
    const queue = queueOf({ a: 1, b: 1, c: 1 });
    const states: JobState[] = [];
    const failing: Job = { name: 'failing', everyMs: 5, waiting: async () => await Promise.reject(new Error('the database is gone')), work: async () => await Promise.resolve(0) };
    const work: Job['work'] = async (id, most) => await (id === 'b' ? Promise.reject(new Error('b is broken')) : queue.take(id, most));
    const { running, lines } = start([failing, { name: 'work', everyMs: 5, waiting: queue.waiting, work }], states);
    await until(() => queue.done.length === 2);
    await wait(50);
    expect(queue.done).toEqual(['a', 'c']);
    expect(lines.toSorted()).toEqual(['warn: the job failing failed and is tried again', 'warn: the job work failed and is tried again']);
    await running.stop();
    expect(states.map(({ job, lastError, pieces }) => `${job} ${pieces}: ${lastError ?? ''}`).toSorted()).toEqual(['failing 0: the database is gone', 'work 2: b is broken']);
    expect(states.find(({ job }) => job === 'failing')?.lastSuccessAt).toBeUndefined();
  });

  it('stops after the piece at work, which is told, and begins nothing more', async () => {
    let told = false;
    const seen: string[] = [];
    const work: Job['work'] = async (tenantId, _, stopping) => {
      seen.push(tenantId);
      await new Promise<void>((resolve) => stopping.addEventListener('abort', () => resolve()));
      told = true;
      return 100;
    };
    const { running } = start([{ name: 'work', everyMs: 5, atOnce: 1, waiting: async () => await Promise.resolve(['a', 'b']), work }]);
    await until(() => seen.length === 1);
    await running.stop();
    expect([told, seen]).toEqual([true, ['a']]);
  });
});
