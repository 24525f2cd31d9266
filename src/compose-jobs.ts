// The jobs of the server process: which there are, and what each works with; only compose.ts and main.ts know of it.
import { connectionJobs } from './compose-connections.ts';
import { eventJobs, type EventOverrides, type EventParts } from './compose-events.ts';
import { invitationJobs } from './compose-invitations.ts';
import type { Ports } from './compose-ports.ts';
import { forgetAnswersJob } from './jobs/forget-answers.ts';
import type { Job } from './jobs/job.ts';
import type { JobLog } from './jobs/job-report.ts';
import { startJobs, type RunningJobs } from './jobs/run-jobs.ts';
import { scheduleJob } from './jobs/schedules.ts';
import { forgetOldAnswers, organizationsWithOldAnswers } from './persistence/answer-memory.ts';
import { uuidV7 } from './persistence/database/uuid-v7.ts';
import { dueMembers, workspacesWithDue } from './persistence/jobs/due-schedules.ts';
import { reportJobs } from './persistence/jobs/job-states.ts';

/** What the jobs work with beside the ports. */
export interface JobParts extends Omit<EventParts, 'pool'> {
  readonly log: JobLog;
  readonly overrides?: EventOverrides;
}

/** Starts all of them. */
export function composeJobs(ports: Ports, parts: JobParts): RunningJobs {
  const { pool } = ports.database;
  const late: { running?: RunningJobs } = {};
  const jobs = [...jobsOf(ports), ...invitationJobs({ ...parts, pool }, ports.store), ...eventJobs({ ...parts, pool }, ports.store, (job, id) => late.running?.announce(job, id), parts.overrides)];
  late.running = startJobs(jobs, { log: parts.log, states: { report: async (states) => await reportJobs(pool, states) } });
  return late.running;
}

/** One line for each area; every commit is told to those that ask for it. */
function jobsOf(ports: Ports): readonly Job[] {
  return [...connectionJobs(ports), ...recordJobs(ports)];
}

/** Booked deactivations, and the answers of requests that are a day old. */
function recordJobs({ database: { pool }, store }: Ports): readonly Job[] {
  const waiting: Job['waiting'] = async (most, beyond) => await workspacesWithDue(pool, most, beyond);
  return [
    scheduleJob(store, { waiting, due: async (id, most) => await dueMembers(pool, id, most) }, uuidV7),
    forgetAnswersJob(async (most, beyond) => await organizationsWithOldAnswers(pool, most, beyond), async (id, most) => await forgetOldAnswers(pool, id, most)),
  ];
}
