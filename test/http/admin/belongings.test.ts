// What members own: registered by the host, handed over when they leave, given back when they return; nobody who is gone owns a campaign.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { removeMember } from '../../../src/domain/commands/remove-member.ts';
import { scimClient, startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { apiClient, type Api } from './belongings.ts';
import { expectProblem, person, pushed } from './team.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let api: Api;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace();
  api = apiClient(service, (await workspace.personToken(workspace.ownerId)).token);
});
afterAll(async () => await service.stop());

const nobody = '00000000-0000-4000-8000-000000000000';
const remove = async (id: string, body: object = {}) => await api.send('DELETE', `/team/members/${id}`, body);
const deactivate = async (id: string, body: object = {}) => await api.send('POST', `/team/members/${id}/deactivate`, body);
const reactivate = async (id: string) => await api.send('POST', `/team/members/${id}/reactivate`, {});
const actions = async () =>
  (await service.query(`select action, target_id, metadata from audit_event where workspace_id = $1 and action like 'resource%' and outcome = 'success' order by id`, [workspace.tenant.workspaceId])).map(
    ({ action, target_id, metadata }) => ({ action, target: target_id, ...(JSON.parse(String(metadata)) as object) }),
  );

describe('the register', () => {
  it('takes a resource once, with whoever owns it first as its creator for ever', async () => {
    const [a, b] = [await person(service, workspace), await person(service, workspace)];
    const first = await api.send('PUT', '/resources/campaign/c%2F1', { owner: a, name: 'Spring' });
    expect([first.status, first.json]).toEqual([201, { id: expect.any(String), kind: 'campaign', externalRef: 'c/1', name: 'Spring', onDeparture: 'reattribute', createdBy: a, owner: a }]);
    const again = await api.send('PUT', '/resources/campaign/c%2F1', { owner: a, name: 'Spring' });
    expect([again.status, again.json]).toEqual([200, first.json]);
    expect((await api.send('PUT', '/resources/campaign/c%2F1', { owner: b })).json).toMatchObject({ createdBy: a, owner: b, name: null });
    expect(await api.resource('campaign', 'c/1')).toMatchObject({ createdBy: a, owner: b, heldFor: null });
    expect((await actions()).map(({ action }) => action)).toEqual(['resource_register', 'resource_change']);
    expect((await api.send('DELETE', '/resources/campaign/c%2F1')).status).toBe(204);
    expectProblem(await api.send('GET', '/resources/campaign/c%2F1'), { status: 404, code: 'not-found' });
    expectProblem(await api.send('DELETE', '/resources/campaign/c%2F1'), { status: 404, code: 'not-found' });
  });

  it('lets not even the owner of the tables change a creator', async () => {
    await api.register('rule', 'r', workspace.ownerId);
    await expect(service.query('update owned_resource set created_by = null')).rejects.toThrow('append-only');
  });

  it('refuses what it cannot keep', async () => {
    const gone = await person(service, workspace, 'member', false);
    const put = async (path: string, body: object) => await api.send('PUT', `/resources/${path}`, body);
    expectProblem(await put('villa/v', { owner: workspace.ownerId }), { status: 400, code: 'invalid-value', says: /campaign, rule, creative/ });
    expectProblem(await put('campaign/c', { owner: nobody }), { status: 400, code: 'invalid-value', says: /no member/ });
    expectProblem(await put('campaign/c', { owner: gone }), { status: 400, code: 'invalid-value', says: /deactivated/ });
    expect((await put('rule/r', { owner: gone })).status).toBe(201);
    expect((await put('campaign/c', { owner: 'system' })).json).toMatchObject({ owner: 'system', createdBy: 'system' });
    for (const body of [{}, { owner: 'me' }, { owner: workspace.ownerId, colour: 'red' }, { owner: workspace.ownerId, name: '' }]) expect((await put('campaign/d', body)).status).toBe(400);
    for (const path of [`campaign/${'x'.repeat(256)}`, 'Campaign/x', '__proto__/x', 'campaign/%00']) expect((await put(path, { owner: 'system' })).status, path).toBe(404);
    expectProblem(await put('constructor/x', { owner: 'system' }), { status: 400, code: 'invalid-value' });
    expect((await put('campaign/c?workspace=other', { owner: 'system' })).status).toBe(400);
    expect(await api.owners()).toEqual({ r: gone, c: 'system' });
  });

  it('shows a member without members.read only what it owns, and lets only admins register', async () => {
    const a = await person(service, workspace);
    await api.register('campaign', 'mine', a);
    await api.register('campaign', 'other', workspace.ownerId);
    const own = apiClient(service, (await workspace.personToken(a)).token);
    expect(await own.owners()).toEqual({ mine: a });
    expectProblem(await own.send('GET', '/resources/campaign/other'), { status: 404, code: 'not-found' });
    expectProblem(await own.send('PUT', '/resources/campaign/new', { owner: a }), { status: 403, code: 'permission-denied' });
    expectProblem(await own.send('DELETE', '/resources/campaign/mine'), { status: 403, code: 'permission-denied' });
  });

  it('lists in pages, by owner, creator and kind', async () => {
    const a = await person(service, workspace);
    for (let n = 0; n < 7; n += 1) await api.register(n % 2 === 0 ? 'campaign' : 'creative', `x${n}`, a);
    await api.register('campaign', 'y', 'system');
    const seen: string[] = [];
    let path: string | undefined = `/resources?owner=${a}&limit=3`;
    while (path !== undefined) {
      const page = (await api.get(path)) as { total: number; items: { externalRef: string }[]; nextCursor: string | null };
      expect(page.total).toBe(7);
      seen.push(...page.items.map(({ externalRef }) => externalRef));
      path = page.nextCursor === null ? undefined : `/resources?owner=${a}&limit=3&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
    expect(seen).toEqual(['x0', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6']);
    expect(await api.owners('&owner=system')).toEqual({ y: 'system' });
    expect(Object.keys(await api.owners(`&creator=${a}&kind=creative`))).toEqual(['x1', 'x3', 'x5']);
  });

  it('keeps workspaces apart', async () => {
    const other = await service.workspace({ organization: workspace.organization });
    const there = apiClient(service, (await other.personToken(other.ownerId)).token);
    await api.register('campaign', 'c', workspace.ownerId);
    expect(await there.owners()).toEqual({});
    expectProblem(await there.send('PUT', '/resources/campaign/c', { owner: workspace.ownerId }), { status: 400, code: 'invalid-value' });
    expect(await there.register('campaign', 'c', other.ownerId)).toMatchObject({ owner: other.ownerId });
  });
});

type Path = 'team API' | 'SCIM' | 'operator' | 'deactivated by team API' | 'deactivated by PATCH' | 'deactivated by PUT' | 'bulk';

/** Every way out; answers who gets the campaigns where nobody was chosen. */
async function leave(path: Path, id: string, userName: string): Promise<string> {
  const scim = scimClient(service, (await workspace.connectionToken()).token);
  const off = { op: 'replace', path: 'active', value: false };
  switch (path) {
    case 'team API':
      expect((await remove(id)).status).toBe(204);
      return workspace.ownerId;
    case 'SCIM':
      await scim.delete(`/Users/${id}`).expect(204);
      return 'system';
    case 'operator':
      expect((await removeMember(service.ports.store, workspace.operator, id)).ok).toBe(true);
      return 'system';
    case 'deactivated by team API':
      expect((await deactivate(id)).status).toBe(200);
      return workspace.ownerId;
    case 'deactivated by PATCH':
      await scim.patch(`/Users/${id}`, off).expect(200);
      return 'system';
    case 'deactivated by PUT':
      await scim.put(`/Users/${id}`, { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, active: false }).expect(200);
      return 'system';
    case 'bulk':
      expect((await api.send('POST', '/team/members/bulk-remove', { ids: [id] })).status).toBe(200);
      return workspace.ownerId;
  }
}

describe('a departure', () => {
  it.each<Path>(['team API', 'SCIM', 'operator', 'deactivated by team API', 'deactivated by PATCH', 'deactivated by PUT', 'bulk'])('by %s moves campaigns and leaves rules and creatives', async (path) => {
    const userName = `leaver-${path.replaceAll(' ', '')}@team.example`;
    const id = await pushed(service, workspace, userName);
    await api.register('campaign', 'c', id);
    await api.register('rule', 'r', id);
    await api.register('creative', 'a', id);
    const receiver = await leave(path, id, userName);
    expect(await api.owners()).toEqual({ c: receiver, r: id, a: id });
    for (const [kind, ref] of [['campaign', 'c'], ['rule', 'r'], ['creative', 'a']] as const) expect((await api.resource(kind, ref)).createdBy).toBe(id);
    const [moved] = (await actions()).slice(3);
    expect(moved).toEqual({ action: 'resource_reattribute', target: id, handover: expect.any(String), to: receiver, count: 1 });
    expect(Object.keys(await api.owners(`&handover=${(moved as { handover?: string }).handover}`))).toEqual(['c']);
    const topics = await service.query(`select topic from outbox_event where workspace_id = $1 and aggregate_id = $2 order by id`, [workspace.tenant.workspaceId, id]);
    expect(topics.map(({ topic }) => topic)).toContain('audit.resource_reattribute');
  });

  it('gives campaigns to the chosen person, who must be there', async () => {
    const [a, b] = [await person(service, workspace), await person(service, workspace)];
    const gone = await person(service, workspace, 'member', false);
    await api.register('campaign', 'c', a);
    expectProblem(await remove(a, { reassignTo: nobody }), { status: 400, code: 'invalid-value', says: /no member/ });
    expectProblem(await remove(a, { reassignTo: gone }), { status: 400, code: 'invalid-value', says: /deactivated/ });
    expectProblem(await deactivate(a, { reassignTo: a }), { status: 400, code: 'invalid-value', says: /loses access/ });
    const both = await api.send('POST', '/team/members/bulk-remove', { ids: [a, b], reassignTo: b });
    expectProblem(both, { status: 400, code: 'invalid-value', says: /loses access/ });
    expect(await api.owners()).toEqual({ c: a });
    expect((await remove(a, { reassignTo: b })).status).toBe(204);
    expect(await api.owners()).toEqual({ c: b });
  });

  it('leaves no trace where nobody owned anything', async () => {
    const a = await person(service, workspace);
    expect((await deactivate(a)).status).toBe(200);
    expect((await reactivate(a)).status).toBe(200);
    expect((await remove(a)).status).toBe(204);
    expect(await actions()).toEqual([]);
  });

  it('moves nothing when the request is refused or only rehearsed', async () => {
    const a = await person(service, workspace);
    await api.register('campaign', 'c', a);
    await api.register('campaign', 'o', workspace.ownerId);
    expect((await api.send('DELETE', `/team/members/${a}?dryRun=true`, {})).status).toBe(200);
    expect((await deactivate(workspace.ownerId)).status).toBe(403);
    expect(await api.owners()).toEqual({ c: a, o: workspace.ownerId });
  });

  it('is foretold: what moves to whom, which keys end, what comes back', async () => {
    const [a, b] = [await person(service, workspace), await person(service, workspace)];
    for (const ref of ['c1', 'c2']) await api.register('campaign', ref, a);
    await api.register('rule', 'r', a);
    const own = apiClient(service, (await workspace.personToken(a)).token);
    await own.makeKey(['app:x']);
    const foretold = async (method: string, path: string, body: object) => {
      const { status, json, text } = await api.send(method, `/team/members/${a}${path}?dryRun=true`, body);
      expect(status, text).toBe(200);
      return (json as { members: { belongings: unknown; returns: unknown }[] }).members[0];
    };
    const samples = (...refs: string[]) => refs.map((externalRef) => ({ externalRef, name: null }));
    const keys = { kind: 'api_keys', count: 1, lastUsedAt: null };
    const campaigns = { kind: 'campaign', count: 2, samples: samples('c1', 'c2') };
    const rules = { kind: 'rule', count: 1, samples: samples('r') };
    const removal = await foretold('DELETE', '', { reassignTo: b, revokeApiKeys: true });
    expect(removal?.belongings).toEqual([{ ...keys, becomes: { do: 'revoked' } }, { ...campaigns, becomes: { do: 'reattributed', to: b } }, rules]);
    const deactivation = await foretold('POST', '/deactivate', {});
    expect(deactivation?.belongings).toEqual([keys, { ...campaigns, becomes: { do: 'reattributed', to: workspace.ownerId } }, rules]);
    await deactivate(a, { suspendApiKeys: true });
    expect(await foretold('POST', '/reactivate', {})).toMatchObject({ belongings: [{ kind: 'suspended_api_keys', becomes: { do: 'resumed' } }, rules], returns: 2 });
  });

  it('moves ten thousand in one statement and gives them back in one', async () => {
    const a = await person(service, workspace);
    await service.query(
      `insert into owned_resource (workspace_id, id, kind, external_ref, created_by, owner_id)
       select $1::uuid, gen_random_uuid(), 'campaign', 'c' || n, $2::uuid, $2::uuid from generate_series(1, 10000) n`,
      [workspace.tenant.workspaceId, a],
    );
    expect((await deactivate(a)).status).toBe(200);
    const count = async (owner: string) => (await api.get(`/resources?owner=${owner}&limit=1`))['total'];
    expect([await count(a), await count(workspace.ownerId)]).toEqual([0, 10_000]);
    expect((await reactivate(a)).status).toBe(200);
    expect([await count(a), await count(workspace.ownerId)]).toEqual([10_000, 0]);
    expect((await actions()).map((row) => (row as { count?: number }).count)).toEqual([10_000, 10_000]);
    expect(await service.query('select count(distinct handover_id)::int as handovers, count(*)::int as rows, bool_or(live) as live from resource_taking where from_id = $1', [a])).toEqual([{ handovers: 1, rows: 10_000, live: false }]);
  });
});

describe('a return', () => {
  it('gives back what was taken and is still where it was put', async () => {
    const [a, b] = [await person(service, workspace), await person(service, workspace)];
    for (const ref of ['kept', 'moved on', 'deleted', 'renamed']) await api.register('campaign', ref, a);
    await deactivate(a, { reassignTo: b });
    expect((await api.resource('campaign', 'kept')).heldFor).toBe(a);
    await api.register('campaign', 'moved on', workspace.ownerId);
    await api.send('DELETE', '/resources/campaign/deleted');
    expect((await api.send('PUT', '/resources/campaign/renamed', { owner: b, name: 'New' })).status).toBe(200);
    expect((await reactivate(a)).status).toBe(200);
    expect(await api.owners()).toEqual({ kept: a, 'moved on': workspace.ownerId, renamed: a });
    expect((await api.resource('campaign', 'kept')).heldFor).toBe(null);
    expect((await actions()).at(-1)).toEqual({ action: 'resource_return', target: a, count: 2 });
  });

  it('passes over whoever had it in between', async () => {
    const [a, b, c] = [await person(service, workspace), await person(service, workspace), await person(service, workspace)];
    await api.register('campaign', 'of a', a);
    await api.register('campaign', 'of b', b);
    await deactivate(a, { reassignTo: b });
    await deactivate(b, { reassignTo: c });
    expect(await api.owners()).toEqual({ 'of a': c, 'of b': c });
    await reactivate(b);
    expect(await api.owners()).toEqual({ 'of a': b, 'of b': b });
    await deactivate(b, { reassignTo: c });
    await reactivate(a);
    expect(await api.owners()).toEqual({ 'of a': a, 'of b': c });
    const claims = `select r.external_ref, r.takings, (select count(*)::int from resource_taking t where t.resource_id = r.id and t.live) as live from owned_resource r where workspace_id = $1 order by 1`;
    expect(await service.query(claims, [workspace.tenant.workspaceId])).toEqual([{ external_ref: 'of a', takings: 0, live: 0 }, { external_ref: 'of b', takings: 1, live: 1 }]);
    await reactivate(b);
    expect(await api.owners()).toEqual({ 'of a': a, 'of b': b });
  });

  it('follows a restore, and waits for the reactivation of who was deactivated before the removal', async () => {
    const [a, b] = [await person(service, workspace), await person(service, workspace)];
    await api.register('campaign', 'of a', a);
    await api.register('campaign', 'of b', b);
    await remove(a);
    await deactivate(b);
    await remove(b);
    for (const id of [a, b]) expect((await api.send('POST', `/team/members/${id}/restore`, {})).status).toBe(200);
    expect(await api.owners()).toEqual({ 'of a': a, 'of b': workspace.ownerId });
    await reactivate(b);
    expect(await api.owners()).toEqual({ 'of a': a, 'of b': b });
  });
});
