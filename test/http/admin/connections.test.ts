// Connections over HTTP: made, changed, paused, deleted, their tokens, and who may.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConnectionToken } from '../../../src/domain/commands/credentials.ts';
import { usualConnectionPolicy } from '../../../src/domain/model/connection-policy.ts';
import { newUser, scimClient, startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { connectionsClient, ownersConnections, type Connections, type ShownConnection } from './connections.ts';
import { expectProblem, person, teamClient } from './team.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Connections;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  owner = await ownersConnections(service, workspace);
});
afterAll(async () => await service.stop());

const lastAudit = async () =>
  (await service.query(`select action, outcome, target_id, metadata from audit_event where workspace_id = $1 order by id desc limit 1`, [workspace.tenant.workspaceId]))[0];

describe('a connection', () => {
  it('is made with the usual policy, or with another', async () => {
    const usual = await owner.make('Usual');
    expect(usual).toMatchObject({ label: 'Usual', paused: false, policy: usualConnectionPolicy, tokens: [], lastSeenAt: null, openIntents: 0, breaker: { departures: 0, trippedAt: null } });
    expect(usual.warnings).toEqual(['The connection has no live token: nobody can use it.']);
    const other = await owner.make('Other', { unlinkedMembers: 'refuse', breaker: { mode: 'hold' } });
    expect(other.policy).toEqual({ ...usualConnectionPolicy, unlinkedMembers: 'refuse', breaker: { ...usualConnectionPolicy.breaker, mode: 'hold' } });
    const { items } = await owner.good<{ items: ShownConnection[] }>(200, 'GET', '');
    expect(items.map(({ label }) => label)).toEqual(['Other', 'Usual']);
    expectProblem(await owner.send('POST', '', { label: 'USUAL' }), { status: 409, code: 'duplicate' });
  });

  it('changes by name and policy, audited with the names of the fields, and an identical repeat writes nothing', async () => {
    const { id } = await owner.make('Changing');
    const change = { label: 'Changed', policy: { maxRole: 'admin', log: { retentionDays: 30 } } };
    expect(await owner.good(200, 'PATCH', `/${id}`, change)).toMatchObject({ label: 'Changed', policy: { maxRole: 'admin', log: { retentionDays: 30, bodies: false } } });
    const audit = await lastAudit();
    expect(audit).toMatchObject({ action: 'policy_update', outcome: 'success', target_id: id, metadata: '{"fields":["maxRole","log.retentionDays"]}' });
    await owner.good(200, 'PATCH', `/${id}`, change);
    expect(await lastAudit()).toEqual(audit);
    expectProblem(await owner.send('PATCH', `/${id}`, { label: 'usual' }), { status: 409, code: 'duplicate' });
    expectProblem(await owner.send('PATCH', `/${id}`, { policy: { maxRole: 'member', defaultRole: 'admin' } }), { status: 400, code: 'invalid-value' });
    for (const policy of [{ maxRole: 'owner' }, { breaker: { most: 0 } }, { log: { retentionDays: 91 } }, { surprise: 1 }, { dialect: 'okta?' }]) {
      expect((await owner.send('PATCH', `/${id}`, { policy })).status, JSON.stringify(policy)).toBe(400);
    }
  });

  it('is paused for every one of its tokens and resumed', async () => {
    const { id } = await owner.make('Pausing');
    const scim = await owner.scim(id);
    expect((await scim.get('/Users?count=0')).status).toBe(200);
    expect(await owner.good(200, 'POST', `/${id}/pause`)).toMatchObject({ paused: true });
    expect((await scim.get('/Users?count=0')).headers['x-problem-code']).toBe('connection-paused');
    expect(await owner.good(200, 'POST', `/${id}/resume`)).toMatchObject({ paused: false });
    expect((await scim.get('/Users?count=0')).status).toBe(200);
  });

  it('leaves its holds to the admins and nothing else when it is deleted', async () => {
    const { id } = await owner.make('Leaving');
    const scim = await owner.scim(id);
    const user = await scim.post('/Users', newUser('held@leaving.example', { externalId: 'x1' }));
    await scim.patch(`/Users/${user.body.id}`, { op: 'replace', path: 'active', value: false });
    await owner.good(204, 'DELETE', `/${id}`, { reason: 'changed provider' });
    expect((await scim.get('/Users?count=0')).status).toBe(401);
    expectProblem(await owner.send('GET', `/${id}`), { status: 404, code: 'not-found' });
    expectProblem(await owner.send('DELETE', `/${id}`), { status: 404, code: 'not-found' });
    const team = teamClient(service, (await workspace.personToken(workspace.ownerId)).token);
    expect(await team.one(user.body.id as string)).toMatchObject({ status: 'deactivated', holds: [{ source: 'admin' }], managedBy: [], version: 3 });
    expect((await team.send('POST', `/${user.body.id}/reactivate`)).json).toMatchObject({ status: 'active' });
    expect((await owner.make('Leaving')).id).not.toBe(id);
  });
});

