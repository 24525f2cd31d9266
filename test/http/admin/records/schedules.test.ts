// Booked deactivations through the team API and the job that does them: days, time zones, guards at both ends, races with other acts.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scheduleJob } from '../../../../src/jobs/schedules.ts';
import type { Job } from '../../../../src/jobs/job.ts';
import { runSchedule } from '../../../../src/domain/commands/run-schedule.ts';
import { changeRole } from '../../../../src/domain/commands/change-role.ts';
import { uuidV7 } from '../../../../src/persistence/database/uuid-v7.ts';
import { dueMembers, workspacesWithDue } from '../../../../src/persistence/jobs/due-schedules.ts';
import { scimClient, startForTest, type StartedServer, type TestWorkspace } from '../../../support/started-server.ts';
import { apiClient, type Api } from './api.ts';
import { expectProblem, person, teamClient, type Team } from '../team.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Team;
let api: Api;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace();
  const { token } = await workspace.personToken(workspace.ownerId);
  owner = teamClient(service, token);
  api = apiClient(service, token);
});
afterAll(async () => await service.stop());

interface Booked {
  readonly on: string;
  readonly runsAt: string;
  readonly status: string;
  readonly [name: string]: unknown;
}

const book = async (id: string, body: Readonly<Record<string, unknown>>) => await owner.send('POST', `/${id}/deactivate`, body);
const booked = async (id: string) => (await owner.send('GET', `/${id}/schedule`)).json as Booked;
const settings = async (body: unknown) => await api('PATCH', '/workspace', body);
const status = async (id: string) => (await owner.one(id)).status;

function job(): Job {
  const { pool } = service.ports.database;
  return scheduleJob(service.ports.store, { waiting: async (most, beyond) => await workspacesWithDue(pool, most, beyond), due: async (id, most) => await dueMembers(pool, id, most) }, uuidV7);
}

/** Lets the time of everything that is booked come. */
const letTimePass = async () => await service.query(`update scheduled_action set run_at = now() - interval '1 second' where status = 'pending' and workspace_id = $1`, [workspace.tenant.workspaceId]);
const runAll = async (of = job()) => await of.work(workspace.tenant.workspaceId, 100, new AbortController().signal);
const audit = async (action: string) =>
  await service.query(
    `select e.outcome, e.actor_kind, e.actor_id, e.target_id, e.metadata::jsonb as metadata, r.reason from audit_event e left join audit_reason r on r.workspace_id = e.workspace_id and r.event_id = e.id
     where e.workspace_id = $1 and e.action = $2 order by e.id`,
    [workspace.tenant.workspaceId, action],
  );

