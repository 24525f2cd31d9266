// Loads the pending schedule of a member, locked, and what a day means in the time zone of the workspace.
import type { Loads } from '../../domain/loads.ts';
import type { Statement } from '../database/batch.ts';
import { scheduleColumns, scheduleOf } from '../reads/schedule-columns.ts';
import { belongingsLoad } from './belongings-load.ts';
import type { RecordLoad } from './record-load.ts';

/** The member's own row is locked before, so that nobody books beside us. */
export const scheduleLoad: RecordLoad<'schedules'> = {
  statements: (call, { memberId, on }) => [...belongingsLoad.statements(call, leaving(memberId)), ...readSchedule(call.credential.tenant.workspaceId, memberId, on)],
  found: (rows, call, { memberId }) => {
    const [pending = [], day = []] = rows.slice(-2);
    const [row] = pending;
    return {
      pending: row && scheduleOf(row),
      answerable: (row?.['answerable'] as string | null | undefined) ?? undefined,
      due: row?.['due'] === true,
      over: day[0]?.['over'] === true,
      belongings: belongingsLoad.found(rows.slice(0, -2), call, leaving(memberId)),
    };
  },
};

const people = `from membership m join user_account a on a.organization_id = m.organization_id and a.id = m.account_id
  where m.workspace_id = s.workspace_id and m.status = 'active' and m.deleted_at is null`;
const answerable = `coalesce((select m.id ${people} and m.id = s.booked_by), (select m.id ${people} and m.role = 'owner' and not a.service order by m.id limit 1))`;

function readSchedule(workspaceId: string, memberId: string, on: string | undefined): Statement[] {
  return [
    {
      name: 'schedule_pending',
      text: `select ${scheduleColumns()}, s.run_at <= now() as due, ${answerable} as answerable from scheduled_action s where s.workspace_id = $1 and s.membership_id = $2 and s.status = 'pending' for update`,
      values: [workspaceId, memberId],
    },
    {
      name: 'schedule_day',
      text: `select ($2::date + time '23:59') at time zone w.time_zone <= now() as over from workspace w where w.id = $1`,
      values: [workspaceId, on],
    },
  ];
}

function leaving(memberId: string): Loads['belongings']['ask'] {
  return { ids: [memberId], way: 'leaving' };
}
