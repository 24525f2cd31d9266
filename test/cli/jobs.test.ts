// The command that shows the jobs: of every process, with what each did last.
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseLogin } from '../../src/persistence/database/parse-login.ts';
import { reportJobs } from '../../src/persistence/jobs/job-states.ts';
import { useCommandLine } from './command-line.ts';

const line = useCommandLine();
let pool: pg.Pool;
beforeAll(() => {
  pool = new pg.Pool({ ...parseLogin(line.environment['DATABASE_RUNTIME_URL'] ?? line.environment['DATABASE_URL'] ?? '') });
});
afterAll(async () => await pool.end());

const base = { lastSuccessAt: undefined, lastErrorAt: undefined, lastError: undefined };

it('shows nothing before a server ran, then each job of each process, the latest report of it', async () => {
  expect(await line.run('jobs')).toMatchObject({ code: 0, out: '', err: 'No job has run in the last day: start the server.\n' });
  const moment = (second: number) => new Date(Date.now() - 60_000 + second * 1000);
  await reportJobs(pool, [{ ...base, job: 'mail', instance: 'host/1/a', lastRunAt: moment(1), pieces: 1 }]);
  await reportJobs(pool, [
    { ...base, job: 'mail', instance: 'host/1/a', lastRunAt: moment(3), lastSuccessAt: moment(3), pieces: 7 },
    { ...base, job: 'mail', instance: 'host/2/b', lastRunAt: moment(2), lastErrorAt: moment(2), lastError: '08006 gone\u001b[31m', pieces: 0 },
    { ...base, job: 'deliver', instance: 'host/2/b', lastRunAt: new Date(Date.now() - 2 * 86_400_000), pieces: 3 },
  ]);
  await reportJobs(pool, [{ ...base, job: 'deliver', instance: 'host/1/a', lastRunAt: moment(4), pieces: 9 }]);
  const shown = JSON.parse(await line.done('jobs --json')) as Record<string, unknown>[];
  expect(shown.map(({ job, instance, pieces, lastError }) => [job, instance, pieces, lastError])).toEqual([
    ['deliver', 'host/1/a', 9, null],
    ['mail', 'host/1/a', 7, null],
    ['mail', 'host/2/b', 0, '08006 gone\u001b[31m'],
  ]);
  const table = await line.done('jobs');
  expect(table.split('\n')[0]).toMatch(/^JOB +INSTANCE +LAST RUN +LAST SUCCESS +PIECES +LAST ERROR$/);
  expect(table).toContain('08006 gone\\u001b[31m');
});
