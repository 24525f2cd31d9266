// Acts on many members at once: judged on what is left afterwards, done to all or to none, and quick.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changedTables, fingerprint } from '../../support/fingerprint.ts';
import { halfDone } from '../../support/half-done.ts';
import { newUser, scimClient, startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { verifyWorkspace } from '../../support/verified.ts';
import { expectProblem, person, pushed, teamClient, type ProblemBody, type Team } from './team.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Team;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace();
  owner = await as(workspace.ownerId);
});
afterAll(async () => await service.stop());

async function as(id: string): Promise<Team> {
  return teamClient(service, (await workspace.personToken(id)).token);
}

const some = async (count: number): Promise<string[]> => {
  const ids: string[] = [];
  for (let made = 0; made < count; made += 1) ids.push(await person(service, workspace));
  return ids;
};
const audit = async () =>
  await service.query(
    `select e.action, e.outcome, e.target_id, e.batch_id, e.metadata, r.reason from audit_event e left join audit_reason r on r.workspace_id = e.workspace_id and r.event_id = e.id
     where e.workspace_id = $1 and e.action like 'team_membership_%' and e.action <> 'team_membership_provision' order by e.id`,
    [workspace.tenant.workspaceId],
  );
const seats = async (): Promise<number> =>
  Number((await service.query('select count(distinct account_id)::int as used from seat_claim where organization_id = $1', [workspace.tenant.organizationId]))[0]?.['used']);

describe('a removal of many', () => {
  it('is n removals and one of them all, under one batch id', async () => {
    const ids = await some(3);
    const done = await owner.send('POST', '/bulk-remove', { ids, reason: 'the project ended' });
    expect([done.status, done.json]).toEqual([200, { changed: 3, unchanged: 0 }]);
    const rows = await audit();
    expect(rows.map(({ action, outcome, target_id: target, reason }) => [action, outcome, target, reason])).toEqual([
      ...ids.map((id) => ['team_membership_remove', 'success', id, 'the project ended']),
      ['team_membership_bulk_remove', 'success', null, 'the project ended'],
    ]);
    expect(new Set(rows.map((row) => row['batch_id'])).size).toBe(1);
    expect(rows[0]?.['batch_id']).toMatch(/^[0-9a-f-]{36}$/);
    for (const id of ids) expectProblem(await owner.send('GET', `/${id}`), { status: 404, code: 'not-found' });
    await verifyWorkspace(service, workspace);
  });

  it('of three people, one of them in another workspace too, takes the seats from 3 to 1', async () => {
    const shared = `shared@${workspace.slug}.example`;
    const ids = [...(await some(2)), await pushed(service, workspace, shared)];
    await pushed(service, await service.workspace({ organization: workspace.organization }), shared);
    const before = await seats();
    await owner.send('POST', '/bulk-remove', { ids });
    expect(await seats()).toBe(before - 2);
    await verifyWorkspace(service, workspace);
  });

  it('is judged on the resulting set: all owners but one may go, not all, and not oneself', async () => {
    const others = [await person(service, workspace, 'owner'), await person(service, workspace, 'owner')];
    // The account owner belongs to somewhere else from now on.
    await service.query(`update organization set account_owner_id = (select account_id from membership where id = $2) where id = $1`, [workspace.tenant.organizationId, await person(service, workspace)]);
    const all = await owner.send('POST', '/bulk-remove', { ids: [workspace.ownerId, ...others] });
    expectProblem(all, { status: 409, code: 'bulk-blocked' });
    expect((all.json as ProblemBody).blockers.map(({ code, memberId }) => [code, memberId])).toEqual([
      ['self-removal', workspace.ownerId],
      ['last-owner', workspace.ownerId],
      ['last-owner', others[0]],
      ['last-owner', others[1]],
    ]);
    expect((await owner.send('POST', '/bulk-remove', { ids: others })).json).toEqual({ changed: 2, unchanged: 0 });
  });

  it('that is blocked names every blocker, changes nothing and is audited once (I18)', async () => {
    const [id] = await some(1);
    const admin = await as(await person(service, workspace, 'admin'));
    const unknown = '01890000-0000-7000-8000-000000000000';
    const before = await fingerprint(service);
    const refused = await admin.send('POST', '/bulk-remove', { ids: [id, workspace.ownerId, unknown] });
    expectProblem(refused, { status: 409, code: 'bulk-blocked' });
    expect((refused.json as ProblemBody).blockers.map(({ code, memberId }) => [code, memberId])).toEqual([
      ['role-not-manageable', workspace.ownerId],
      ['last-owner', workspace.ownerId],
      ['account-owner-protected', workspace.ownerId],
      ['not-found', unknown],
    ]);
    expect(changedTables(before, await fingerprint(service)).toSorted()).toEqual(['audit_event', 'audit_unsealed']);
    expect((await audit()).map(({ action, outcome, target_id: target }) => [action, outcome, target])).toEqual([['team_membership_bulk_remove', 'denied', null]]);
    const member = await as(id ?? '');
    expectProblem(await member.send('POST', '/bulk-remove', { ids: [workspace.ownerId] }), { status: 403, code: 'permission-denied' });
  });
});

