// Compares what writers were told with what stands in the database: nothing acknowledged is missing, nothing is half there, nothing is invented.
import type pg from 'pg';
import { expect } from 'vitest';
import { halfDone } from '../support/half-done.ts';
import type { Writers } from './writers.ts';

interface Row {
  readonly name: string;
  readonly title: string | undefined;
  readonly active: boolean;
  readonly gone: boolean;
  readonly version: number;
  readonly audits: number;
  readonly inGroup: boolean;
}

/** The session must be the owner's. A user whose last answer failed to come may be in the state before or in the one asked for. */
export async function expectWhole(session: pg.Client, groupId: string, { stories, members }: Writers): Promise<void> {
  const { rows } = await session.query<Row>(
    `select distinct on (m.user_name) m.user_name as name, m.profile->>'title' as title, m.status <> 'deactivated' as active, m.deleted_at is not null as gone, m.version,
      (select count(*)::int from audit_event a where a.target_id = m.id and a.outcome = 'success') as audits,
      exists (select from group_member gm where gm.member_id = m.id and gm.group_id = $2) as "inGroup"
    from membership m where m.user_name = any($1) order by m.user_name`,
    [stories.map(({ userName }) => userName), groupId],
  );
  expect(await halfDone(async (text) => (await session.query<Record<string, unknown>>(text)).rows)).toEqual([]);
  const found = new Map(rows.map((row) => [row.name, row]));
  for (const { userName, id, acknowledged, pending, changes } of stories) {
    const row = found.get(userName);
    const now = row === undefined ? undefined : { title: row.title, active: row.active, gone: row.gone };
    const possible = pending === undefined ? [acknowledged] : [acknowledged, pending];
    expect(possible, `${userName}: acknowledged ${JSON.stringify(acknowledged)}, under way ${JSON.stringify(pending)}`).toContainEqual(now);
    if (row === undefined) continue;
    const done = changes + (pending !== undefined && JSON.stringify(now) !== JSON.stringify(acknowledged) ? 1 : 0);
    expect([userName, row.audits]).toEqual([userName, done]);
    if (!row.gone) expect([userName, row.version]).toEqual([userName, done]);
    if (id !== undefined && members.has(id)) expect([userName, row.inGroup]).toEqual([userName, !row.gone]);
  }
}
