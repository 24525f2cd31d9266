// Sealing: gap-free and complete however many seal at once and however often they are cut off.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealSeats, sealWorkspace, unsealedOrganizations, unsealedWorkspaces } from '../../src/persistence/audit/seal.ts';
import { verifyAudit } from '../../src/persistence/audit/verify.ts';
import { openDatabase, type Database } from '../../src/persistence/database/pool.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { appendEvents, appendSteps } from './audit-rows.ts';
import { enter, foundTenant, tenantRows, type TenantRows } from './tenant-rows.ts';

const limits = { size: 8, connectTimeoutMs: 10_000, statementTimeoutMs: 10_000, queryTimeoutMs: 15_000, lockTimeoutMs: 10_000, idleInTransactionTimeoutMs: 10_000 };

let created: TestDatabase;
let database: Database;
let writer: pg.Client;
let tenants = 0;

beforeAll(async () => {
  created = await createDatabase();
  database = await openDatabase(created.runtime, limits);
  writer = new pg.Client(created.runtime);
  await writer.connect();
});

afterAll(async () => {
  await Promise.all([database.close(), writer.end()]);
  await created.drop();
});

async function newTenant(): Promise<TenantRows> {
  tenants += 1;
  const tenant = tenantRows(tenants);
  await foundTenant(writer, tenant);
  return tenant;
}

async function read<T extends pg.QueryResultRow>(tenant: TenantRows, text: string): Promise<T[]> {
  await writer.query('begin');
  await enter(writer, tenant);
  const { rows } = await writer.query<T>(text);
  await writer.query('commit');
  return rows;
}

async function drain(seal: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const sealed = await seal();
    if (sealed === 0) return total;
    total += sealed;
  }
}

const seqs = async (tenant: TenantRows) => (await read<{ seq: string }>(tenant, 'select seq from audit_seal order by seq')).map((row) => Number(row.seq));
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('sealWorkspace', () => {
  it('seals in the order of the events, at most as many as asked, and then nothing more', async () => {
    const tenant = await newTenant();
    const ids = await appendEvents(writer, tenant, 5);
    expect(await unsealedWorkspaces(database.pool, 1000)).toContain(tenant.workspaceId);
    expect(await sealWorkspace(database.pool, tenant.workspaceId, 2)).toBe(2);
    expect(await verifyAudit(database.pool, tenant.workspaceId)).toMatchObject({ sealed: 2, unsealed: 3, fault: undefined });
    expect(await sealWorkspace(database.pool, tenant.workspaceId, 10)).toBe(3);
    expect(await sealWorkspace(database.pool, tenant.workspaceId, 10)).toBe(0);
    const sealed = await read<{ event_id: string }>(tenant, 'select event_id from audit_seal order by seq');
    expect(sealed.map((row) => row.event_id)).toEqual(ids);
    expect(await unsealedWorkspaces(database.pool, 1000)).not.toContain(tenant.workspaceId);
  });

  it('touches no other tenant', async () => {
    const [one, two] = [await newTenant(), await newTenant()];
    await appendEvents(writer, one, 2);
    await appendEvents(writer, two, 3);
    expect(await sealWorkspace(database.pool, one.workspaceId, 10)).toBe(2);
    expect(await seqs(two)).toEqual([]);
    expect(await sealWorkspace(database.pool, two.workspaceId, 10)).toBe(3);
    expect(await seqs(two)).toEqual([1, 2, 3]);
  });

  it('leaves no gap and no double when many seal while events arrive', async () => {
    const tenant = await newTenant();
    let writing = true;
    const sealers = upTo(4).map(async () => {
      let total = 0;
      while (writing) total += await sealWorkspace(database.pool, tenant.workspaceId, 3);
      return total;
    });
    for (let round = 0; round < 20; round += 1) await appendEvents(writer, tenant, 5);
    writing = false;
    const sealed = (await Promise.all(sealers)).reduce((sum, count) => sum + count, 0);
    const rest = await drain(async () => await sealWorkspace(database.pool, tenant.workspaceId, 50));
    expect(sealed + rest).toBe(100);
    expect(await seqs(tenant)).toEqual(upTo(100));
    expect(await verifyAudit(database.pool, tenant.workspaceId)).toMatchObject({ sealed: 100, unsealed: 0, fault: undefined });
  });

  it('catches up after its connections were cut in the middle', async () => {
    const tenant = await newTenant();
    await appendEvents(writer, tenant, 60);
    let cutting = true;
    const cutter = (async () => {
      while (cutting) {
        await writer.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user and datname = current_database() and pid <> pg_backend_pid()`);
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
    })();
    let failures = 0;
    for (let round = 0; round < 60; round += 1) {
      await sealWorkspace(database.pool, tenant.workspaceId, 1).catch(() => {
        failures += 1;
      });
    }
    cutting = false;
    await cutter;
    expect(failures).toBeGreaterThan(0);
    await drain(async () => await sealWorkspace(database.pool, tenant.workspaceId, 7));
    expect(await verifyAudit(database.pool, tenant.workspaceId)).toMatchObject({ sealed: 60, unsealed: 0, fault: undefined });
  });

  it('gives up when the chain stays locked, and leaves its connection fit for others', async () => {
    const tenant = await newTenant();
    await appendEvents(writer, tenant, 1);
    const impatient = new pg.Pool({ ...created.runtime, max: 1, lock_timeout: 50 });
    const holder = new pg.Pool({ ...created.runtime, max: 1 });
    try {
      const hold = await holder.connect();
      await hold.query('begin');
      await hold.query('select pg_advisory_xact_lock(1431520257, $1)', [Number.parseInt(tenant.workspaceId.slice(-8), 16) | 0]);
      await expect(sealWorkspace(impatient, tenant.workspaceId, 1)).rejects.toMatchObject({ code: '55P03' });
      expect((await impatient.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
      await hold.query('rollback');
      hold.release();
      expect(await sealWorkspace(impatient, tenant.workspaceId, 1)).toBe(1);
    } finally {
      await Promise.all([impatient.end(), holder.end()]);
    }
  });
});

describe('sealSeats', () => {
  it('writes the running balance of every step, gap-free beside other instances', async () => {
    const tenant = await newTenant();
    const deltas = [1, 1, -1, 1, -1, -1, 1] as const;
    await appendSteps(writer, tenant, deltas);
    expect(await unsealedOrganizations(database.pool, 1000)).toContain(tenant.organizationId);
    expect(await sealSeats(database.pool, tenant.organizationId, 3)).toBe(3);
    await appendSteps(writer, tenant, [1, 1]);
    await Promise.all(upTo(4).map(async () => await drain(async () => await sealSeats(database.pool, tenant.organizationId, 2))));
    const rows = await read<{ seq: string; balance: number }>(tenant, 'select seq, balance from seat_balance order by seq');
    expect(rows.map((row) => row.balance)).toEqual([1, 2, 1, 2, 1, 0, 1, 2, 3]);
    expect(rows.map((row) => Number(row.seq))).toEqual(upTo(9));
    expect(await read(tenant, 'select sum(delta)::int as sum from seat_ledger')).toEqual([{ sum: 3 }]);
    expect(await unsealedOrganizations(database.pool, 1000)).not.toContain(tenant.organizationId);
  });
});
