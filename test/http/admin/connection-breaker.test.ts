// The breaker of a connection: told of, held, released, exact at the edge, and untouched by rehearsals.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { ownersConnections, type Connections } from './connections.ts';
import { expectProblem } from './team.ts';

let service: StartedServer;
beforeAll(async () => {
  service = await startForTest();
});
afterAll(async () => await service.stop());

interface Setting {
  readonly workspace: TestWorkspace;
  readonly owner: Connections;
  readonly id: string;
  readonly scim: Scim;
  readonly ids: readonly string[];
}

async function setUp(breaker: object, people: number): Promise<Setting> {
  const workspace = await service.workspace();
  const owner = await ownersConnections(service, workspace);
  const { id } = await owner.make('okta', { breaker });
  const scim = await owner.scim(id);
  const ids: string[] = [];
  for (let n = 0; n < people; n += 1) ids.push((await scim.post('/Users', newUser(`p${n}@breaker.example`))).body.id as string);
  return { workspace, owner, id, scim, ids };
}

const off = { op: 'replace', path: 'active', value: false };
const on = { op: 'replace', path: 'active', value: true };
const trips = async ({ workspace }: Setting) =>
  (await service.query(`select metadata from audit_event where workspace_id = $1 and action = 'connection_breaker_trip'`, [workspace.tenant.workspaceId])).map(({ metadata }) => JSON.parse(String(metadata)) as unknown);

describe('as an alert', () => {
  it('lets everybody leave and tells of it once', async () => {
    const setting = await setUp({ mode: 'alert', most: 2 }, 5);
    const { scim, ids, owner, id, workspace } = setting;
    for (const one of ids) expect((await scim.patch(`/Users/${one}`, off)).status).toBe(200);
    expect(await trips(setting)).toEqual([{ departures: 3, mode: 'alert' }]);
    const outbox = await service.query(`select topic from outbox_event where workspace_id = $1 and topic = 'audit.connection_breaker_trip'`, [workspace.tenant.workspaceId]);
    expect(outbox).toHaveLength(1);
    // Counted up to the one that gave the alert: those after it need not meet at the connection's row.
    const shown = await owner.one(id);
    expect(shown.breaker).toEqual({ departures: 3, trippedAt: expect.any(String) });
    expect(shown.warnings).toEqual([expect.stringMatching(/unusually many/)]);
    await owner.good(200, 'POST', `/${id}/breaker/release`, { reason: 'reorganisation' });
    expect((await owner.one(id)).breaker).toEqual({ departures: 0, trippedAt: null });
  });

  it.each([1, 2, 3, 4])('tells of it once when they leave at once, time %s', async () => {
    const setting = await setUp({ mode: 'alert', most: 3 }, 10);
    const { scim, ids } = setting;
    const answers = await Promise.all(ids.map(async (one) => (await scim.delete(`/Users/${one}`)).status));
    expect(new Set(answers)).toEqual(new Set([204]));
    expect(await trips(setting)).toEqual([{ departures: 4, mode: 'alert' }]);
  });

  it('counts nothing for repeats, and begins anew with the next window', async () => {
    const setting = await setUp({ mode: 'alert', most: 2, windowMinutes: 10 }, 4);
    const { scim, ids, owner, id, workspace } = setting;
    for (let time = 0; time < 3; time += 1) await scim.patch(`/Users/${ids[0]}`, off);
    expect((await owner.one(id)).breaker.departures).toBe(1);
    await scim.patch(`/Users/${ids[1]}`, off);
    await service.query(`update idp_connection set departures_since = now() - interval '11 minutes' where workspace_id = $1`, [workspace.tenant.workspaceId]);
    expect((await owner.one(id)).breaker.departures).toBe(0);
    await scim.patch(`/Users/${ids[2]}`, off);
    await scim.patch(`/Users/${ids[3]}`, off);
    expect((await owner.one(id)).breaker).toEqual({ departures: 2, trippedAt: null });
    expect(await trips(setting)).toEqual([]);
  });
});

