// Deletes requests of connections from the log when their time is over; the database shares the work between instances.
import type { Job } from './job.ts';

/** `waiting` names the workspaces that have a log at all, `forget` answers how many it deleted. */
export function forgetRequestsJob(waiting: Job['waiting'], forget: Job['work']): Job {
  return { name: 'forget-requests', everyMs: 3_600_000, waiting, work: forget };
}
