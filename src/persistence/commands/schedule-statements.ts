// Statements that write booked deactivations. The moment is worked out by PostgreSQL, which knows the time zones and their changes.
import type { ScheduleChange } from '../../domain/areas/schedules.ts';
import type { StatementTable } from './statement-table.ts';

/** The statements of each change of a schedule; a schedule that ended keeps no words of a person. */
export const scheduleStatements: StatementTable<ScheduleChange> = {
  'schedule.insert': ({ kind, schedule: { id, memberId, on, suspendApiKeys, reason, bookedBy } }, { workspaceId }) => [
    {
      name: kind,
      text: `insert into scheduled_action (workspace_id, id, membership_id, on_date, run_at, suspend_api_keys, reason, booked_by)
        select w.id, $2, $3, $4::date, ($4::date + time '23:59') at time zone w.time_zone, $5, $6, $7 from workspace w where w.id = $1`,
      values: [workspaceId, id, memberId, on, suspendApiKeys, reason, bookedBy],
    },
  ],
  'schedule.end': ({ kind, id, as }, { workspaceId }) => [
    {
      name: kind,
      text: `update scheduled_action set status = $3, ended_at = now(), reason = null where workspace_id = $1 and id = $2 and status = 'pending'`,
      values: [workspaceId, id, as],
    },
  ],
  'schedule.drop': ({ kind, membershipId }, { workspaceId }) => [
    {
      name: kind,
      text: `update scheduled_action set status = 'cancelled', ended_at = now(), reason = null where workspace_id = $1 and membership_id = $2 and status = 'pending'`,
      values: [workspaceId, membershipId],
    },
  ],
  'schedule.move': ({ kind, timeZone }, { workspaceId }) => [
    {
      name: kind,
      text: `update scheduled_action set run_at = (on_date + time '23:59') at time zone $2 where workspace_id = $1 and status = 'pending'`,
      values: [workspaceId, timeZone],
    },
  ],
};
