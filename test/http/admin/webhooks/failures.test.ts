// What becomes of events that an endpoint does not take: repeated, given up, told once more, and the endpoint disabled when it lasts.
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningJobs } from '../../../../src/jobs/run-jobs.ts';
import { nextAttempt, usualSchedule } from '../../../../src/jobs/outgoing/retry-schedule.ts';
import { startReceiver, until, type Receiver } from '../../../support/receiver.ts';
import { startForTest, type StartedServer, type TestWorkspace } from '../../../support/started-server.ts';
import { expectProblem, person, teamClient } from '../team.ts';
import { hooksClient, type Endpoint, type Hooks } from './hooks.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let hooks: Hooks;
let receiver: Receiver;
let jobs: RunningJobs | undefined;

beforeAll(async () => {
  service = await startForTest({ OUTGOING_LOOPBACK: 'true' });
});
afterAll(async () => await service.stop());
beforeEach(async () => {
  workspace = await service.workspace();
  hooks = await hooksClient(service, workspace);
  receiver = await startReceiver();
});
afterEach(async () => {
  await jobs?.stop();
  await receiver.stop();
});

const provisions = { topics: ['audit.team_membership_provision'] };
const start = (giveUpAfterMs: number) => (jobs = service.startJobs({ schedule: { waitsMs: [10, 30], giveUpAfterMs }, everyMs: 20 }));

