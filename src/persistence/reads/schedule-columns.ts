// The columns of a booked deactivation and the schedule that a row of them is.
import type { Schedule } from '../../domain/areas/schedules.ts';
import type { Row } from '../database/batch.ts';

/** The columns of the row `s`. The day is text: a date has no time zone that a driver could put it into. */
export function scheduleColumns(s = 's'): string {
  return `${s}.id, ${s}.membership_id, to_char(${s}.on_date, 'YYYY-MM-DD') as on_day, ${s}.run_at, ${s}.suspend_api_keys, ${s}.reason, ${s}.booked_by`;
}

/** A row of these columns. */
export function scheduleOf(row: Row): Schedule {
  return {
    id: row['id'] as string,
    memberId: row['membership_id'] as string,
    on: row['on_day'] as string,
    runAt: row['run_at'] as Date,
    suspendApiKeys: row['suspend_api_keys'] as boolean,
    reason: (row['reason'] as string | null) ?? undefined,
    bookedBy: (row['booked_by'] as string | null) ?? undefined,
  };
}
