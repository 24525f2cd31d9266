// Runs the jobs of the server beside its requests: on announcement at once, else by looking around; assumes jobs that are safe beside other instances.
import { hostname } from 'node:os';
import { randomBytes } from 'node:crypto';
import type { Job } from './job.ts';
import { createJobReport, type JobLog, type JobStates } from './job-report.ts';
import { runJob, type RunningJob } from './run-job.ts';

/** What the runner needs beside the jobs. */
export interface JobsPorts {
  readonly log: JobLog;
  /** Where the state of the jobs is kept for `usher -- jobs`; nowhere if it is left out. */
  readonly states?: JobStates;
  /** How long announcements gather before the work begins. */
  readonly gatherMs?: number;
}

/** The jobs at work. */
export interface RunningJobs {
  /** A transaction of the workspace was committed. Neither throws nor waits. */
  committed(workspaceId: string): void;
  /** Announces work to one job. Neither throws nor waits. */
  announce(job: string, tenantId: string): void;
  /** Ends after the pieces at work, which are told to hurry; the next start or another instance does the rest. */
  stop(): Promise<void>;
}

/** This process among others on the same database. */
const instance = `${hostname().slice(0, 60)}/${process.pid}/${randomBytes(3).toString('hex')}`;

/**
 * Starts all jobs at once. Each has its own loop, so that none waits for another; within a job tenants take turns, and those that were
 * slow the last time never hold more than half of its places. Errors are logged, at most one a minute for each job, and end nothing.
 */
export function startJobs(jobs: readonly Job[], { log, states, gatherMs = 15 }: JobsPorts): RunningJobs {
  const stopping = new AbortController();
  const report = createJobReport(instance, log, states);
  const running = new Map<string, RunningJob>(jobs.map((job) => [job.name, runJob(job, { report, gatherMs, stopping: stopping.signal })]));
  const afterCommit = jobs.flatMap(({ name, afterCommit: wanted }) => (wanted === true ? [running.get(name)] : [])).filter((job) => job !== undefined);
  return {
    committed(workspaceId) {
      for (const job of afterCommit) job.announce(workspaceId);
    },
    announce(name, tenantId) {
      running.get(name)?.announce(tenantId);
    },
    async stop() {
      stopping.abort();
      await Promise.all([...running.values()].map(async (job) => await job.ended()));
      await report.stop();
    },
  };
}