describe('a delivery', () => {
  it('that fails is repeated on the schedule, kept with its answer, and given up at its end, when the endpoint is disabled', async () => {
    const schedule = { waitsMs: [10, 30], giveUpAfterMs: 60_000 };
    jobs = service.startJobs({ schedule, everyMs: 20 });
    receiver.answer = () => 500;
    const { id } = await hooks.create({ url: receiver.url, ...provisions });
    await person(service, workspace);
    await until(() => receiver.got.length >= 3);
    await until(async () => (await hooks.one(id)).failingSince !== null);
    const [delivery] = await hooks.deliveries(id);
    expect(delivery).toMatchObject({ status: 'pending', responseStatus: 500, error: 'The answer was 500.' });
    expect(delivery?.response?.length).toBe(1024);
    schedule.giveUpAfterMs = 0;
    await until(async () => (await hooks.deliveries(id))[0]?.status === 'failed');
    await until(async () => (await hooks.one(id)).status === 'disabled');
    const attempts = receiver.got.length;
    expect(new Set(receiver.got.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await service.query(`select action, outcome, actor_kind, metadata from audit_event where target_id = $1 and action = 'webhook_disable'`, [id])).toEqual([
      { action: 'webhook_disable', outcome: 'success', actor_kind: 'system', metadata: '{"why":"failing"}' },
    ]);
    expect(await service.query(`select recipient_id, status from mail_message where workspace_id = $1 and template = 'webhook_disabled'`, [workspace.tenant.workspaceId])).toMatchObject([{ recipient_id: workspace.ownerId }]);
    await person(service, workspace);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(receiver.got.length).toBe(attempts);
    receiver.answer = () => 200;
    schedule.giveUpAfterMs = 60_000;
    expect((await hooks.send('PATCH', `/${id}`, { status: 'active' })).json).toMatchObject({ status: 'active', failingSince: null });
    await until(async () => (await hooks.one(id)).pending === 0);
    await person(service, workspace);
    await until(async () => (await hooks.deliveries(id))[0]?.status === 'delivered');
  });

  it('answered by 410 disables the endpoint at once', async () => {
    start(60_000);
    receiver.answer = () => 410;
    const { id } = await hooks.create({ url: receiver.url, ...provisions });
    await person(service, workspace);
    await until(async () => (await hooks.one(id)).status === 'disabled');
    expect(receiver.got).toHaveLength(1);
  });

  it('that fails holds up only its own member, and nobody at another endpoint', async () => {
    start(60_000);
    const stuck = await person(service, workspace);
    const other = await startReceiver();
    const failing = await hooks.create({ url: receiver.url });
    await hooks.create({ url: other.url });
    receiver.answer = ({ body }) => (body.includes(stuck) ? 500 : 200);
    const team = teamClient(service, (await workspace.personToken(workspace.ownerId)).token);
    const act = async (id: string, how: string) => expect((await team.send('POST', `/${id}/${how}`)).status).toBe(200);
    await act(stuck, 'deactivate');
    await act(stuck, 'reactivate');
    const free = await person(service, workspace);
    await until(() => receiver.got.some(({ body }) => body.includes(free)));
    await until(() => other.got.filter(({ body }) => body.includes(stuck)).length === 2);
    await until(() => receiver.got.filter(({ body }) => body.includes(stuck)).length >= 3);
    expect(new Set(receiver.got.filter(({ body }) => body.includes(stuck)).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    receiver.answer = () => 200;
    await until(async () => (await hooks.one(failing.id)).pending === 0);
    expect(new Set(receiver.got.filter(({ body }) => body.includes(stuck)).map(({ headers }) => headers['webhook-id'])).size).toBe(2);
    await other.stop();
  });

  it('waits while the endpoint is paused, and goes out when it is resumed', async () => {
    start(60_000);
    const { id } = await hooks.create({ url: receiver.url, ...provisions });
    await hooks.send('PATCH', `/${id}`, { status: 'paused' });
    await person(service, workspace);
    await until(async () => (await hooks.one(id)).pending === 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(receiver.got).toEqual([]);
    await hooks.send('PATCH', `/${id}`, { status: 'active' });
    await until(() => receiver.got.length === 1);
  });

  it('is made once more by its event, or by a time, under the same id', async () => {
    start(60_000);
    const earlier = await person(service, workspace);
    const { id } = await hooks.create({ url: receiver.url, ...provisions });
    await person(service, workspace);
    await until(() => receiver.got.length === 1);
    const eventId = String(receiver.got[0]?.headers['webhook-id']);
    await until(async () => (await hooks.one(id)).pending === 0);
    expect((await hooks.send('POST', `/${id}/replay`, { eventId })).json).toEqual({ events: 1 });
    await until(() => receiver.got.length === 2);
    expect(receiver.got[1]?.headers['webhook-id']).toBe(eventId);
    expect(receiver.got[1]?.body).toBe(receiver.got[0]?.body);
    await until(async () => (await hooks.one(id)).pending === 0);
    const answer = await hooks.send('POST', `/${id}/replay`, { from: new Date(Date.now() - 3_600_000).toISOString(), to: new Date(Date.now() + 1000).toISOString() });
    // The owner, the one before the endpoint was made, and the one after.
    expect([answer.status, answer.json]).toEqual([202, { events: 3 }]);
    await until(() => receiver.got.length === 5);
    expect(receiver.got.some(({ body }) => body.includes(earlier))).toBe(true);
    expect((await hooks.send('POST', `/${id}/replay`, { from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' })).json).toEqual({ events: 0 });
    const [foreign] = await service.query(`select id from audit_event where workspace_id <> $1 and action = 'team_membership_provision' limit 1`, [workspace.tenant.workspaceId]);
    if (foreign !== undefined) expectProblem(await hooks.send('POST', `/${id}/replay`, { eventId: foreign['id'] }), { status: 404, code: 'not-found' });
  });

  it('is signed with the former secret too for a day after a rotation', async () => {
    start(60_000);
    const made = await hooks.create({ url: receiver.url, ...provisions });
    const { secret } = (await hooks.send('POST', `/${made.id}/rotate-secret`)).json as Endpoint;
    await person(service, workspace);
    await until(() => receiver.got.length === 1);
    const verify = (key: string, at: number) => new Webhook(key).verify(receiver.got[at]?.body ?? '', receiver.got[at]?.headers as Record<string, string>);
    expect(verify(secret, 0)).toEqual(verify(made.secret, 0));
    await service.query('update event_endpoint set former_until = now() where id = $1', [made.id]);
    await person(service, workspace);
    await until(() => receiver.got.length === 2);
    expect(verify(secret, 1)).toBeDefined();
    expect(() => verify(made.secret, 1)).toThrow();
  });

  it('can be tried by a test, which says how it went', async () => {
    const { id, secret } = await hooks.create({ url: receiver.url });
    expect((await hooks.send('POST', `/${id}/ping`)).json).toEqual({ delivered: true, responseStatus: 200, response: null, error: null });
    expect(new Webhook(secret).verify(receiver.got[0]?.body ?? '', receiver.got[0]?.headers as Record<string, string>)).toMatchObject({ type: 'usher.ping' });
    receiver.answer = () => 302;
    expect((await hooks.send('POST', `/${id}/ping`)).json).toMatchObject({ delivered: false, responseStatus: 302, error: 'The answer was a redirect, which is not followed: name the final address.' });
  });
});

describe('the schedule', () => {
  it('goes on for three days and no longer', () => {
    const first = new Date('2026-11-22T08:00:00Z');
    let now = first;
    let attempts = 0;
    for (let next: Date | undefined = first; next !== undefined; next = nextAttempt(usualSchedule, attempts, first, now)) {
      now = next;
      attempts += 1;
    }
    expect(now.getTime() - first.getTime()).toBeGreaterThan(60 * 3_600_000);
    expect(now.getTime() - first.getTime()).toBeLessThanOrEqual(72 * 3_600_000);
    expect(attempts).toBeGreaterThanOrEqual(14);
    expect(attempts).toBeLessThanOrEqual(20);
  });
});
