// What the door of the team makes of requests that are wrong in themselves: tokens, scopes, addresses, methods, media types, bodies, parameters.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../../config/settings.ts';
import { tokenParties } from '../../../src/cli/own-issuer.ts';
import { composeStarting } from '../../../src/compose.ts';
import type { Scope } from '../../../src/domain/model/caller.ts';
import { mintToken } from '../../../src/http/auth/mint-token.ts';
import { createLogger } from '../../../src/http/log.ts';
import { adminRoutes, type AdminDoorOptions } from '../../../src/http/admin/admin-routes.ts';
import { createCursorSeal } from '../../../src/scim/cursor-seal.ts';
import { changedTables, fingerprint } from '../../support/fingerprint.ts';
import { sendRequest } from '../../support/raw-http.ts';
import { scimClient, startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { testApp } from '../test-app.ts';
import { expectProblem, person, recordFor, teamClient, type ListBody, type ProblemBody, type Team } from './team.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Team;
let id: string;

beforeAll(async () => {
  service = await startForTest({ BODY_LIMIT_BYTES: '2000' });
  workspace = await service.workspace();
  owner = teamClient(service, (await workspace.personToken(workspace.ownerId)).token);
  id = await person(service, workspace);
});
afterAll(async () => await service.stop());

const scoped = async (...scopes: Scope[]): Promise<string> =>
  await mintToken(service.keys, tokenParties(loadSettings({})), workspace.tenant, { ...(await recordFor(service, workspace, workspace.ownerId)), scopes });

const everything: readonly (readonly [method: string, path: string, body: unknown])[] = [
  ['GET', '', undefined],
  ['GET', '/ID', undefined],
  ['PATCH', '/ID', { role: 'member' }],
  ['DELETE', '/ID', undefined],
  ['POST', '/ID/deactivate', undefined],
  ['POST', '/ID/reactivate', undefined],
];

describe.each(everything)('%s %s', (method, path, body) => {
  const at = () => path.replace('ID', id);

  it('wants a token', async () => {
    const none = await sendRequest(service.root, { method, path: `/api/v1/team/members${at()}` });
    expectProblem(none, { status: 401, code: 'credential-invalid' });
    expect(none.headers['www-authenticate']).toBe('Bearer realm="usher"');
    const bad = await teamClient(service, 'a.b.c').send(method, at(), body);
    expectProblem(bad, { status: 401, code: 'credential-invalid' });
    expect(bad.headers['www-authenticate']).toContain('error="invalid_token"');
  });

  it('is not for connections, which are told so, nor for revoked tokens', async () => {
    const { token, record } = await workspace.connectionToken(`at ${method} ${path}`);
    const refused = await teamClient(service, token).send(method, at(), body);
    expectProblem(refused, { status: 403, code: 'permission-denied', says: /connection.*SCIM only.*token of a person/ });
    expect(refused.headers['www-authenticate']).toContain('insufficient_scope');
    expect((await scimClient(service, token).get('/Users?count=0')).status).toBe(200);
    await service.query('update access_token set revoked_at = now() where id = $1', [record.id]);
    expectProblem(await teamClient(service, token).send(method, at(), body), { status: 401, code: 'credential-invalid' });
  });

  it('wants the scope of this door', async () => {
    const wanted = method === 'GET' ? 'admin.read' : 'admin.write';
    const before = await fingerprint(service);
    for (const scopes of [['scim.read', 'scim.write'], [wanted === 'admin.read' ? 'admin.write' : 'admin.read']] as const) {
      const refused = await teamClient(service, await scoped(...scopes)).send(method, at(), body);
      expectProblem(refused, { status: 403, code: 'permission-denied', says: new RegExp(`lacks the scope ${wanted}`) });
    }
    expect(changedTables(before, await fingerprint(service)).filter((table) => !/^(access_token|audit|outbox)/.test(table))).toEqual([]);
  });

  it('answers JSON or nothing', async () => {
    for (const accept of ['text/html', 'application/scim+json', 'application/json;q=0']) {
      expectProblem(await owner.send(method, at(), body, { Accept: accept }), { status: 406, code: 'not-acceptable', says: /Allow application\/json\./ });
    }
    if (method === 'GET') expect((await owner.send(method, at(), body, { Accept: 'text/html, application/*;q=0.1' })).status).toBe(200);
  });
});

it('a token for this door alone opens no other', async () => {
  const token = await scoped('admin.read', 'admin.write');
  expect([(await teamClient(service, token).send('GET', '')).status, (await scimClient(service, token).get('/Users')).status]).toEqual([200, 403]);
});

describe('an address', () => {
  it.each(['/api/v1', '/api/v1/', '/api/v1/team', '/api/v1/team/members/ID/x', '/api/v1/team/members/ID/deactivate/x', '/api/v1/team/Members', '/api/v1/__proto__', '/api/v1/team/members%2FID', '/api/v1/team/members/ID%2Fdeactivate'])('%s has nothing', async (path) => {
    const { token } = await workspace.personToken(workspace.ownerId);
    expectProblem(await sendRequest(service.root, { path: path.replace('ID', id), headers: { Authorization: `Bearer ${token}` } }), { status: 404, code: 'not-found' });
  });

  it.each(['1', 'x'.repeat(500), '%00', '%FF', ':id', '00000000-0000-4000-8000-000000000000'])('of a member who is none (%s) is 404', async (wrong) => {
    for (const [method, rest, body] of [['GET', ''], ['PATCH', '', { role: 'member' }], ['DELETE', ''], ['POST', '/deactivate']] as const) {
      expectProblem(await owner.send(method, `/${wrong}${rest}`, body), { status: 404, code: 'not-found' });
    }
  });

  it('may end in a slash, and be written in capitals', async () => {
    expect([(await owner.send('GET', '/')).status, (await owner.send('GET', `/${id.toUpperCase()}/`)).status]).toEqual([200, 200]);
  });

  it.each([
    ['', 'GET, HEAD, OPTIONS', ['POST', 'PUT', 'PATCH', 'DELETE']],
    ['/ID', 'GET, HEAD, PATCH, DELETE, OPTIONS', ['POST', 'PUT']],
    ['/ID/deactivate', 'POST, OPTIONS', ['GET', 'HEAD', 'PUT', 'DELETE']],
  ])('%s knows %s', async (path, allow, others) => {
    const at = path.replace('ID', id);
    const options = await owner.send('OPTIONS', at);
    expect([options.status, options.headers['allow']]).toEqual([204, allow]);
    for (const method of others) {
      const refused = await owner.send(method, at, {});
      expect([refused.status, refused.headers['allow']]).toEqual([405, allow]);
      if (method !== 'HEAD') expectProblem(refused, { status: 405, code: 'method-not-allowed' });
    }
  });
});

describe('a body', () => {
  it.each([
    ['an unknown member', { reason: 'x', notify: true }, 400, 'invalidValue', /"notify", which is not known here \(known: reason, [\w, ]+\)/],
    ['several of them', { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 }, 400, 'invalidValue', /"a", "b", "c", "d", "e" and 1 more, which are not known/],
    ['a reason that is no text', { reason: 7 }, 400, 'invalidValue', /"reason" must be a string/],
    ['null', { reason: null }, 400, 'invalidValue', /"reason" must be a string/],
    ['an empty reason', { reason: '  ' }, 400, 'invalidValue', /"reason" must not be empty/],
    ['a long one', { reason: 'x'.repeat(1_001) }, 400, 'invalidValue', /at most 1000 characters/],
    ['several lines', { reason: 'a\nb' }, 400, 'invalidValue', /one line/],
    ['two faults', { reason: 7, more: 1 }, 400, 'invalidValue', /"reason" must be a string\..*"more"|"more".*"reason" must be a string/],
    ['a list', [], 400, 'invalidValue', /must be a JSON object/],
    ['a text', '"x"', 400, 'invalidValue', /must be a JSON object/],
    ['no JSON', '{', 400, 'invalidSyntax', /./],
    ['a prototype', '{"__proto__":{}}', 400, 'invalidSyntax', /./],
    ['a key twice', '{"reason":"a","reason":"b"}', 400, 'invalidSyntax', /./],
    ['too much', { reason: 'x', more: 'x'.repeat(2_000) }, 413, 'payload-too-large', /2000 bytes/],
  ] as const)('with %s is refused', async (_, body, status, code, says) => {
    const before = await fingerprint(service);
    for (const [method, path] of [['DELETE', ''], ['POST', '/deactivate'], ['POST', '/reactivate']] as const) expectProblem(await owner.send(method, `/${id}${path}`, body), { status, code, says });
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
  });

  it.each([
    [undefined, /"role" must be the key of a role/],
    [{}, /"role" must be the key of a role/],
    [{ role: 'Boss' }, /"role" must be the key of a role/],
    [{ role: ['admin'] }, /"role" must be the key of a role/],
    [{ role: 'admin', status: 'active' }, /"status", which is not known here \(known: role, previewToken\)/],
  ])('of a change of role (%j) is refused', async (body, says) => {
    expectProblem(await owner.send('PATCH', `/${id}`, body), { status: 400, code: 'invalidValue', says });
  });

  it.each(['text/plain', 'application/scim+json', 'application/json; charset=latin1', 'application/merge-patch+json'])('of the type %s is not read', async (type) => {
    expectProblem(await owner.send('PATCH', `/${id}`, { role: 'member' }, { 'Content-Type': type }), { status: 415, code: 'unsupported-media-type', says: /Send application\/json, in UTF-8/ });
  });

  it('may be in chunks, and is not read compressed', async () => {
    const { token } = await workspace.personToken(workspace.ownerId);
    const send = async (body: readonly Uint8Array[], headers = {}) =>
      await sendRequest(service.root, { method: 'PATCH', path: `/api/v1/team/members/${id}`, headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers }, body });
    expect((await send([Buffer.from('{"role":'), Buffer.from('"member"}')])).status).toBe(200);
    expectProblem(await send([Buffer.alloc(3_000, ' ')]), { status: 413, code: 'payload-too-large' });
    expectProblem(await send([Buffer.from('{}')], { 'Content-Encoding': 'gzip' }), { status: 415, code: 'unsupported-media-type' });
  });
});

