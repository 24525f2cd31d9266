// Keeps and reads how the jobs of every process stand, through the two functions that alone reach the table.
import type { Pool } from 'pg';

/** One job in one process. `pieces` counts since the start of the process. */
export interface JobStateRow {
  readonly job: string;
  readonly instance: string;
  readonly lastRunAt: Date;
  readonly lastSuccessAt: Date | undefined;
  readonly lastErrorAt: Date | undefined;
  readonly lastError: string | undefined;
  readonly pieces: number;
}

/** Writes down how jobs stand. */
export async function reportJobs(pool: Pool, states: readonly JobStateRow[]): Promise<void> {
  for (const { job, instance, lastRunAt, lastSuccessAt, lastErrorAt, lastError, pieces } of states) {
    await pool.query('select usher_report_job($1, $2, $3, $4, $5, $6, $7)', [job, instance, lastRunAt, lastSuccessAt, lastErrorAt, lastError, pieces]);
  }
}

/** All of them by name of the job, the process that ran last first. */
export async function jobStates(pool: Pool): Promise<JobStateRow[]> {
  const { rows } = await pool.query<Record<string, unknown>>('select * from usher_job_states()');
  return rows.map((row) => ({
    job: row['job'] as string,
    instance: row['instance'] as string,
    lastRunAt: row['last_run_at'] as Date,
    lastSuccessAt: (row['last_success_at'] as Date | null) ?? undefined,
    lastErrorAt: (row['last_error_at'] as Date | null) ?? undefined,
    lastError: (row['last_error'] as string | null) ?? undefined,
    pieces: Number(row['pieces']),
  }));
}
