// The rules of the single operations inside bulk requests: guards, seats, scopes, audit, versions, limits, faults of one operation.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadSettings } from '../../config/settings.ts';
import { tokenParties } from '../../src/cli/own-issuer.ts';
import type { CommandStore } from '../../src/domain/ports.ts';
import { mintToken } from '../../src/http/auth/mint-token.ts';
import { halfDone } from '../support/half-done.ts';
import { sendRequest } from '../support/raw-http.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { bulk, bulkRequest, idOf, outline, patchOp, post, type Result } from './bulk-support.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let token: string;
let scim: Scim;
/** What the next creations of an account meet instead of the database, by the e-mail. */
const broken = new Map<string, Error>();
/** How many of the next changes to groups, and then of their removals, meet a lost database. */
const lost = { changes: 0, removals: 0 };
const away = () => Object.assign(new Error('Connection terminated'), { code: 'ECONNRESET' });

beforeAll(async () => {
  service = await startForTest({ BODY_LIMIT_BYTES: '20000', BULK_BODY_LIMIT_BYTES: '500000' }, (store): CommandStore => ({
    ...store,
    onAccount: async (call, locks, key, ...rest) => {
      const error = broken.get(key ?? '');
      if (error !== undefined) throw error;
      return await store.onAccount(call, locks, key, ...rest);
    },
    onGroup: async (call, locks, id, steps, decide) => {
      const kind = steps.length === 0 ? 'removals' : 'changes';
      if (id !== undefined && lost[kind] > 0) {
        lost[kind] -= 1;
        throw away();
      }
      return await store.onGroup(call, locks, id, steps, decide);
    },
  }));
});
beforeEach(async () => {
  broken.clear();
  Object.assign(lost, { changes: 0, removals: 0 });
  workspace = await service.workspace();
  token = (await workspace.connectionToken()).token;
  scim = scimClient(service, token);
});
afterAll(async () => await service.stop());

const off = patchOp({ op: 'replace', path: 'active', value: false });
const audit = async () => (await service.query('select action, outcome, request_id from audit_event where workspace_id = $1 order by id', [workspace.tenant.workspaceId]));

describe('a guard', () => {
  /** The same change alone and inside a bulk request, with the same client. */
  const both = async (client: Scim, path: string, method: string, data?: unknown) => {
    const alone = method === 'DELETE' ? await client.delete(path) : await client.patch(path, ...(data as { Operations: unknown[] }).Operations);
    const [inside] = await bulk(client, [{ method, path, data }]);
    return { alone: alone.body as object, status: alone.status, inside };
  };

  it.each(['DELETE', 'PATCH'])('of the last owner holds for %s', async (method) => {
    const { alone, status, inside } = await both(scim, `/Users/${workspace.ownerId}`, method, off);
    expect(status).toBe(409);
    expect(inside).toEqual({ method, location: `${service.url}/Users/${workspace.ownerId}`, status: '409', response: alone });
  });

  it.each(['DELETE', 'PATCH'])('against ending one’s own access holds for %s', async (method) => {
    const own = scimClient(service, (await workspace.personToken(workspace.ownerId)).token);
    const { alone, status, inside } = await both(own, `/Users/${workspace.ownerId}`, method, off);
    expect([status, inside?.status, inside?.response]).toEqual([403, '403', alone]);
    expect(outline(await bulk(own, [post('/Users', 'a', newUser('a@x.example')), { method, path: '/Users/bulkId:a', data: off }]))).toEqual(['201', method === 'DELETE' ? '204' : '200']);
  });

  it('of the seats seats those who come first', async () => {
    workspace = await service.workspace({ seats: 4 });
    const full = scimClient(service, (await workspace.connectionToken()).token);
    const results = await bulk(full, Array.from({ length: 6 }, (_, n) => post('/Users', `${n}`, newUser(`${n}@seats.example`))));
    expect(outline(results)).toEqual(['201', '201', '201', '403', '403', '403']);
    expect(results[5]?.response?.detail).toBe(((await full.post('/Users', newUser('5@seats.example'))).body as { detail: string }).detail);
  });

  it('sees the result of what came before it', async () => {
    const user = idOf((await bulk(scim, [post('/Users', 'a', newUser('name@x.example'))]))[0]);
    const again = post('/Users', 'b', newUser('name@x.example'));
    expect(outline(await bulk(scim, [again, { method: 'DELETE', path: `/Users/${user}` }, { ...again, bulkId: 'c' }, { ...again, bulkId: 'd' }]))).toEqual(['409 uniqueness', '204', '201', '409 uniqueness']);
  });
});

