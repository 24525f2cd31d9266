// `jobs`: how the jobs of every server process stand.
import type { Command } from 'commander';
import { jobStates, type JobStateRow } from '../../persistence/jobs/job-states.ts';
import { examples, jsonOption } from '../help.ts';
import type { Io } from '../io.ts';
import { json, moment, table } from '../print.ts';
import { withSession } from '../session.ts';

export function addJobsCommand(program: Command, io: Io): void {
  const jobs = program
    .command('jobs')
    .description('show when each job of each server process ran, what it did, and its last error')
    .option(...jsonOption)
    .action(async (options: { json?: true }) => await showJobs(io, options));
  examples(jobs, ['jobs', 'jobs --json']);
}

async function showJobs(io: Io, { json: asJson }: { json?: true }): Promise<void> {
  await withSession(io, 'Reading the jobs', async ({ pool }) => {
    const states = await jobStates(pool);
    if (asJson === true) io.out(json(states.map(asFields)));
    else if (states.length === 0) io.err('No job has run in the last day: start the server.\n');
    else io.out(table(['JOB', 'INSTANCE', 'LAST RUN', 'LAST SUCCESS', 'PIECES', 'LAST ERROR'], states.map(asCells)));
  });
}

function asFields({ lastSuccessAt, lastErrorAt, lastError, ...state }: JobStateRow): object {
  return { ...state, lastSuccessAt: lastSuccessAt ?? null, lastErrorAt: lastErrorAt ?? null, lastError: lastError ?? null };
}

function asCells({ job, instance, lastRunAt, lastSuccessAt, lastErrorAt, lastError, pieces }: JobStateRow): string[] {
  const error = lastError === undefined ? '-' : `${moment(lastErrorAt)} ${lastError}`;
  return [job, instance, moment(lastRunAt), moment(lastSuccessAt), String(pieces), error];
}