describe('as a hold', () => {
  it('stops further departures, and nothing else, until an admin releases it', async () => {
    const setting = await setUp({ mode: 'hold', most: 2 }, 5);
    const { scim, ids, owner, id, workspace } = setting;
    await scim.patch(`/Users/${ids[0]}`, off);
    await scim.delete(`/Users/${ids[1]}`);
    const stopped = await scim.patch(`/Users/${ids[2]}`, off);
    expect([stopped.status, stopped.headers['x-problem-code'], stopped.headers['retry-after']]).toEqual([429, 'mass-deprovision-hold', '900']);
    expect(stopped.body).toMatchObject({ status: '429', detail: expect.stringMatching(/2 members in 60 minutes.*release/) });
    expect((await scim.delete(`/Users/${ids[3]}`)).status).toBe(429);
    expect((await scim.put(`/Users/${ids[3]}`, newUser('p3@breaker.example', { active: false }))).status).toBe(429);
    expect((await scim.get(`/Users/${ids[2]}`)).body.active).toBe(true);
    expect((await scim.patch(`/Users/${ids[0]}`, on)).status).toBe(200);
    expect((await scim.post('/Users', newUser('still@breaker.example'))).status).toBe(201);
    // Not even the next window opens what somebody has to look at.
    await service.query(`update idp_connection set departures_since = now() - interval '2 hours' where workspace_id = $1`, [workspace.tenant.workspaceId]);
    expect((await scim.delete(`/Users/${ids[3]}`)).status).toBe(429);
    expect(await trips(setting)).toEqual([{ departures: 3, mode: 'hold' }]);
    const denied = await service.query(`select count(*)::int as count from audit_event where workspace_id = $1 and outcome = 'denied'`, [workspace.tenant.workspaceId]);
    expect(denied).toEqual([{ count: 4 }]);
    expect(await owner.good(200, 'POST', `/${id}/breaker/release`, {})).toMatchObject({ breaker: { departures: 0, trippedAt: null } });
    expect((await scim.patch(`/Users/${ids[2]}`, off)).status).toBe(200);
  });

  it('lets exactly so many leave who leave at once', async () => {
    for (let round = 0; round < 3; round += 1) {
      const setting = await setUp({ mode: 'hold', most: 4 }, 9);
      const answers = await Promise.all(setting.ids.map(async (one, at) => (await (at % 2 === 0 ? setting.scim.patch(`/Users/${one}`, off) : setting.scim.delete(`/Users/${one}`))).status));
      expect(answers.filter((status) => status === 429)).toHaveLength(5);
      const [row] = await service.query(`select count(*) filter (where status = 'active' and deleted_at is null and role = 'member')::int as left from membership where workspace_id = $1`, [setting.workspace.tenant.workspaceId]);
      expect(row).toEqual({ left: 5 });
      expect(await trips(setting)).toHaveLength(1);
    }
  });

  it('holds each operation of a bulk request by itself', async () => {
    const { scim, ids } = await setUp({ mode: 'hold', most: 1 }, 3);
    const bulk = await scim.post('/Bulk', { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations: ids.map((one) => ({ method: 'DELETE', path: `/Users/${one}` })) });
    expect((bulk.body.Operations as { status: string }[]).map(({ status }) => status).toSorted()).toEqual(['204', '429', '429']);
  });

  it('can be turned off by those who have turned it on', async () => {
    const { scim, ids, owner, id } = await setUp({ mode: 'hold', most: 1 }, 3);
    await scim.delete(`/Users/${ids[0]}`);
    expect((await scim.delete(`/Users/${ids[1]}`)).status).toBe(429);
    await owner.good(200, 'PATCH', `/${id}`, { policy: { breaker: { mode: 'off' } } });
    expect((await scim.delete(`/Users/${ids[1]}`)).status).toBe(204);
    expect((await scim.delete(`/Users/${ids[2]}`)).status).toBe(204);
    expectProblem(await owner.send('POST', `/0190aaaa-0000-7000-8000-000000000001/breaker/release`, {}), { status: 404, code: 'not-found' });
  });
});
