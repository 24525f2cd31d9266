// Verifying: any edit of a single row is found, at its place and with its cause; words may be erased.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealWorkspace } from '../../src/persistence/audit/seal.ts';
import { verifyAudit, type AuditVerdict } from '../../src/persistence/audit/verify.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { appendEvents } from './audit-rows.ts';
import { enter, foundTenant, tenantRows } from './tenant-rows.ts';

const length = 7;
const place = 4;

let created: TestDatabase;
let pool: pg.Pool;
let owner: pg.Client;
let tenants = 0;

beforeAll(async () => {
  created = await createDatabase();
  pool = new pg.Pool({ ...created.runtime, max: 2 });
  owner = new pg.Client(created.owner);
  await owner.connect();
  // Who owns the tables can switch their guards off; that is what the chain is there for.
  for (const table of ['audit_event', 'audit_seal']) await owner.query(`alter table ${table} disable trigger user`);
});

afterAll(async () => {
  await Promise.all([pool.end(), owner.end()]);
  await created.drop();
});

interface Sealed {
  readonly workspaceId: string;
  readonly ids: readonly string[];
  /** Edits as the owner; $1 is the workspace, $2 the event in the given place. */
  edit(statement: string, at?: number): Promise<void>;
  verify(): Promise<AuditVerdict>;
}

/** A workspace with a sealed chain, sealed in batches. */
async function sealedChain(): Promise<Sealed> {
  tenants += 1;
  const tenant = tenantRows(tenants);
  const { workspaceId } = tenant;
  await foundTenant(owner, tenant);
  const ids = await appendEvents(owner, tenant, length);
  while ((await sealWorkspace(pool, workspaceId, 3)) > 0);
  const edit = async (statement: string, at = place) => {
    await owner.query('begin');
    await enter(owner, tenant);
    const { rowCount } = await owner.query(`with given as (select $1::uuid as workspace, $2::uuid as event) ${statement}`, [workspaceId, ids[at - 1]]);
    await owner.query('commit');
    expect(rowCount).toBeGreaterThan(0);
  };
  return { workspaceId, ids, edit, verify: async () => await verifyAudit(pool, workspaceId) };
}

const eventRow = 'from given where workspace_id = given.workspace and id = given.event';
const sealRow = 'from given where workspace_id = given.workspace and event_id = given.event';

/** A different value of a column, in SQL. */
function otherValue(column: string, type: string): string {
  if (column === 'outcome') return `'denied'`;
  if (type === 'uuid') return 'gen_random_uuid()';
  if (type === 'timestamp with time zone') return `${column} + interval '1 microsecond'`;
  return `coalesce(${column}, '') || ' '`;
}