describe('its tokens', () => {
  it('are shown once, at most two are live, and a revoked one makes room', async () => {
    const { id } = await owner.make('Tokens');
    const first = await owner.good<{ id: string; token: string; expiresAt: null }>(201, 'POST', `/${id}/tokens`, {});
    const soon = new Date(Date.now() + 20 * 86_400_000).toISOString();
    await owner.good(201, 'POST', `/${id}/tokens`, { expiresAt: soon });
    expectProblem(await owner.send('POST', `/${id}/tokens`, {}), { status: 409, code: 'duplicate', says: /two live tokens/ });
    const shown = await owner.one(id);
    expect(shown.tokens).toMatchObject([{ id: first.id, expiresAt: null, expiresWithinDays: null, lastUsedAt: null }, { expiresAt: soon, expiresWithinDays: 30 }]);
    expect(shown.warnings).toEqual([expect.stringContaining(`expires at ${soon}`)]);
    expect(JSON.stringify(shown)).not.toContain(first.token);
    await owner.good(204, 'DELETE', `/${id}/tokens/${first.id}`);
    expect((await scimClient(service, first.token).get('/Users?count=0')).status).toBe(401);
    expectProblem(await owner.send('DELETE', `/${id}/tokens/${first.id}`), { status: 404, code: 'not-found' });
    await owner.good(201, 'POST', `/${id}/tokens`, {});
  });

  it('of another connection are not found, nor a time that is over', async () => {
    const [one, other] = [await owner.make('One'), await owner.make('Another')];
    const token = await owner.good<{ id: string }>(201, 'POST', `/${one.id}/tokens`, {});
    expectProblem(await owner.send('DELETE', `/${other.id}/tokens/${token.id}`), { status: 404, code: 'not-found' });
    expect((await owner.send('POST', `/${one.id}/tokens`, { expiresAt: '2020-01-01T00:00:00Z' })).status).toBe(400);
  });

  it('asked for three at once are two', async () => {
    const { id } = await owner.make('Racing');
    for (let round = 0; round < 5; round += 1) {
      const made = await Promise.all([1, 2, 3].map(async () => await createConnectionToken(service.ports.store, workspace.operator, { id }, undefined)));
      expect(made.filter(({ ok }) => ok)).toHaveLength(2);
      for (const token of (await owner.one(id)).tokens) await owner.good(204, 'DELETE', `/${id}/tokens/${token.id}`);
    }
  });
});

it('is for people with the permission alone, and for those of its own workspace', async () => {
  const { id } = await owner.make('Private');
  const member = connectionsClient(service, (await workspace.personToken(await person(service, workspace))).token);
  const stranger = await ownersConnections(service, await service.workspace());
  const acts = [['GET', ''], ['POST', ''], ['GET', `/${id}`], ['PATCH', `/${id}`], ['DELETE', `/${id}`], ['POST', `/${id}/pause`], ['POST', `/${id}/tokens`], ['GET', '/blocked-intents'], ['GET', `/${id}/drift`], ['GET', `/${id}/requests`], ['POST', `/${id}/breaker/release`]] as const;
  for (const [method, path] of acts) {
    const body = method === 'GET' ? undefined : path === '' ? { label: 'New' } : {};
    expectProblem(await member.send(method, path, body), { status: 403, code: 'permission-denied' });
    if (path.startsWith(`/${id}`)) expectProblem(await stranger.send(method, path, body), { status: 404, code: 'not-found' });
  }
  expect((await stranger.good<{ items: unknown[] }>(200, 'GET', '')).items).toEqual([]);
});