describe('a parameter', () => {
  it.each([
    ['?hideDeactived=true', /"hideDeactived", which is not known here \(known: q, status, role, group/],
    ['?__proto__=1', /"__proto__"/],
    ['?status=gone', /"status" must be one of invited, active, deactivated/],
    ['?role=Boss', /"role" must be the key of a role/],
    ['?group=Sales', /"group" must be the id of a group/],
    ['?managed=yes', /"managed" must be true or false/],
    ['?hideDeactivated', /"hideDeactivated" must be true or false/],
    ['?sort=email', /"sort" must be one of name, userName, createdAt, lastLoginAt, with a -/],
    ['?sort=--name', /"sort" must be/],
    ['?limit=0', /"limit" must be a whole number from 1 to 200/],
    ['?limit=201', /"limit" must be/],
    ['?limit=1.5', /"limit" must be/],
    ['?q=', /"q" must not be empty/],
    [`?q=${'x'.repeat(201)}`, /"q" must have at most 200 characters/],
    ['?q=%00', /"q" must not hold the character NUL/],
    ['?q=%FF', /percent-encoded/],
    ['?q=a&q=b', /"q" more than once/],
    ['?status=gone&limit=0', /"status" must .*"limit" must /],
  ])('%s is refused', async (query, says) => {
    expectProblem(await owner.send('GET', query), { status: 400, code: 'invalidValue', says });
  });

  it('is not known where there are none', async () => {
    for (const [method, path, body] of everything.slice(1)) expectProblem(await owner.send(method, `${path.replace('ID', id)}?reason=x`, body), { status: 400, code: 'invalidValue', says: /"reason", which is not known here( \(known: \w+(, \w+)*\))?\./ });
  });

  it('of a cursor that is none is refused', async () => {
    for (const cursor of ['x', 'A'.repeat(8_000), '%20']) expectProblem(await owner.send('GET', `?cursor=${cursor}`), { status: 400, code: 'invalidCursor' });
    expectProblem(await owner.send('GET', '?cursor='), { status: 400, code: 'invalidValue' });
  });
});

it('a list has a page of 50 unless another size is asked for', async () => {
  const body = (await owner.send('GET', '?limit=200')).json as ListBody;
  expect(body).toEqual({ total: 2, items: expect.any(Array), nextCursor: null, previousCursor: null });
});

it('the log has the template of the address, and neither ids nor what was searched', async () => {
  const { ports, keys } = service;
  const { createVerifier } = await import('../../../src/http/auth/verify-token.ts');
  const verify = createVerifier({ keys, ...tokenParties(loadSettings({})) });
  const door = adminRoutes({ verify, store: ports.store, reads: ports.reads, team: ports.team, seal: createCursorSeal([Buffer.alloc(32, 1)]), limitBytes: 1_000 } as unknown as AdminDoorOptions);
  const { app, log, lines } = await testApp(undefined, { doors: [{ path: '/api/v1', app: door }] });
  const { token } = await workspace.personToken(workspace.ownerId);
  const ask = async (path: string, method = 'GET') => (await app.request(`https://scim.example/api/v1/team/members${path}`, { method, headers: { Authorization: `Bearer ${token}` } })).status;
  expect([await ask('?q=private.name'), await ask(`/${id}`), await ask(`/${id}/deactivate`, 'POST')]).toEqual([200, 200, 200]);
  expect(log().map(({ path, tenantId }) => [path, tenantId])).toEqual(['', '/:id', '/:id/deactivate'].map((path) => [`/api/v1/team/members${path}`, workspace.tenant.workspaceId]));
  expect(lines.join('')).not.toMatch(new RegExp(`private|${id}`));
});

it('while the server starts, everybody may come again', async () => {
  const starting = composeStarting(loadSettings({}), await createLogger({ level: 'silent', pretty: false }));
  const answer = await starting.fetch(new Request('http://127.0.0.1/api/v1/team/members'));
  expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('content-type'), ((await answer.json()) as ProblemBody).code]).toEqual([503, '5', 'application/problem+json', 'unavailable']);
});