describe('a booking', () => {
  it('is answered with its moment and shown everywhere until it is taken back', async () => {
    const id = await person(service, workspace);
    const answer = await book(id, { on: '2090-12-24', reason: 'leaves for good' });
    expect(answer.status, answer.text).toBe(202);
    expect(answer.json).toMatchObject({ memberId: id, on: '2090-12-24', runsAt: '2090-12-24T23:59:00.000Z', timeZone: 'UTC', status: 'pending', bookedBy: workspace.ownerId, reason: 'leaves for good', suspendApiKeys: false, endedAt: null });
    expect(await booked(id)).toEqual(answer.json);
    const list = (await api('GET', '/team/schedules?status=pending')).json as { total: number; items: unknown[] };
    expect(list).toEqual({ total: 1, items: [answer.json], nextCursor: null, previousCursor: null });
    expect(await status(id)).toBe('active');
    expect((await audit('team_membership_deactivation_schedule')).at(-1)).toMatchObject({ outcome: 'success', target_id: id, actor_id: workspace.ownerId, metadata: { on: '2090-12-24' }, reason: 'leaves for good' });
    expect((await owner.send('DELETE', `/${id}/schedule`)).status).toBe(204);
    expect(await booked(id)).toMatchObject({ status: 'cancelled', reason: null });
    expectProblem(await owner.send('DELETE', `/${id}/schedule`), { status: 404, code: 'not-found', says: /No deactivation is booked/ });
    expect(await audit('team_membership_deactivation_cancel')).toHaveLength(1);
  });

  it('is seen by SCIM and found by its filter', async () => {
    const id = await person(service, workspace);
    await book(id, { on: '2090-12-24' });
    const scim = scimClient(service, (await workspace.connectionToken()).token);
    const extension = 'urn:usher:params:scim:schemas:extension:membership:2.0:User';
    const shown = await scim.get(`/Users/${id}?attributes=${extension}:scheduledDeactivation`);
    expect((shown.body as Record<string, unknown>)[extension]).toEqual({ scheduledDeactivation: '2090-12-24T23:59:00.000Z' });
    const found = await scim.get(`/Users?filter=${encodeURIComponent(`${extension}:scheduledDeactivation gt "2090-01-01T00:00:00Z"`)}`);
    expect((found.body as { Resources: { id: string }[] }).Resources.map((user) => user.id)).toEqual([id]);
  });

  it('replaces the one before, and the same once more writes nothing', async () => {
    const id = await person(service, workspace);
    await book(id, { on: '2090-01-01' });
    await book(id, { on: '2090-01-01' });
    await book(id, { on: '2091-01-01', suspendApiKeys: true });
    expect((await audit('team_membership_deactivation_schedule')).map(({ metadata }) => metadata)).toMatchObject([{ on: '2090-01-01' }, { on: '2091-01-01', replaces: '2090-01-01' }]);
    const rows = await service.query('select status from scheduled_action where membership_id = $1 order by id', [id]);
    expect(rows).toEqual([{ status: 'replaced' }, { status: 'pending' }]);
  });

  it.each([
    ['a day that is over', { on: '2020-02-29' }, 'invalid-value', /is over in UTC/],
    ['a day that there is not', { on: '2027-02-29' }, 'invalidValue', /must be a day/],
    ['no day', { on: 'tomorrow' }, 'invalidValue', /must be a day/],
    ['a year far away', { on: '9999-12-31' }, 'invalidValue', /between the years/],
    ['a receiver', { on: '2090-01-01', reassignTo: '01900000-0000-7000-8000-000000000000' }, 'invalidValue', /goes to the system/],
  ])('refuses %s', async (_, body, code, says) => {
    expectProblem(await book(await person(service, workspace), body), { status: 400, code, says });
  });

  it('refuses what a deactivation now is refused, and somebody who is deactivated', async () => {
    expectProblem(await book(workspace.ownerId, { on: '2090-01-01' }), { status: 403, code: 'self-removal', blockers: ['self-removal', 'last-owner', 'account-owner-protected'] });
    expect(await audit('team_membership_deactivation_schedule')).toMatchObject([{ outcome: 'denied', target_id: workspace.ownerId }]);
    const id = await person(service, workspace, 'member', false);
    expectProblem(await book(id, { on: '2090-01-01' }), { status: 400, code: 'invalid-value', says: /deactivated already/ });
    expectProblem(await owner.send('POST', `/${await person(service, workspace)}/deactivate?dryRun=true`, { on: '2090-01-01' }), { status: 400, code: 'invalidValue', says: /no preview/ });
  });

  it('is for whoever may deactivate the member', async () => {
    const [member, target] = [await person(service, workspace), await person(service, workspace)];
    const asMember = teamClient(service, (await workspace.personToken(member)).token);
    expectProblem(await asMember.send('POST', `/${target}/deactivate`, { on: '2090-01-01' }), { status: 404, code: 'not-found' });
    expectProblem(await asMember.send('GET', `/${target}/schedule`), { status: 404, code: 'not-found' });
    expectProblem(await apiClient(service, (await workspace.personToken(member)).token)('GET', '/team/schedules'), { status: 403, code: 'permission-denied' });
    await book(target, { on: '2090-01-01' });
    expectProblem(await asMember.send('DELETE', `/${target}/schedule`), { status: 404, code: 'not-found' });
    const other = await service.workspace();
    const stranger = teamClient(service, (await other.personToken(other.ownerId)).token);
    expectProblem(await stranger.send('GET', `/${target}/schedule`), { status: 404, code: 'not-found' });
    expectProblem(await stranger.send('DELETE', `/${target}/schedule`), { status: 404, code: 'not-found' });
  });
});

describe('the moment', () => {
  it.each([
    ['UTC', '2027-06-01', '2027-06-01T23:59:00.000Z'],
    ['Europe/Berlin', '2027-03-27', '2027-03-27T22:59:00.000Z'],
    // The last Sunday of March has 23 hours, that of October 25.
    ['Europe/Berlin', '2027-03-28', '2027-03-28T21:59:00.000Z'],
    ['Europe/Berlin', '2027-10-31', '2027-10-31T22:59:00.000Z'],
    ['America/New_York', '2027-11-07', '2027-11-08T04:59:00.000Z'],
    ['Asia/Kolkata', '2027-01-31', '2027-01-31T18:29:00.000Z'],
    ['Pacific/Kiritimati', '2027-01-01', '2027-01-01T09:59:00.000Z'],
    ['Pacific/Pago_Pago', '2027-01-01', '2027-01-02T10:59:00.000Z'],
    // Beirut begins its summer time at midnight, so that 23:59 is the last minute before the gap.
    ['Asia/Beirut', '2027-03-27', '2027-03-27T21:59:00.000Z'],
  ])('in %s on %s is %s', async (timeZone, on, runsAt) => {
    expect((await settings({ timeZone })).status).toBe(200);
    const answer = await book(await person(service, workspace), { on });
    expect(answer.json, answer.text).toMatchObject({ on, runsAt, timeZone });
  });

  it('moves with the time zone of the workspace', async () => {
    const id = await person(service, workspace);
    await book(id, { on: '2027-07-01' });
    await settings({ timeZone: 'America/Los_Angeles' });
    expect(await booked(id)).toMatchObject({ on: '2027-07-01', runsAt: '2027-07-02T06:59:00.000Z', timeZone: 'America/Los_Angeles' });
  });
});

