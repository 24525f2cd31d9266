// Security event tokens: what they say of each act (RFC 9967), pushed (RFC 8935) and polled (RFC 8936), verified with the keys that the server shows.
import { createRemoteJWKSet, jwtVerify, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReceiver, until, type Receiver } from '../../../support/receiver.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../../../support/started-server.ts';
import { hooksClient, type Endpoint, type Hooks } from './hooks.ts';

const prov = 'urn:ietf:params:scim:event:prov';

let service: StartedServer;
let workspace: TestWorkspace;
let hooks: Hooks;
let idp: Scim;
let receiver: Receiver;

beforeAll(async () => {
  service = await startForTest({ OUTGOING_LOOPBACK: 'true' });
  workspace = await service.workspace();
  hooks = await hooksClient(service, workspace);
  idp = scimClient(service, (await workspace.connectionToken()).token);
  receiver = await startReceiver();
  service.startJobs({ schedule: { waitsMs: [20], giveUpAfterMs: 60_000 }, everyMs: 20 });
});
afterAll(async () => {
  await receiver.stop();
  await service.stop();
});

async function verified(token: string, audience: string): Promise<JWTPayload> {
  const keys = createRemoteJWKSet(new URL(`${service.root}/.well-known/jwks.json`));
  const { payload } = await jwtVerify(token, keys, { issuer: service.root, audience, typ: 'secevent+jwt' });
  return payload;
}

interface Polled {
  readonly sets: Readonly<Record<string, string>>;
  readonly moreAvailable: boolean;
}

async function polled(endpoint: Endpoint, body: object = {}): Promise<Polled> {
  const answer = await hooks.send('POST', `/${endpoint.id}/poll`, { returnImmediately: true, ...body });
  expect(answer.status, answer.text).toBe(200);
  return answer.json as Polled;
}

describe('a receiver', () => {
  it('is told by push what happened to users and groups, in notices that name no value', async () => {
    const audience = 'https://receiver.example/feeds/1';
    await hooks.create({ kind: 'push', url: receiver.url, audience });
    const id = (await idp.post('/Users', newUser('ann@set.example', { displayName: 'Ann Personal', title: 'Chief' }))).body.id as string;
    await idp.patch(`/Users/${id}`, { op: 'replace', path: 'displayName', value: 'Ann Other' });
    await idp.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false });
    await idp.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: true });
    const group = (await idp.post('/Groups', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Sales' })).body.id as string;
    await idp.patch(`/Groups/${group}`, { op: 'add', path: 'members', value: [{ value: id }] });
    await idp.delete(`/Groups/${group}`);
    await idp.delete(`/Users/${id}`);
    await until(() => receiver.got.length >= 8);
    const claims = await Promise.all(receiver.got.map(async ({ body }) => await verified(body, audience)));
    const eventsOf = (uri: string) => claims.filter((each) => (each['sub_id'] as { uri: string }).uri === uri).map((each) => each['events']);
    expect(eventsOf(`/Users/${id}`)).toEqual([
      { [`${prov}:create:notice`]: { attributes: expect.arrayContaining(['id', 'userName', 'displayName', 'title', 'emails']) as string[] } },
      { [`${prov}:patch:notice`]: { attributes: ['displayName'] } },
      { [`${prov}:deactivate`]: {} },
      { [`${prov}:activate`]: {} },
      { [`${prov}:delete`]: {} },
    ]);
    expect(eventsOf(`/Groups/${group}`)).toEqual([
      { [`${prov}:create:notice`]: { attributes: ['id', 'displayName'] } },
      { [`${prov}:patch:notice`]: { attributes: ['members'] } },
      { [`${prov}:delete`]: {} },
    ]);
    for (const each of claims) expect([Object.keys(each), each['sub']]).toEqual([['iss', 'aud', 'iat', 'toe', 'jti', 'txn', 'sub_id', 'events'], undefined]);
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(claims.length);
    expect(JSON.stringify(claims)).not.toMatch(/Ann|Chief|set\.example|Sales/);
    for (const { headers } of receiver.got) expect([headers['content-type'], headers.accept]).toEqual(['application/secevent+jwt', 'application/json']);
    const { body } = await idp.get('/ServiceProviderConfig');
    const uris = (body as { securityEvents: { asyncRequest: string; eventUris: string[] } }).securityEvents.eventUris;
    for (const each of claims) expect(uris).toContain(Object.keys(each['events'] as object)[0]);
  });

  it('that refuses a token gets the very same one again', async () => {
    const before = receiver.got.length;
    receiver.answer = ({ body }) => (receiver.got.filter((each) => each.body === body).length < 3 ? 400 : 202);
    await idp.post('/Users', newUser('refused@set.example'));
    await until(() => receiver.got.length === before + 3);
    expect(new Set(receiver.got.slice(before).map(({ body }) => body)).size).toBe(1);
    receiver.answer = () => 202;
  });

  it('that polls gets the oldest tokens until it acknowledges them, and none that it refused', async () => {
    const endpoint = await hooks.create({ kind: 'poll', topics: ['audit.team_membership_provision'] });
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c', 'd']) ids.push((await idp.post('/Users', newUser(`${name}@poll.example`))).body.id as string);
    await until(async () => (await hooks.one(endpoint.id)).pending === 4);
    const first = await polled(endpoint, { maxEvents: 3 });
    expect([Object.keys(first.sets).length, first.moreAvailable]).toEqual([3, true]);
    const audience = `${service.root}/api/v1/webhooks/${endpoint.id}`;
    const claims = await Promise.all(Object.values(first.sets).map(async (set) => await verified(set, audience)));
    expect(claims.map((each) => (each['sub_id'] as { id: string }).id)).toEqual(ids.slice(0, 3));
    expect(claims.map(({ jti }) => jti)).toEqual(Object.keys(first.sets));
    expect(await polled(endpoint, { maxEvents: 3 })).toEqual(first);
    const [one = '', two = '', three = ''] = Object.keys(first.sets);
    const second = await polled(endpoint, { ack: [one, 'nonsense', endpoint.id], setErrs: { [two]: { err: 'jwtAud', description: 'not for me' } } });
    expect([Object.keys(second.sets)[0], Object.keys(second.sets).length, second.moreAvailable]).toEqual([three, 2, false]);
    expect(await polled(endpoint, { maxEvents: 0, ack: Object.keys(second.sets) })).toEqual({ sets: {}, moreAvailable: false });
    expect((await hooks.deliveries(endpoint.id)).map(({ status, error }) => [status, error])).toEqual([['delivered', null], ['delivered', null], ['failed', 'jwtAud: not for me'], ['delivered', null]]);
  });

  it('that polls when there is nothing waits until something happens', async () => {
    const endpoint = await hooks.create({ kind: 'poll', topics: ['audit.team_membership_provision'] });
    const begun = performance.now();
    const waiting = hooks.send('POST', `/${endpoint.id}/poll`, {});
    await new Promise((resolve) => setTimeout(resolve, 100));
    await idp.post('/Users', newUser('late@poll.example'));
    expect(Object.keys(((await waiting).json as Polled).sets)).toHaveLength(1);
    expect(performance.now() - begun).toBeLessThan(4_000);
  });
});