describe('an operation', () => {
  it('of a token that may only read is refused with the whole request', async () => {
    const { record } = await workspace.connectionToken('reader');
    const reader = scimClient(service, await mintToken(service.keys, tokenParties(loadSettings({})), workspace.tenant, { ...record, scopes: ['scim.read'] }));
    const answer = await reader.post('/Bulk', bulkRequest([post('/Users', 'a', newUser('a@x.example'))]));
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([403, expect.stringContaining('insufficient_scope')]);
    expect((await reader.get('/Users?count=0')).status).toBe(200);
  });

  it('of a token that is none, or none any more, is not even looked at', async () => {
    const answer = await scimClient(service, `${token}x`).post('/Bulk', bulkRequest([post('/Users', 'a', newUser('a@x.example'))]));
    expect(answer.status).toBe(401);
    await service.query('update access_token set revoked_at = now() where workspace_id = $1', [workspace.tenant.workspaceId]);
    expect((await scim.post('/Bulk', bulkRequest([post('/Users', 'a', newUser('a@x.example'))]))).status).toBe(401);
    expect((await scim.post('/Bulk', [])).status).toBe(401);
  });

  it('on another tenant’s resource finds nothing', async () => {
    const stranger = await service.workspace();
    const foreign = (await scimClient(service, (await stranger.connectionToken()).token).post('/Users', newUser('f@x.example'))).body as { id: string };
    const results = await bulk(scim, [
      { method: 'DELETE', path: `/Users/${foreign.id}` },
      post('/Groups', 'g', { displayName: 'G', members: [{ value: foreign.id }] }),
    ]);
    expect(outline(results)).toEqual(['404', '400 invalidValue']);
  });

  it('is audited as the single one, all with the id of the request', async () => {
    const body = JSON.stringify(bulkRequest([
      post('/Users', 'a', newUser('a@x.example')),
      post('/Groups', 'g', { displayName: 'G', members: [{ value: 'bulkId:a' }] }),
      { method: 'DELETE', path: `/Users/${workspace.ownerId}` },
      { method: 'DELETE', path: '/Users/bulkId:a' },
    ]));
    const before = (await audit()).length;
    const answer = await sendRequest(service.root, { method: 'POST', path: '/scim/v2/Bulk', headers: { Authorization: `Bearer ${token}`, 'X-Request-Id': 'bulk-request-1' }, body });
    expect(answer.status).toBe(200);
    const written = (await audit()).slice(before);
    expect(written.map(({ action, outcome }) => `${String(action)} ${String(outcome)}`)).toEqual(expect.arrayContaining(['team_membership_provision success', 'group_create success', 'team_membership_remove denied', 'team_membership_remove success']));
    expect(new Set(written.map((row) => row['request_id']))).toEqual(new Set(['bulk-request-1']));
  });

  it('may name the version that it is for', async () => {
    const [{ version, location } = { version: '', location: '' }] = await bulk(scim, [post('/Groups', 'g', { displayName: 'G' })]);
    const path = `/Groups/${location?.split('/').at(-1)}`;
    const rename = (name: string, expected: unknown) => ({ method: 'PATCH', path, version: expected, data: patchOp({ op: 'replace', path: 'displayName', value: name }) });
    const results = await bulk(scim, [rename('H', version), rename('I', version), rename('J', '*'), rename('K', 'W/"nonsense"'), rename('L', 1)]);
    expect(outline(results)).toEqual(['204', '412', '204', '412', '400 invalidValue']);
    expect((await scim.get(path)).body).toMatchObject({ displayName: 'J', meta: { version: results[2]?.version } });
  });

  it.each([
    ['GET', { method: 'GET', path: '/Users' }, '400 invalidValue'],
    ['no method', { path: '/Users', bulkId: 'x', data: {} }, '400 invalidValue'],
    ['POST without a bulkId', { method: 'POST', path: '/Users', data: newUser('x@x.example') }, '400 invalidValue'],
    ['POST to one resource', post('/Users/1', 'x', newUser('x@x.example')), '405'],
    ['PUT to all', { method: 'PUT', path: '/Users', data: {} }, '405'],
    ['no path', { method: 'DELETE' }, '400 invalidValue'],
    ['an unknown path', { method: 'DELETE', path: '/Nothing/1' }, '404'],
    ['a path too deep', { method: 'DELETE', path: '/Users/1/2' }, '404'],
    ['a path of a megabyte', { method: 'DELETE', path: '/a'.repeat(100_000) }, '400 invalidValue'],
    ['another server', { method: 'DELETE', path: 'https://elsewhere.example/scim/v2/Users/1' }, '404'],
    ['a prototype’s name', { method: 'DELETE', path: '/constructor/1' }, '404'],
    ['/Me', { method: 'DELETE', path: '/Me' }, '400 invalidValue'],
    ['/Bulk', post('/Bulk', 'x', bulkRequest([])), '400 invalidValue'],
    ['discovery', { method: 'DELETE', path: '/Schemas/1' }, '400 invalidValue'],
    ['a search', post('/Users/.search', 'x', {}), '400 invalidValue'],
    ['no data', { method: 'POST', path: '/Users', bulkId: 'x' }, '400 invalidSyntax'],
    ['data as text', post('/Users', 'x', '{}'), '400 invalidSyntax'],
    ['data larger than a single body may be', post('/Users', 'x', newUser('x@x.example', { title: 'x'.repeat(20_000) })), '413'],
    ['an id nobody has', { method: 'DELETE', path: '/Users/1' }, '404'],
  ])('of the wrong form (%s) is an error of its own', async (_, operation, expected) => {
    const results = await bulk(scim, [operation, post('/Users', 'good', newUser('good@x.example'))]);
    expect(outline(results)).toEqual([expected, '201']);
    expect(results[0]?.response?.detail).toMatch(/.{20}[.)]$/);
    expect(await bulk(scim, [operation])).toEqual(results.slice(0, 1));
  });

  it('that meets a fault of the server is a 500 of its own', async () => {
    broken.set('b@x.example', new Error('secret of the inside'));
    const results = await bulk(scim, ['a', 'b', 'c'].map((name) => post('/Users', name, newUser(`${name}@x.example`))));
    expect(outline(results)).toEqual(['201', '500', '201']);
    expect(JSON.stringify(results)).not.toContain('secret');
  });

  it.each([undefined, 2])('behind a lost database says that it was not begun (failOnErrors %s)', async (failOnErrors) => {
    broken.set('b@x.example', away());
    const people = ['a', 'b', 'c', 'd'].map((name, n) => post('/Users', name, newUser(`${name}@x.example`, n === 0 ? {} : { nickName: `bulkId:${'abc'[n - 1]}` })));
    const results: Result[] = await bulk(scim, people, failOnErrors === undefined ? {} : { failOnErrors });
    expect(outline(results)).toEqual(['201', '503', '503', '503'].slice(0, failOnErrors === undefined ? 4 : 3));
    expect(results.slice(2).every(({ response }) => response?.detail.includes('was not begun'))).toBe(true);
  });
});

