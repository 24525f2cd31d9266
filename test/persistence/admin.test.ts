// What an operator reads: through the entities, fenced to one tenant, on one snapshot, without leaving anything behind.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAudit } from '../../src/persistence/admin/audit-trail.ts';
import { listConnections, listTokens } from '../../src/persistence/admin/credentials.ts';
import { findOrganization, findWorkspace } from '../../src/persistence/admin/find-tenant.ts';
import { findMember, listMembers, type ListedMember } from '../../src/persistence/admin/members.ts';
import { readAs } from '../../src/persistence/admin/read-as.ts';
import { seatReport } from '../../src/persistence/admin/seat-report.ts';
import { sealSeats, sealWorkspace } from '../../src/persistence/audit/seal.ts';
import { openDatabase, type Database } from '../../src/persistence/database/pool.ts';
import { MembershipEntity } from '../../src/persistence/entities/membership.entity.ts';
import { WorkspaceEntity } from '../../src/persistence/entities/workspace.entity.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { appendEvents, appendSteps } from './audit-rows.ts';
import { enter, foundTenant, tenantRows, writeTenant } from './tenant-rows.ts';

// One connection: whatever a read leaves on it, the next one finds.
const limits = { size: 1, connectTimeoutMs: 10_000, statementTimeoutMs: 10_000, queryTimeoutMs: 15_000, lockTimeoutMs: 10_000, idleInTransactionTimeoutMs: 10_000 };

const ours = tenantRows(1);
const theirs = tenantRows(2);
const nowhere = { workspaceId: '01900000-0000-7000-8000-000000000000', organizationId: '01900000-0000-7000-8000-000000000000' };
const id = (end: string) => `01900001-0000-7000-8000-0000000000${end}`;

let created: TestDatabase;
let database: Database;
let writer: pg.Client;

async function write(...statements: string[]): Promise<void> {
  await writer.query('begin');
  await enter(writer, ours);
  for (const statement of statements) await writer.query(statement);
  await writer.query('commit');
}

function member(end: string, userName: string, columns = '', values = ''): string[] {
  return [
    `insert into user_account (organization_id, id) values ('${ours.organizationId}', '${id(end)}')`,
    `insert into membership (workspace_id, id, organization_id, account_id, user_name, user_name_key, status, base_role, role${columns})
      values ('${ours.workspaceId}', '${id(end)}', '${ours.organizationId}', '${id(end)}', '${userName}', '${userName.toLowerCase()}', 'active', 'member', 'member'${values})`,
  ];
}

function email(end: string, ordinal: number, value: string, primary: boolean): string {
  return `insert into membership_email (workspace_id, membership_id, ordinal, value, value_key, is_primary)
    values ('${ours.workspaceId}', '${id(end)}', ${ordinal}, '${value}', '${value.toLowerCase()}', ${primary})`;
}

beforeAll(async () => {
  created = await createDatabase();
  database = await openDatabase(created.runtime, limits);
  writer = new pg.Client(created.runtime);
  await writer.connect();
  await foundTenant(writer, ours);
  await writeTenant(writer, theirs);
});

afterAll(async () => {
  await Promise.all([database.close(), writer.end()]);
  await created.drop();
});

describe('readAs', () => {
  it('sees one tenant, whatever is asked for', async () => {
    const seen = async (reader: Parameters<typeof readAs>[1]) => (await readAs(database, reader, async (em) => await em.find(WorkspaceEntity, {}))).map((row) => row.id);
    expect(await seen(ours)).toEqual([ours.workspaceId]);
    expect(await seen(theirs)).toEqual([theirs.workspaceId]);
    expect(await seen({ organizationId: ours.organizationId })).toEqual([]);
    expect(await seen(nowhere)).toEqual([]);
  });

  it('leaves no tenant on the connection', async () => {
    await readAs(database, theirs, async (em) => await em.find(MembershipEntity, {}));
    const { rows } = await database.pool.query(`select current_setting('app.workspace', true) as workspace, (select count(*)::int from membership) as members`);
    expect(rows).toEqual([{ workspace: '', members: 0 }]);
  });

  it('cannot write', async () => {
    await expect(readAs(database, ours, async (em) => await em.nativeUpdate(WorkspaceEntity, { id: ours.workspaceId }, { name: 'x' }))).rejects.toThrow(/read-only transaction/);
  });
});

