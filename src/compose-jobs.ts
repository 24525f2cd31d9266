// The jobs of the server process: which there are, and what each works with; only compose.ts and main.ts know of it.
import type { Ports } from './compose.ts';
import type { Job } from './jobs/job.ts';
import type { JobLog } from './jobs/job-report.ts';
import { startJobs, type RunningJobs } from './jobs/run-jobs.ts';
import { reportJobs } from './persistence/jobs/job-states.ts';

/** Starts all of them. */
export function composeJobs(ports: Ports, log: JobLog): RunningJobs {
  const { pool } = ports.database;
  return startJobs(jobsOf(ports), { log, states: { report: async (states) => await reportJobs(pool, states) } });
}

/** One line for each area; every commit is told to those that ask for it. */
function jobsOf(_ports: Ports): readonly Job[] {
  return [];
}
