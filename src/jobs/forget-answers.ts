// The job that forgets the answers kept for repeated requests when their day is over.
import type { Job } from './job.ts';

/** The job over the organizations that keep some. */
export function forgetAnswersJob(waiting: Job['waiting'], forget: (organizationId: string, most: number) => Promise<number>): Job {
  return { name: 'forget-answers', everyMs: 600_000, waiting, work: forget };
}