describe('a circle that a lost database interrupts', () => {
  const circle = [
    post('/Groups', 'a', { displayName: 'A', members: [{ value: 'bulkId:b' }] }),
    post('/Groups', 'b', { displayName: 'B', members: [{ value: 'bulkId:a' }] }),
    post('/Users', 'after', newUser('after@x.example')),
  ];
  const groups = async () => ((await scim.get('/Groups')).body as { Resources: { displayName: string; meta: { location: string } }[] }).Resources ?? [];

  it('is taken back, also if that takes more than one try', async () => {
    Object.assign(lost, { changes: 1, removals: 2 });
    const results = await bulk(scim, circle, { failOnErrors: 9 });
    expect(outline(results)).toEqual(['409 invalidValue', '503', '503']);
    expect(await groups()).toEqual([]);
  });

  it('and that cannot be taken back says where it stands', async () => {
    Object.assign(lost, { changes: 1, removals: 3 });
    const results = await bulk(scim, circle, { failOnErrors: 1 });
    const [standing, ...others] = await groups();
    expect([standing?.displayName, others]).toEqual(['A', []]);
    expect(outline(results)).toEqual(['409 invalidValue', '503']);
    expect(results[0]?.response?.detail).toContain(standing?.meta.location);
  });
});

describe('the size of a request', () => {
  it('is limited for a body in chunks too, and is the one that discovery tells', async () => {
    const { body } = await scim.get('/ServiceProviderConfig');
    const { maxPayloadSize } = (body as { bulk: { maxPayloadSize: number } }).bulk;
    expect(maxPayloadSize).toBe(500_000);
    const send = async (size: number) => {
      const text = JSON.stringify(bulkRequest([{ method: 'DELETE', path: '/Users/1', data: 'x'.repeat(size - 200) }]));
      const chunks = [Buffer.from(text), Buffer.from(' '.repeat(size - text.length))];
      return await sendRequest(service.root, { method: 'POST', path: '/scim/v2/Bulk', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' }, body: chunks });
    };
    expect((await send(maxPayloadSize)).status).toBe(200);
    const refused = await send(maxPayloadSize + 1);
    expect([refused.status, (refused.json as { detail: string }).detail]).toEqual([413, expect.stringContaining('maxPayloadSize (500000)')]);
  });
});

it('nothing of all that was done by halves', async () => {
  expect(await halfDone(service.query)).toEqual([]);
});
