// Booked deactivations on PostgreSQL, as people look at them.
import type { Pool } from 'pg';
import type { ScheduleReads, ScheduleStatus, ScheduleView } from '../../domain/records.ts';
import { fail, refuse, refuseAll, succeed } from '../../domain/refusals.ts';
import { canSee, mayDo, memberNotFound, permissionDenied } from '../../domain/rules/authority.ts';
import type { Row } from '../database/batch.ts';
import { readAs } from './read-as.ts';
import { readPage } from './read-page.ts';
import { recordsPage, type RecordList } from './records-page.ts';
import { scheduleColumns, scheduleOf } from './schedule-columns.ts';

const columns = (s: string) => `${scheduleColumns(s)}, ${s}.status, ${s}.booked_at, ${s}.ended_at, m.user_name, w.time_zone`;
const joins = (s: string) => `join membership m on m.workspace_id = ${s}.workspace_id and m.id = ${s}.membership_id join workspace w on w.id = ${s}.workspace_id`;

/** Builds the reads on a pool. */
export function createScheduleReads(pool: Pool): ScheduleReads {
  return {
    ofMember: async (call, memberId) => {
      const { workspaceId } = call.credential.tenant;
      const values = [workspaceId, memberId];
      const read = await readAs(pool, call, [
        { name: 'schedule_member', text: 'select from membership where workspace_id = $1 and id = $2 and deleted_at is null', values },
        {
          name: 'schedule_of_member',
          text: `select ${columns('s')} from scheduled_action s ${joins('s')} where s.workspace_id = $1 and s.membership_id = $2 order by s.status = 'pending' desc, s.booked_at desc limit 1`,
          values,
        },
      ]);
      if (!read.ok) return read;
      const [members = [], [row] = []] = read.value.rows;
      if (members.length === 0 || !canSee(read.value.actor, memberId)) return fail(refuseAll([memberNotFound(memberId)]));
      return row === undefined ? fail(refuse('not-found', 'No deactivation was ever booked for this member.', memberId)) : succeed(viewOf(row));
    },
    list: async (call, { status, ...cut }) => {
      const read = await readPage(pool, call, cut, true, recordsPage(listOf(call.credential.tenant.workspaceId, status), cut));
      if (!read.ok) return read;
      const { actor, total, rows, next, previous } = read.value;
      return mayDo(actor, 'members.read') ? succeed({ total, rows: rows.map(viewOf), next, previous }) : fail(refuseAll([permissionDenied('members.read')]));
    },
  };
}

function listOf(workspaceId: string, status: ScheduleStatus | undefined): RecordList {
  return {
    cut: 'scheduled_action x',
    where: (parameters) => [`x.workspace_id = ${parameters.add(workspaceId, 'uuid')}`, ...(status === undefined ? [] : [`x.status = ${parameters.add(status, 'text')}`])],
    order: { key: { value: 'x.run_at', type: 'timestamptz', unique: false }, id: 'x.id', descending: false },
    shownKey: 'p.run_at',
    columns: columns('p'),
    joins: joins('p'),
    given: [],
  };
}

function viewOf(row: Row): ScheduleView {
  const { id, memberId, on, runAt, suspendApiKeys, reason, bookedBy } = scheduleOf(row);
  return {
    id,
    memberId,
    userName: row['user_name'] as string,
    on,
    runsAt: runAt.toISOString(),
    timeZone: row['time_zone'] as string,
    suspendApiKeys,
    reason,
    status: row['status'] as ScheduleStatus,
    bookedBy,
    bookedAt: (row['booked_at'] as Date).toISOString(),
    endedAt: (row['ended_at'] as Date | null)?.toISOString(),
  };
}