describe('a deactivation and a reactivation of many', () => {
  it('leave those alone who are in that state already', async () => {
    const ids = await some(3);
    await owner.send('POST', `/${ids[0] ?? ''}/deactivate`);
    expect((await owner.send('POST', '/bulk-deactivate', { ids })).json).toEqual({ changed: 2, unchanged: 1 });
    const before = await fingerprint(service);
    expect((await owner.send('POST', '/bulk-deactivate', { ids })).json).toEqual({ changed: 0, unchanged: 3 });
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
    expect((await owner.list('?status=deactivated')).total).toBe(3);
    expect((await owner.send('POST', '/bulk-reactivate', { ids })).json).toEqual({ changed: 3, unchanged: 0 });
    expect((await owner.list('?status=active')).total).toBe(4);
    expect((await audit()).filter(({ action }) => String(action).includes('_bulk_')).map(({ action, metadata }) => [action, metadata])).toEqual([
      ['team_membership_bulk_deactivate', '{"count":2}'],
      ['team_membership_bulk_reactivate', '{"count":3}'],
    ]);
    await verifyWorkspace(service, workspace);
  });

  it('lets nobody in past an identity provider, but an owner who says why', async () => {
    const okta = scimClient(service, (await workspace.connectionToken()).token);
    const held = await pushed(service, workspace, `held@${workspace.slug}.example`);
    await okta.patch(`/Users/${held}`, { op: 'replace', path: 'active', value: false });
    const [free] = await some(1);
    await owner.send('POST', `/${free ?? ''}/deactivate`);
    const refused = await owner.send('POST', '/bulk-reactivate', { ids: [free, held] });
    expect((refused.json as ProblemBody).blockers.map(({ code, memberId }) => [code, memberId])).toEqual([['managed-by-idp', held]]);
    expect((await owner.send('POST', '/bulk-reactivate', { ids: [free, held], override: true, reason: 'on call' })).json).toEqual({ changed: 2, unchanged: 0 });
  });

  it('needs a seat for everybody who never had one', async () => {
    workspace = await service.workspace({ seats: 2 });
    owner = await as(workspace.ownerId);
    const ids = [await person(service, workspace, 'member', false), await person(service, workspace, 'member', false)];
    const refused = await owner.send('POST', '/bulk-reactivate', { ids });
    expect((refused.json as ProblemBody).blockers.map(({ code, memberId }) => [code, memberId])).toEqual(ids.map((id) => ['seat-limit-reached', id]));
    expect((await owner.send('POST', '/bulk-reactivate', { ids: ids.slice(0, 1) })).status).toBe(200);
    expect(await seats()).toBe(2);
  });
});