describe('tenants', () => {
  it('are found by slug and by name', async () => {
    expect(await findWorkspace(database, `slug-${ours.workspaceId}`)).toEqual({ workspaceId: ours.workspaceId, organizationId: ours.organizationId });
    expect(await findWorkspace(database, 'no-such')).toBeUndefined();
    expect(await findOrganization(database, `oRG ${ours.organizationId}`)).toBe(ours.organizationId);
    expect(await findOrganization(database, '')).toBeUndefined();
  });
});

describe('members', () => {
  beforeAll(async () => {
    await write(
      ...member('21', 'Berta@example.org'),
      ...member('22', 'anton'),
      ...member('23', 'carla'),
      ...member('24', 'gone', ', deleted_at', ', now()'),
      email('22', 0, 'Second@example.org', false),
      email('22', 1, 'Shared@example.org', true),
      email('23', 0, 'shared@example.org', false),
      email('24', 0, 'gone@example.org', true),
      // An address that is somebody else's userName.
      email('23', 1, 'berta@example.org', false),
      `update organization set account_owner_id = '${id('21')}' where id = '${ours.organizationId}'`,
    );
  });

  it('are listed by userName a page at a time, the removed ones left out', async () => {
    const pages: ListedMember[][] = [];
    await listMembers(database, ours, {}, (page) => void pages.push(page), 2);
    expect(pages.map((page) => page.length)).toEqual([2, 1]);
    expect(pages.flat()).toEqual([
      { id: id('22'), userName: 'anton', email: 'Shared@example.org', status: 'active', role: 'member', accountOwner: false, createdAt: expect.any(Date) as Date },
      { id: id('21'), userName: 'Berta@example.org', email: undefined, status: 'active', role: 'member', accountOwner: true, createdAt: expect.any(Date) as Date },
      { id: id('23'), userName: 'carla', email: 'shared@example.org', status: 'active', role: 'member', accountOwner: false, createdAt: expect.any(Date) as Date },
    ]);
  });

  it.each([
    [{ id: id('22') }, ['22']],
    [{ role: 'member' as const }, ['22', '21', '23']],
    [{ role: 'owner' as const }, []],
    [{ id: id('24') }, []],
  ])('are listed as %j asks', async (choice, ends) => {
    const found: string[] = [];
    await listMembers(database, ours, choice, (page) => void found.push(...page.map((each) => each.id)), 3);
    expect(found).toEqual(ends.map(id));
  });

  it.each([
    ['BERTA@Example.org', ['21']],
    ['second@EXAMPLE.org', ['22']],
    ['shared@example.org', ['22', '23']],
    ['gone', []],
    ['gone@example.org', []],
    ['%', []],
    ['a@example.org', []],
  ])('are found as %s', async (text, ends) => {
    expect((await findMember(database, ours, text)).map((found) => found.id)).toEqual(ends.map(id));
  });
});