describe('verifyAudit', () => {
  it('finds nothing wrong with an untouched chain, an empty one, and one with an unsealed tail', async () => {
    const chain = await sealedChain();
    expect(await chain.verify()).toEqual({ sealed: length, unsealed: 0, head: expect.stringMatching(/^[0-9a-f]{64}$/) as string, fault: undefined });
    await appendEvents(owner, tenantRows(tenants), 2);
    expect(await chain.verify()).toMatchObject({ sealed: length, unsealed: 2, fault: undefined });
    expect(await verifyAudit(pool, '01900000-0000-7000-8000-000000000000')).toEqual({ sealed: 0, unsealed: 0, head: undefined, fault: undefined });
  });

  it('finds an edit of any column of an event', async () => {
    const { rows } = await owner.query<{ name: string; type: string }>(
      `select column_name as name, data_type as type from information_schema.columns where table_name = 'audit_event' and column_name not in ('workspace_id', 'id')`,
    );
    expect(rows.length).toBeGreaterThanOrEqual(10);
    for (const { name, type } of rows) {
      const chain = await sealedChain();
      await chain.edit(`update audit_event set ${name} = ${otherValue(name, type)} ${eventRow}`);
      expect([name, (await chain.verify()).fault]).toEqual([name, { seq: place, why: 'edited-event', eventId: chain.ids[place - 1] }]);
    }
  });

  it('finds an event that is gone, or that has another id', async () => {
    for (const statement of ['delete from audit_event using given where workspace_id = given.workspace and id = given.event', `update audit_event set id = gen_random_uuid() ${eventRow}`]) {
      const chain = await sealedChain();
      await chain.edit(statement);
      expect(await chain.verify()).toMatchObject({ sealed: place - 1, fault: { seq: place, why: 'missing-event', eventId: chain.ids[place - 1] } });
    }
  });

  it.each([
    ['hash', `'\\x00'`, 'edited-seal'],
    ['sealed_at', `sealed_at + interval '1 microsecond'`, 'edited-event'],
    ['event_id', 'gen_random_uuid()', 'missing-event'],
    ['seq', 'seq + 100', 'missing-seal'],
  ])('finds an edit of %s of a seal', async (column, value, why) => {
    const chain = await sealedChain();
    await chain.edit(`update audit_seal set ${column} = ${value} ${sealRow}`);
    expect(await chain.verify()).toMatchObject({ sealed: place - 1, fault: { seq: place, why } });
  });

  it('finds an edit at either end', async () => {
    const first = await sealedChain();
    await first.edit(`update audit_event set metadata = '{}' ${eventRow}`, 1);
    expect((await first.verify()).fault).toMatchObject({ seq: 1, why: 'edited-event' });
    const last = await sealedChain();
    await last.edit(`update audit_event set metadata = '{}' ${eventRow}`, length);
    expect((await last.verify()).fault).toMatchObject({ seq: length, why: 'edited-event-or-seal' });
  });

  it('finds a seal that is gone, also the last one', async () => {
    for (const at of [1, place, length]) {
      const chain = await sealedChain();
      await chain.edit('delete from audit_seal using given where workspace_id = given.workspace and event_id = given.event', at);
      expect((await chain.verify()).fault).toEqual({ seq: at, why: 'missing-seal', eventId: at === length ? chain.ids[at - 1] : undefined });
    }
  });

  it('finds a seal before the first', async () => {
    const chain = await sealedChain();
    await chain.edit(`insert into audit_seal (workspace_id, seq, event_id, hash) select given.workspace, 0, gen_random_uuid(), '\\x00' from given`);
    expect((await chain.verify()).fault).toMatchObject({ seq: 0, why: 'unexpected-seal' });
  });

  it('finds seals that changed places, and seals that changed events', async () => {
    const moved = await sealedChain();
    for (const [from, to] of [
      [place, 100],
      [place + 1, place],
      [100, place + 1],
    ]) {
      await moved.edit(`update audit_seal set seq = ${to} from given where workspace_id = given.workspace and seq = ${from}`);
    }
    expect((await moved.verify()).fault).toMatchObject({ seq: place, why: 'wrong-order' });
    const crossed = await sealedChain();
    const other = crossed.ids[place + 1];
    await crossed.edit(`update audit_seal set event_id = '00000000-0000-0000-0000-000000000000' ${sealRow}`);
    await crossed.edit(`update audit_seal set event_id = given.event from given where workspace_id = given.workspace and event_id = '${other}'`);
    await crossed.edit(`update audit_seal set event_id = '${other}' from given where workspace_id = given.workspace and event_id = '00000000-0000-0000-0000-000000000000'`);
    expect((await crossed.verify()).fault).toMatchObject({ seq: place, why: 'wrong-order' });
  });

  it('finds an event slipped in behind the queue, and a waiting event that is gone', async () => {
    const slipped = await sealedChain();
    await slipped.edit(
      `insert into audit_event (workspace_id, id, at, action, outcome, actor_kind, request_id, metadata)
        select given.workspace, '01ffffff-0000-7000-8000-000000000000', now(), 'token_create', 'success', 'operator', 'r', '{}' from given`,
    );
    expect((await slipped.verify()).fault).toEqual({ seq: length + 1, why: 'missing-seal', eventId: '01ffffff-0000-7000-8000-000000000000' });
    const emptied = await sealedChain();
    const [waiting = ''] = await appendEvents(owner, tenantRows(tenants), 1);
    await emptied.edit(`delete from audit_event using given where workspace_id = given.workspace and id = '${waiting}'`);
    expect(await emptied.verify()).toMatchObject({ sealed: length, unsealed: 1, fault: { seq: length + 1, why: 'missing-event', eventId: waiting } });
  });

  it('finds edited words, and lets words be erased', async () => {
    const chain = await sealedChain();
    await chain.edit(`update audit_reason set reason = reason || '!' ${sealRow}`);
    expect((await chain.verify()).fault).toEqual({ seq: place, why: 'edited-reason', eventId: chain.ids[place - 1] });
    await chain.edit('delete from audit_reason using given where workspace_id = given.workspace and event_id = given.event');
    expect(await chain.verify()).toMatchObject({ sealed: length, fault: undefined });
    await chain.edit(`insert into audit_reason select given.workspace, given.event, 'salt', 'words put into a mouth' from given`, 1);
    expect((await chain.verify()).fault).toMatchObject({ seq: 1, why: 'edited-reason' });
  });

  it('walks a chain of many pages and finds the break where a page ends', async () => {
    tenants += 1;
    const tenant = tenantRows(tenants);
    await foundTenant(owner, tenant);
    const ids = await appendEvents(owner, tenant, 1100);
    while ((await sealWorkspace(pool, tenant.workspaceId, 400)) > 0);
    expect(await verifyAudit(pool, tenant.workspaceId)).toMatchObject({ sealed: 1100, fault: undefined });
    await owner.query('begin');
    await enter(owner, tenant);
    await owner.query(`update audit_event set metadata = '{}' where workspace_id = $1 and id = $2`, [tenant.workspaceId, ids[499]]);
    await owner.query('commit');
    expect((await verifyAudit(pool, tenant.workspaceId)).fault).toEqual({ seq: 500, why: 'edited-event', eventId: ids[499] });
  });
});