it('ends the access of everybody at once: tokens, sessions, invitations and bookings, as for one', async () => {
  const ids = await some(12);
  const tokens = await Promise.all(ids.map(async (id) => (await workspace.personToken(id)).token));
  const { organizationId, workspaceId } = workspace.tenant;
  const [client] = await service.query(`insert into oauth_client (organization_id, id, label, label_key) values ($1, gen_random_uuid(), 'Host', 'host') returning id`, [organizationId]);
  await service.query(
    `insert into user_session (organization_id, id, account_id, workspace_id, membership_id, epoch, client_id, expires_at)
      select $1, gen_random_uuid(), m.account_id, $2, m.id, m.epoch, $3, now() + interval '1 hour' from membership m where m.workspace_id = $2 and m.id = any($4::uuid[])`,
    [organizationId, workspaceId, client?.['id'], ids],
  );
  const live = async () => Number((await service.query('select count(*)::int as n from user_session where organization_id = $1 and ended_at is null', [organizationId]))[0]?.['n']);
  expect(await live()).toBe(12);
  const told = (await owner.send('POST', '/bulk-deactivate?dryRun=true', { ids: ids.slice(0, 6) })).json as { members: { ends: { access: object[] } }[] };
  expect(told.members.map(({ ends }) => ends.access)).toEqual(Array.from({ length: 6 }, () => [{ kind: 'tokens', count: 1 }, { kind: 'sessions', count: 1 }]));
  await owner.send('POST', '/bulk-deactivate', { ids: ids.slice(0, 6) });
  expect(await live()).toBe(6);
  await owner.send('POST', '/bulk-remove', { ids });
  expect(await live()).toBe(0);
  for (const token of tokens) expect((await teamClient(service, token).send('GET', '')).status).toBe(401);
  await verifyWorkspace(service, workspace);
});

it('takes a thousand members in one call', async () => {
  const ids = await populate(1_000);
  for (const act of ['bulk-deactivate', 'bulk-reactivate', 'bulk-remove']) {
    const started = performance.now();
    const done = await owner.send('POST', `/${act}`, { ids, reason: 'all of them' });
    expect([act, done.status, done.json]).toEqual([act, 200, { changed: 1_000, unchanged: 0 }]);
    // The machine may be busy: statement by statement it takes several times as long.
    expect(performance.now() - started).toBeLessThan(8_000);
  }
  expect((await owner.list()).total).toBe(1);
  expect(await seats()).toBe(1);
  // As for one: an event for each audit row, and a mail for each person who is gone.
  const events = await service.query('select topic, count(*)::int as n, count(distinct aggregate_id)::int as of from outbox_event where workspace_id = $1 group by topic', [workspace.tenant.workspaceId]);
  const told = ['deactivate', 'reactivate', 'remove'].flatMap((act) => [
    { topic: `audit.team_membership_bulk_${act}`, n: 1, of: 1 },
    { topic: `audit.team_membership_${act}`, n: 1_000, of: 1_000 },
  ]);
  expect(events).toEqual(expect.arrayContaining(told));
  const [mails] = await service.query(`select count(distinct recipient_id)::int as n from mail_message where workspace_id = $1 and template = 'membership_removed'`, [workspace.tenant.workspaceId]);
  expect(mails).toEqual({ n: 1_000 });
  await verifyWorkspace(service, workspace);
  expect(await halfDone(service.query)).toEqual([]);
}, 60_000);

it.each([
  ['no ids', {}, /ids/],
  ['none', { ids: [] }, /at least one/],
  ['one twice', { ids: ['01890000-0000-7000-8000-000000000000', '01890000-0000-7000-8000-000000000000'.toUpperCase()] }, /each member once/],
  ['what is no id', { ids: ['me'] }, /id of a member/],
  ['too many', { ids: Array.from({ length: 1_001 }, (_, at) => `01890000-0000-7000-8000-${String(at).padStart(12, '0')}`) }, /at most 1000/],
])('refuses %s', async (_, body, says) => {
  expectProblem(await owner.send('POST', '/bulk-remove', body), { status: 400, code: 'invalidValue', says });
});

/** Members as an identity provider pushes them. */
async function populate(count: number): Promise<string[]> {
  const okta = scimClient(service, (await workspace.connectionToken()).token);
  const Operations = Array.from({ length: count }, (_, at) => ({ method: 'POST', path: '/Users', bulkId: `b${at}`, data: newUser(`many${at}@${workspace.slug}.example`) }));
  const made = await okta.post('/Bulk', { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations });
  return (made.body as { Operations: { location: string }[] }).Operations.map(({ location }) => location.slice(-36));
}