describe('credentials', () => {
  it('are listed with their holders, and whether they authenticate now', async () => {
    const connection = (end: string, label: string, paused: string) =>
      `insert into idp_connection (workspace_id, id, label, label_key, paused_at) values ('${ours.workspaceId}', '${id(end)}', '${label}', '${label.toLowerCase()}', ${paused})`;
    const token = (end: string, holder: string, expires: string, revoked = 'null') =>
      `insert into access_token (workspace_id, id, ${holder.split('=')[0]}, epoch, scopes, created_at, expires_at, revoked_at)
        values ('${ours.workspaceId}', '${id(end)}', '${holder.split('=')[1]}', 1, '{scim.read,scim.write}', '2024-01-01 00:00:${end}Z', ${expires}, ${revoked})`;
    await write(
      connection('31', 'Okta', 'null'),
      connection('32', 'entra', 'now()'),
      ...member('33', 'dora'),
      ...member('34', 'emil', ', epoch', ', 2'),
      ...member('35', 'fritz', ', deleted_at', ', now()'),
      ...member('36', 'gustav'),
      `update membership set status = 'deactivated' where id = '${id('36')}'`,
      token('41', `connection_id=${id('31')}`, 'null'),
      token('42', `connection_id=${id('31')}`, 'null', 'now()'),
      token('43', `connection_id=${id('32')}`, `now() - interval '1 second'`),
      token('44', `membership_id=${id('33')}`, `now() + interval '1 day'`),
      token('45', `membership_id=${id('34')}`, `now() + interval '1 day'`),
      token('46', `membership_id=${id('35')}`, `now() + interval '1 day'`),
      token('47', `membership_id=${id('36')}`, `now() + interval '1 day'`),
    );
    expect((await listConnections(database, ours)).map(({ label, pausedAt }) => [label, pausedAt !== undefined])).toEqual([
      ['entra', true],
      ['Okta', false],
    ]);
    const tokens = await listTokens(database, ours);
    expect(tokens.map((row) => [row.id, row.holder.kind, row.holder.name, row.live])).toEqual([
      [id('41'), 'connection', 'Okta', true],
      [id('42'), 'connection', 'Okta', false],
      [id('43'), 'connection', 'entra', false],
      [id('44'), 'person', 'dora', true],
      [id('45'), 'person', 'emil', false],
      [id('46'), 'person', 'fritz', false],
      [id('47'), 'person', 'gustav', false],
    ]);
    expect(tokens[0]).toMatchObject({ scopes: ['scim.read', 'scim.write'], createdAt: new Date('2024-01-01T00:00:41Z'), expiresAt: undefined, revokedAt: undefined });
    expect(tokens[1]?.revokedAt).toBeInstanceOf(Date);
  });
});

describe('the audit trail', () => {
  it('shows the newest events, newest last, with seals and words where there are any', async () => {
    const ids = await appendEvents(writer, ours, 4);
    await sealWorkspace(database.pool, ours.workspaceId, 3);
    const events = await listAudit(database, ours, 3);
    expect(events.map(({ id: eventId, seq, reason }) => [eventId, seq, reason])).toEqual([
      [ids[1], 2, 'because 1 "ü"\n'],
      [ids[2], 3, undefined],
      [ids[3], undefined, 'because 3 "ü"\n'],
    ]);
    expect(events[0]).toMatchObject({
      at: expect.any(Date) as Date,
      action: 'team_membership_update',
      outcome: 'success',
      actor: { kind: 'person', id: ours.membershipId },
      targetId: undefined,
      requestId: 'request 1',
      metadata: '{"before":"member","count":1,"fields":["name.givenName","title"]}',
    });
    expect(await listAudit(database, nowhere, 10)).toEqual([]);
  });
});

describe('the seat report', () => {
  it('counts persons, not claims, and sets the three sources side by side', async () => {
    const claim = (account: string, workspace: string) => `insert into seat_claim values ('${ours.organizationId}', '${account}', '${workspace}')`;
    await write(
      ...member('51', 'hans'),
      claim(ours.accountId, ours.workspaceId),
      claim(ours.accountId, id('99')),
      claim(id('51'), ours.workspaceId),
      `update organization set seat_limit = 5 where id = '${ours.organizationId}'`,
    );
    await appendSteps(writer, ours, [1, 1, 1, -1]);
    await sealSeats(database.pool, ours.organizationId, 3);
    const organization = `Org ${ours.organizationId}`;
    expect(await seatReport(database, ours.organizationId)).toEqual({ organization, limit: 5, used: 2, ledger: 2, balance: 3, unsealed: 1 });
    await sealSeats(database.pool, ours.organizationId, 3);
    expect(await seatReport(database, ours.organizationId)).toMatchObject({ ledger: 2, balance: 2, unsealed: 0 });
    expect(await seatReport(database, nowhere.organizationId)).toBeUndefined();
  });

  it('of an organization without seats is empty', async () => {
    const empty = tenantRows(3);
    await foundTenant(writer, empty);
    expect(await seatReport(database, empty.organizationId)).toMatchObject({ limit: undefined, used: 0, ledger: 0, balance: 0, unsealed: 0 });
  });
});
