// What the description says is what the server does: its examples are accepted, its answers fit, and no other answers are given.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setConnectionPaused } from '../../src/domain/commands/credentials.ts';
import { exampleId } from '../../src/http/scim/openapi/examples.ts';
import { scimPath } from '../../src/http/scim/endpoint.ts';
import { deviceUrn, withExamples } from '../support/example-schemas.ts';
import { sendRequest } from '../support/raw-http.ts';
import { startForTest, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { converse, follow, partIn, type Conversation, type Part } from './openapi-described.ts';

let server: StartedServer;
let workspace: TestWorkspace;
let document: Part;
let talk: Conversation;
let person: string;

beforeAll(async () => {
  server = await startForTest(withExamples);
  workspace = await server.workspace({ seats: 50 });
  document = (await sendRequest(server.root, { path: '/openapi/scim.json' })).json as Part;
  talk = converse(document, server.root, (await workspace.connectionToken()).token);
  person = (await workspace.personToken(workspace.ownerId)).token;
});
afterAll(async () => {
  talk.end();
  await server.stop();
});

function exampleOf(path: string, method: string): unknown {
  return partIn(document, 'paths', path, method, 'requestBody', 'content', 'application/scim+json')['example'];
}

/** An example with ids that exist. */
function withId(example: unknown, id: string): unknown {
  return JSON.parse(JSON.stringify(example).replaceAll(exampleId, id));
}

const idOf = (answer: { readonly json: unknown }) => String((answer.json as Part)['id']);
const someone = (userName: string) => ({ userName });

describe('each resource type', () => {
  it.each(['/Users', '/Groups', '/Devices'])('takes its examples and answers as described: %s', async (path) => {
    const { id: member } = (await talk.send('POST', '/Users', { body: someone(`member-of${path.slice(1)}@acme.example`) })).json as { id: string };
    const created = await talk.send('POST', path, { body: withId(exampleOf(path, 'post'), member) });
    expect(created.status).toBe(201);
    const one = `${path}/${idOf(created)}`;
    const shown = partIn(document, 'paths', `${path}/{id}`, 'get', 'responses', '200', 'content', 'application/scim+json', 'example');
    expect(Object.keys(created.json as Part).toSorted()).toEqual(Object.keys(shown).toSorted());
    expect((created.json as Part)['schemas']).toEqual(shown['schemas']);

    const etag = String(created.headers['etag']);
    expect((await talk.send('GET', one)).status).toBe(200);
    expect((await talk.send('HEAD', one)).status).toBe(200);
    expect((await talk.send('OPTIONS', one)).status).toBe(204);
    expect((await talk.send('GET', one, { headers: { 'If-None-Match': etag } })).status).toBe(304);
    expect((await talk.send('GET', `${one}?attributes=schemas`)).status).toBe(200);
    expect((await talk.send('PUT', one, { body: withId(exampleOf(`${path}/{id}`, 'put'), member) })).status).toBe(200);
    expect((await talk.send('PATCH', one, { body: withId(exampleOf(`${path}/{id}`, 'patch'), member) })).status).toBe(path === '/Groups' ? 204 : 200);
    expect((await talk.send('PATCH', `${one}?attributes=meta`, { body: withId(exampleOf(`${path}/{id}`, 'patch'), member) })).status).toBe(200);
    expect((await talk.send('GET', one)).status).toBe(200);
    expect((await talk.send('GET', `${path}?cursor=&count=1`)).status).toBe(200);
    expect((await talk.send('GET', `${path}?count=1&sortBy=externalId&sortOrder=descending`)).status).toBe(200);
    expect((await talk.send('HEAD', path)).status).toBe(200);
    expect((await talk.send('POST', `${path}/.search`, { body: exampleOf(`${path}/.search`, 'post') })).status).toBe(200);
    for (const address of [path, `${path}/.search`]) expect((await talk.send('OPTIONS', address)).status).toBe(204);

    expect((await talk.send('DELETE', one, { headers: { 'If-Match': 'W/"99"' } })).status).toBe(412);
    expect((await talk.send('DELETE', one, { headers: { 'X-Usher-Dry-Run': 'perhaps' } })).status).toBe(400);
    expect((await talk.send('DELETE', one, { headers: { 'X-Usher-Dry-Run': 'true' } })).status).toBe(204);
    expect((await talk.send('PUT', one, { body: exampleOf(`${path}/{id}`, 'put'), headers: { 'If-Match': 'W/"99"' } })).status).toBe(412);
    expect((await talk.send('DELETE', one)).status).toBe(204);
    for (const method of ['GET', 'HEAD', 'DELETE']) expect((await talk.send(method, one)).status).toBe(404);
  });

  it.each(['/Users', '/Groups', '/Devices'])('refuses as described: %s', async (path) => {
    const unknown = `${path}/${exampleId}`;
    const body = exampleOf(path, 'post');
    expect((await talk.send('GET', `${path}?filter=nothing%20eq`)).status).toBe(400);
    expect((await talk.send('GET', path, { token: 'x' })).status).toBe(401);
    expect((await talk.send('GET', path, { headers: { Accept: 'text/html' } })).status).toBe(406);
    expect((await talk.send('POST', path, { body: '{' })).status).toBe(400);
    expect((await talk.send('POST', path, { body, headers: { 'Content-Type': 'text/plain' } })).status).toBe(415);
    expect((await talk.send('POST', path, { body: ' '.repeat(17_000_000) })).status).toBe(413);
    expect((await talk.send('PUT', unknown, { body })).status).toBe(404);
    expect((await talk.send('PATCH', unknown, { body: exampleOf('/Devices/{id}', 'patch') })).status).toBe(404);
    expect((await talk.send('PATCH', unknown, { body: {} })).status).toBe(400);
    expect((await talk.send('POST', `${path}/.search`, { body: { cursor: 'x' } })).status).toBe(400);
  });

  it('says in errors what their examples say', async () => {
    const body = { userName: 'ada@acme.example' };
    const ada = `/Users/${idOf(await talk.send('POST', '/Users', { body }))}`;
    const full = await server.workspace({ organization: 'Acme', seats: 2 });
    const { token } = await full.connectionToken();
    await talk.send('POST', '/Users', { body: someone('last@acme.example'), token });
    const answers = [
      await talk.send('GET', '/Users?filter=mail%20eq%20%22x%22'),
      await talk.send('GET', '/Users', { headers: { Authorization: '' } }),
      await talk.send('POST', '/Users', { body, token }),
      await talk.send('GET', `/Users/${exampleId}`),
      await talk.send('GET', '/Users', { headers: { Accept: 'text/html' } }),
      await talk.send('POST', '/Users', { body }),
      await talk.send('DELETE', ada, { headers: { 'If-Match': 'W/"99"' } }),
      await talk.send('POST', '/Users', { body: ' '.repeat(2_000_000) }),
      await talk.send('POST', '/Users', { body, headers: { 'Content-Type': 'text/plain' } }),
    ];
    const examples = new Map(Object.values(partIn(document, 'components', 'responses')).map((response) => partIn(response, 'content', 'application/scim+json', 'example')).map((example) => [example['status'], example]));
    expect(answers.map(({ json }) => json)).toEqual(answers.map(({ status }) => examples.get(String(status))));
    expect(new Set(answers.map(({ status }) => status)).size).toBe(9);
    expect((await talk.send('DELETE', ada)).status).toBe(204);
  });

  it('refuses what is taken', async () => {
    for (const [path, body] of [['/Users', someone('twice@acme.example')], ['/Groups', { displayName: 'Twice' }], ['/Devices', { schemas: [deviceUrn], displayName: 'Twice', serialNumber: 'SN-twice' }]] as const) {
      const first = await talk.send('POST', path, { body });
      expect((await talk.send('POST', path, { body })).status).toBe(409);
      expect((await talk.send('DELETE', `${path}/${idOf(first)}`)).status).toBe(204);
    }
    expect((await talk.send('DELETE', `/Users/${workspace.ownerId}`)).status).toBe(409);
  });
});

describe('everything else', () => {
  it('lists all types together', async () => {
    expect((await talk.send('GET', '/?count=3')).status).toBe(200);
    expect((await talk.send('HEAD', '/')).status).toBe(200);
    expect((await talk.send('POST', '/.search', { body: exampleOf('/.search', 'post') })).status).toBe(200);
    expect((await talk.send('POST', '/.search', { body: { filter: 'x' } })).status).toBe(400);
    for (const path of ['/', '/.search']) expect((await talk.send('OPTIONS', path)).status).toBe(204);
  });

  it('does bulk requests', async () => {
    const done = await talk.send('POST', '/Bulk', { body: exampleOf('/Bulk', 'post') });
    expect(partIn(done.json, 'Operations')).toMatchObject([{ status: '201' }, { status: '201' }]);
    const failed = [
      { method: 'DELETE', path: `/Users/${exampleId}` },
      { method: 'GET', path: '/Users' },
      { method: 'POST', path: '/Users', bulkId: 'a', data: { userName: 'bulk@acme.example', manager: 1 } },
      { method: 'PATCH', path: `/Groups/${exampleId}`, version: 'W/"1"', data: { Operations: [{ op: 'add', path: 'displayName', value: 'x' }] } },
    ];
    expect((await talk.send('POST', '/Bulk', { body: { Operations: failed } })).status).toBe(200);
    expect((await talk.send('POST', '/Bulk', { body: { Operations: [] } })).status).toBe(400);
    const many = Array.from({ length: 1_001 }, () => failed[0]);
    expect((await talk.send('POST', '/Bulk', { body: { Operations: many } })).status).toBe(413);
    expect((await talk.send('OPTIONS', '/Bulk')).status).toBe(204);
  });

  it('knows a person as Me', async () => {
    const mine = await talk.send('GET', '/Me', { token: person });
    expect([mine.status, idOf(mine)]).toEqual([200, workspace.ownerId]);
    const { userName } = mine.json as { userName: string };
    expect((await talk.send('HEAD', '/Me', { token: person })).status).toBe(200);
    expect((await talk.send('OPTIONS', '/Me', { token: person })).status).toBe(204);
    expect((await talk.send('GET', '/Me', { token: person, headers: { 'If-None-Match': '*' } })).status).toBe(304);
    expect((await talk.send('PUT', '/Me', { token: person, body: { userName, title: 'Owner' } })).status).toBe(200);
    expect((await talk.send('PATCH', '/Me', { token: person, body: { Operations: [{ op: 'remove', path: 'title' }] } })).status).toBe(200);
    expect((await talk.send('DELETE', '/Me', { token: person })).status).toBe(403);
    expect((await talk.send('GET', '/Me')).status).toBe(404);
  });

  it('says which scope or permission is missing', async () => {
    const member = idOf(await talk.send('POST', '/Users', { body: someone('plain@acme.example') }));
    const { token } = await workspace.personToken(member);
    const refused = await talk.send('POST', '/Users', { token, body: someone('other@acme.example') });
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([403, expect.stringContaining('insufficient_scope')]);
    expect((await talk.send('DELETE', `/Users/${workspace.ownerId}`, { token })).status).toBe(404);
    const bulk = await talk.send('POST', '/Bulk', { token, body: exampleOf('/Bulk', 'post') });
    expect([bulk.status, partIn(bulk.json, 'Operations')]).toMatchObject([200, [{ status: '403' }]]);
  });

  it('describes itself', async () => {
    const config = await talk.send('GET', '/ServiceProviderConfig');
    const limit = partIn(document, 'components', 'schemas', 'BulkRequest', 'properties', 'Operations')['maxItems'];
    expect(partIn(config.json, 'bulk')['maxOperations']).toBe(limit);
    for (const [path, name] of [['/ResourceTypes', 'Device'], ['/Schemas', deviceUrn]] as const) {
      for (const address of [path, `${path}/${name}`]) {
        for (const method of ['GET', 'HEAD']) expect((await talk.send(method, address)).status).toBe(200);
        expect((await talk.send('OPTIONS', address)).status).toBe(204);
      }
      expect((await talk.send('GET', `${path}/none`)).status).toBe(404);
      expect((await talk.send('GET', `${path}?filter=id%20pr`)).status).toBe(403);
      expect((await talk.send('GET', `${path}?count=1&count=2`)).status).toBe(400);
    }
    for (const method of ['HEAD', 'OPTIONS']) expect((await talk.send(method, '/ServiceProviderConfig')).status).toBeLessThan(300);
  });

  it('knows at each address the methods that are described and no others', async () => {
    const { token } = await workspace.connectionToken('methods');
    for (const [path, item] of Object.entries(partIn(document, 'paths'))) {
      const address = `${scimPath}${path.replaceAll(/\{\w+\}/gu, exampleId)}`;
      const { status, headers } = await sendRequest(server.root, { method: 'TRACE', path: address, headers: { Authorization: `Bearer ${token}` } });
      expect([status, String(headers['allow']).toLowerCase().split(', ').toSorted()], path).toEqual([405, Object.keys(item as Part).toSorted()]);
    }
  });
});

it('refuses every operation to those who may not ask, and to those who could not read the answer', async () => {
  const { token } = await workspace.connectionToken('paused');
  await setConnectionPaused(server.ports.store, workspace.operator, 'paused', true);
  for (const [path, item] of Object.entries(partIn(document, 'paths'))) {
    const address = path.replaceAll(/\{\w+\}/gu, exampleId);
    for (const method of Object.keys(item as Part).map((name) => name.toUpperCase())) {
      const body = ['POST', 'PUT', 'PATCH'].includes(method) ? exampleOf(path, method.toLowerCase()) : undefined;
      expect((await talk.send(method, address, { body, headers: { Authorization: '' } })).status).toBe(401);
      expect((await talk.send(method, address, { body, headers: { 'Accept-Encoding': 'identity;q=0' } })).status).toBe(406);
      if (!path.startsWith('/Me')) expect((await talk.send(method, address, { body, token })).status, `${method} ${path}`).toBe(403);
    }
  }
});

it('holds further departures by a connection whose breaker is tripped', async () => {
  const { token, record } = await workspace.connectionToken('held');
  await server.query(`update idp_connection set policy = '{"breaker": {"mode": "hold"}}', tripped_at = now() where id = $1`, [record.connectionId]);
  const id = idOf(await talk.send('POST', '/Users', { body: someone('held@acme.example') }));
  expect((await talk.send('PUT', `/Users/${id}`, { token, body: { ...someone('held@acme.example'), active: false } })).status).toBe(429);
  expect((await talk.send('PATCH', `/Users/${id}`, { token, body: { Operations: [{ op: 'replace', path: 'active', value: false }] } })).status).toBe(429);
  expect((await talk.send('DELETE', `/Users/${id}`, { token })).status).toBe(429);
});

it('refuses bodies and parameters that cannot be read, wherever there are some', async () => {
  for (const [path, item] of Object.entries(partIn(document, 'paths'))) {
    const token = path === '/Me' ? person : undefined;
    const address = path.replaceAll(/\{\w+\}/gu, path.startsWith('/Users') ? workspace.ownerId : exampleId);
    for (const method of Object.keys(item as Part).map((name) => name.toUpperCase())) {
      if (method === 'GET') expect((await talk.send(method, `${address}?count=1&count=2`, { token })).status).toBe(400);
      if (!['POST', 'PUT', 'PATCH'].includes(method)) continue;
      expect((await talk.send(method, address, { token, body: '{' })).status).toBe(400);
      expect((await talk.send(method, address, { token, body: ' '.repeat(17_000_000) })).status).toBe(413);
      expect((await talk.send(method, address, { token, body: '{}', headers: { 'Content-Type': 'text/plain' } })).status).toBe(415);
    }
  }
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
    const body = { PUT: { userName: 'me@acme.example' }, PATCH: exampleOf('/Users/{id}', 'patch') }[method];
    expect((await talk.send(method, '/Me', { body })).status).toBe(404);
    expect((await talk.send(method, '/Me', { token: person, body, headers: { 'If-Match': 'W/"99"' } })).status).toBe(method === 'DELETE' ? 403 : 412);
  }
});

it('has had every answer that is described', () => {
  const operations = Object.values(partIn(document, 'paths')).flatMap((item) => Object.values(item as Part) as Part[]);
  // Faults, a database that is away, and conflicts by each verb are the business of other tests; HEAD does what GET does.
  const wanted = (operation: Part) => Object.keys(partIn(operation, 'responses')).filter((status) => !['409', '412', '500', '503', 'default'].includes(status));
  const unseen = operations.flatMap((operation) => wanted(operation).map((status) => `${String(operation['operationId'])} ${status}`)).filter((one) => !talk.seen.has(one));
  expect(operations.length).toBeGreaterThan(60);
  expect(unseen.filter((one) => !/Head 304$|Me(Options)? 403$/u.test(one))).toEqual([]);
  expect(follow(document, { $ref: '#/components/schemas/Error' })['type']).toBe('object');
});
