// The loop of one job: a queue of tenants with work, filled by announcements and by looking around, and a few places in which they are worked for.
import type { Job } from './job.ts';
import type { JobReport } from './job-report.ts';

/** One job at work. */
export interface RunningJob {
  announce(tenantId: string): void;
  /** Settles when it has stopped, after the signal. */
  ended(): Promise<void>;
}

interface RunnerOptions {
  readonly report: JobReport;
  readonly gatherMs: number;
  readonly stopping: AbortSignal;
}

const piecesAtOnce = 100;
const tenantsAtOnce = 100;
/** Looking around pauses while so many tenants wait: the others are found again at the next look. */
const longestQueue = 1_000;
const slowMs = 500;
/** Announced work begins so long after the last at the earliest: under steady load one piece of work then does what many commits left. */
const restMs = 100;

/** Starts the loop. */
export function runJob(job: Job, { report, gatherMs, stopping }: RunnerOptions): RunningJob {
  const places = job.atOnce ?? 2;
  const queue = new Set<string>();
  const atWork = new Map<string, Promise<void>>();
  const slow = new Set<string>();
  const announced = new Set<string>();
  let gathering: NodeJS.Timeout | undefined;
  let begunAt = -restMs;

  const slowAtWork = () => [...atWork.keys()].filter((tenantId) => slow.has(tenantId)).length;

  const next = (): string | undefined => {
    const slowMayGo = slowAtWork() < Math.max(1, Math.floor(places / 2));
    for (const tenantId of queue) if (!atWork.has(tenantId) && (slowMayGo || !slow.has(tenantId))) return tenantId;
    return undefined;
  };

  const fill = (): void => {
    while (!stopping.aborted && atWork.size < places) {
      const tenantId = next();
      if (tenantId === undefined) return;
      queue.delete(tenantId);
      atWork.set(tenantId, workFor(tenantId));
    }
  };

  const workFor = async (tenantId: string): Promise<void> => {
    const begun = performance.now();
    try {
      const done = await job.work(tenantId, piecesAtOnce, stopping);
      report.done(job.name, done);
      // Behind everybody who waits: a tenant with much work takes turns with the others.
      if (done >= piecesAtOnce) queue.add(tenantId);
    } catch (error) {
      if (!stopping.aborted) report.failed(job.name, error);
    }
    if (performance.now() - begun > slowMs) slow.add(tenantId);
    else slow.delete(tenantId);
    atWork.delete(tenantId);
    fill();
  };

  const found = (tenants: readonly string[]): boolean => {
    for (const tenantId of tenants) queue.add(tenantId);
    fill();
    return queue.size < longestQueue;
  };

  const looking = lookAgainAndAgain(job, { report, stopping }, found);
  return {
    announce(tenantId) {
      announced.add(tenantId);
      // A burst of commits becomes one piece of work.
      gathering ??= setTimeout(() => {
        gathering = undefined;
        begunAt = performance.now();
        for (const waiting of announced) queue.add(waiting);
        announced.clear();
        fill();
      }, Math.max(gatherMs, begunAt + restMs - performance.now()));
    },
    async ended() {
      clearTimeout(gathering);
      await looking;
      await Promise.all(atWork.values());
    },
  };
}

/** Looks for work until everything stops; `found` takes what is found and says whether there is room for more. */
async function lookAgainAndAgain(job: Job, { report, stopping }: Omit<RunnerOptions, 'gatherMs'>, found: (tenants: readonly string[]) => boolean): Promise<void> {
  while (!stopping.aborted) {
    try {
      await look(job, stopping, found);
      report.looked(job.name);
    } catch (error) {
      report.failed(job.name, error);
    }
    await pause(job.everyMs, stopping);
  }
}

async function look(job: Job, stopping: AbortSignal, found: (tenants: readonly string[]) => boolean): Promise<void> {
  let beyond: string | undefined;
  while (!stopping.aborted) {
    const tenants = await job.waiting(tenantsAtOnce, beyond);
    if (!found(tenants) || tenants.length < tenantsAtOnce) return;
    beyond = tenants.at(-1);
  }
}

/** Ends early when everything stops. */
async function pause(ms: number, stopping: AbortSignal): Promise<void> {
  if (stopping.aborted) return;
  await new Promise<void>((resolve) => {
    const over = () => {
      clearTimeout(timer);
      stopping.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, ms);
    stopping.addEventListener('abort', over);
  });
}
