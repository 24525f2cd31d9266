// Events on their way: signed, in order for each member, again after failures and crashes under the same id, and told of within the second.
import { decodeProtectedHeader } from 'jose';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunningJobs } from '../../../../src/jobs/run-jobs.ts';
import { startReceiver, until, type Received, type Receiver } from '../../../support/receiver.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../../../support/started-server.ts';
import { person } from '../team.ts';
import { hooksClient, type Hooks } from './hooks.ts';

interface Body {
  readonly type: string;
  readonly timestamp: string;
  readonly data: { readonly id: string; readonly workspaceId: string; readonly action: string; readonly target: { readonly id: string } | null; readonly actor: { readonly kind: string; readonly id: string | null }; readonly metadata: Record<string, unknown> };
}

const quick = { waitsMs: [40, 40, 40, 40, 40, 40], giveUpAfterMs: 60_000 };

let service: StartedServer;
let workspace: TestWorkspace;
let hooks: Hooks;
let idp: Scim;
let receiver: Receiver;
const running: RunningJobs[] = [];

beforeAll(async () => {
  service = await startForTest({ OUTGOING_LOOPBACK: 'true' });
  workspace = await service.workspace();
  hooks = await hooksClient(service, workspace);
  idp = scimClient(service, (await workspace.connectionToken()).token);
});
afterAll(async () => await service.stop());
afterEach(async () => {
  await Promise.all(running.splice(0).map(async (jobs) => await jobs.stop()));
  await receiver.stop();
  const { items } = (await hooks.send('GET', '?limit=100')).json as { items: { id: string }[] };
  for (const { id } of items) {
    await hooks.send('DELETE', `/${id}`);
  }
});

function start(overrides: Parameters<StartedServer['startJobs']>[0] = { schedule: quick, everyMs: 20 }): RunningJobs {
  const jobs = service.startJobs(overrides);
  running.push(jobs);
  return jobs;
}

const bodyOf = ({ body }: Received) => JSON.parse(body) as Body;
const about = (got: readonly Received[], target: string) => got.map(bodyOf).filter((body) => body.data.target?.id === target);

describe('a webhook', () => {
  it('is told of a deactivation by the identity provider, signed, with ids and without a word about the person', async () => {
    receiver = await startReceiver();
    start();
    const made = await idp.post('/Users', newUser('secret.name@person.example', { displayName: 'Secret Name' }));
    const id = made.body.id as string;
    const { secret, id: endpointId } = await hooks.create({ url: receiver.url, topics: ['audit.team_membership_deactivate'] });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    await idp.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false });
    await until(() => receiver.got.length === 1);
    const [got] = receiver.got as [Received];
    expect(new Webhook(secret).verify(got.body, got.headers as Record<string, string>)).toEqual(JSON.parse(got.body));
    expect(() => new Webhook(secret).verify(`${got.body} `, got.headers as Record<string, string>)).toThrow();
    const body = bodyOf(got);
    expect(body).toMatchObject({ type: 'audit.team_membership_deactivate', data: { workspaceId: workspace.tenant.workspaceId, action: 'team_membership_deactivate', outcome: 'success', actor: { kind: 'connection' }, target: { id } } });
    expect(got.headers['webhook-id']).toBe(body.data.id);
    expect(got.body).not.toMatch(/secret|person\.example|Name/i);
    await until(async () => (await hooks.deliveries(endpointId))[0]?.status === 'delivered');
    expect(await hooks.deliveries(endpointId)).toMatchObject([{ eventId: body.data.id, topic: body.type, aggregateId: id, attempts: 1, responseStatus: 200, error: null }]);
    const [audit] = await service.query('select action, outcome from audit_event where id = $1', [body.data.id]);
    expect(audit).toEqual({ action: 'team_membership_deactivate', outcome: 'success' });
  });

  it('is told within a second of the commit', async () => {
    receiver = await startReceiver();
    start();
    await hooks.create({ url: receiver.url });
    await until(() => receiver.got.length === 1);
    const waits: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const before = receiver.got.length;
      await person(service, workspace);
      const committed = performance.now();
      await until(() => receiver.got.length > before);
      waits.push(Math.max(0, (receiver.got[before]?.at ?? 0) - committed));
    }
    waits.sort((one, other) => one - other);
    expect(waits[10]).toBeLessThan(1000);
  });

  it('is told of each event once by processes that work side by side, when nothing fails', async () => {
    receiver = await startReceiver();
    start();
    start();
    start();
    const { id } = await hooks.create({ url: receiver.url, topics: ['audit.team_membership_provision'] });
    const made = await Promise.all(Array.from({ length: 40 }, async () => await person(service, workspace)));
    await until(() => receiver.got.length >= made.length);
    await until(async () => (await hooks.one(id)).pending === 0);
    expect(receiver.got.length).toBe(made.length);
    expect(new Set(receiver.got.map((got) => bodyOf(got).data.target?.id))).toEqual(new Set(made));
    expect(await service.query('select from outbox_event where workspace_id = $1', [workspace.tenant.workspaceId])).toEqual([]);
  });

  it('gets the events of each member in their order, whatever fails in between and however many processes deliver', async () => {
    receiver = await startReceiver();
    start();
    start();
    start();
    const people = await Promise.all(Array.from({ length: 6 }, async () => await person(service, workspace)));
    await hooks.create({ url: receiver.url, topics: ['audit.team_membership_*'] });
    const failures = new Map<string, number>();
    receiver.answer = (received) => {
      const key = String(received.headers['webhook-id']);
      const failed = failures.get(key) ?? 0;
      if (failed >= 2 || Math.random() < 0.4) return 200;
      failures.set(key, failed + 1);
      return 503;
    };
    const rounds = 4;
    await Promise.all(
      people.map(async (id) => {
        for (let round = 0; round < rounds; round += 1) {
          await idp.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false });
          await idp.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: true });
        }
      }),
    );
    const taken = (got: readonly Received[]) => new Set(got.map(({ headers }) => headers['webhook-id'])).size;
    await until(() => taken(receiver.got) === people.length * rounds * 2);
    await until(async () => (await service.query(`select from event_delivery where workspace_id = $1 and status = 'pending'`, [workspace.tenant.workspaceId])).length === 0);
    for (const id of people) {
      const ids = about(receiver.got, id).map(({ data }) => data.id);
      const written = (await service.query(`select id from audit_event where target_id = $1 and action in ('team_membership_deactivate', 'team_membership_reactivate') order by id`, [id])).map((row) => String(row['id']));
      // Repeats of one event stand together: nothing later was sent before it was taken.
      expect(ids.filter((each, index) => each !== ids[index - 1])).toEqual(written);
    }
    expect([...failures.values()].some((count) => count > 0)).toBe(true);
  });
});

describe('a key of its own', () => {
  it('signs no token of another kind', async () => {
    receiver = await startReceiver();
    start();
    await hooks.create({ kind: 'push', url: receiver.url, audience: 'https://receiver.example' });
    const id = await person(service, workspace);
    await until(() => receiver.got.length === 1);
    const [got] = receiver.got as [Received];
    expect([got.headers['content-type'], decodeProtectedHeader(got.body).typ]).toEqual(['application/secevent+jwt', 'secevent+jwt']);
    expect(id).toBeDefined();
  });
});