describe('when its time has come', () => {
  it('the member is deactivated by the schedule, once, and an admin lifts the hold', async () => {
    const id = await person(service, workspace);
    await book(id, { on: '2090-01-01', reason: 'end of contract' });
    expect(await runAll()).toBe(0);
    await letTimePass();
    expect(await job().waiting(10, undefined)).toContain(workspace.tenant.workspaceId);
    expect(await runAll()).toBe(1);
    expect(await runAll()).toBe(0);
    expect(await owner.one(id)).toMatchObject({ status: 'deactivated', holds: [{ source: 'schedule' }] });
    expect(await booked(id)).toMatchObject({ status: 'done', reason: null });
    expect(await audit('team_membership_deactivate')).toMatchObject([{ outcome: 'success', actor_kind: 'system', actor_id: null, target_id: id, reason: 'end of contract', metadata: { hold: 'schedule', bookedBy: workspace.ownerId } }]);
    expect((await owner.send('POST', `/${id}/reactivate`)).json).toMatchObject({ status: 'active', holds: [] });
  });

  it('a guard that refuses then blocks it, is audited, and whoever booked it gets a mail', async () => {
    const id = await person(service, workspace);
    const [second, admin] = [await person(service, workspace, 'owner'), await person(service, workspace, 'admin')];
    const asAdmin = teamClient(service, (await workspace.personToken(admin)).token);
    expect((await asAdmin.send('POST', `/${id}/deactivate`, { on: '2090-01-01' })).status).toBe(202);
    // The member becomes the account owner, who is never deactivated.
    await changeRole(service.ports.store, workspace.operator, id, 'owner');
    await service.query('update organization set account_owner_id = (select account_id from membership where id = $2) where id = $1', [workspace.tenant.organizationId, id]);
    await letTimePass();
    await runAll();
    expect(await status(id)).toBe('active');
    expect(await booked(id)).toMatchObject({ status: 'blocked' });
    expect(await audit('team_membership_deactivate')).toMatchObject([{ outcome: 'denied', actor_kind: 'system', target_id: id, metadata: { rules: ['account-owner-protected'], bookedBy: admin } }]);
    expect(await service.query('select template, recipient_id, about_id from mail_message where workspace_id = $1', [workspace.tenant.workspaceId])).toEqual([{ template: 'deactivation_blocked', recipient_id: admin, about_id: id }]);
    expect(await runAll()).toBe(0);
    expect(await status(second)).toBe('active');
  });

  it('what was found due and has moved to later since is left alone', async () => {
    const id = await person(service, workspace);
    await book(id, { on: '2090-01-01' });
    const call = { credential: { kind: 'system', tenant: workspace.tenant }, requestId: 'moved', door: 'admin' } as const;
    expect(await runSchedule(service.ports.store, call, id)).toEqual({ ok: true, value: 'gone' });
    expect([await status(id), (await booked(id)).status]).toEqual(['active', 'pending']);
  });

  it('two jobs at once do each booking once', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, async () => await person(service, workspace)));
    for (const id of ids) await book(id, { on: '2090-01-01' });
    await letTimePass();
    await Promise.all([runAll(), runAll(job()), runAll(job())]);
    const done = await audit('team_membership_deactivate');
    expect(done.map(({ target_id }) => String(target_id)).toSorted()).toEqual(ids.toSorted());
    expect(await service.query(`select count(*)::int as n from scheduled_action where workspace_id = $1 and status = 'done'`, [workspace.tenant.workspaceId])).toEqual([{ n: 12 }]);
  });
});

describe('what ends a booking beside it', () => {
  it.each([
    ['a deactivation now', async (id: string) => await owner.send('POST', `/${id}/deactivate`)],
    ['a removal', async (id: string) => await owner.send('DELETE', `/${id}`)],
    ['SCIM', async (id: string) => await scimClient(service, (await workspace.connectionToken()).token).patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false })],
  ])('%s', async (_, act) => {
    const id = await person(service, workspace);
    await book(id, { on: '2090-01-01', reason: 'why' });
    await act(id);
    expect(await service.query('select status, reason from scheduled_action where membership_id = $1', [id])).toEqual([{ status: 'cancelled', reason: null }]);
    expect(await audit('team_membership_deactivation_cancel')).toHaveLength(0);
    await letTimePass();
    expect(await runAll()).toBe(0);
  });

  it('a removal at the same moment leaves nothing pending, whoever is first', async () => {
    for (let round = 0; round < 15; round += 1) {
      const id = await person(service, workspace);
      const answers = await Promise.all([book(id, { on: '2090-01-01' }), owner.send('DELETE', `/${id}`)]);
      expect(answers[1].status).toBe(204);
      expect([202, 404]).toContain(answers[0].status);
      expect(await service.query(`select id from scheduled_action where membership_id = $1 and status = 'pending'`, [id])).toEqual([]);
    }
  });
});
