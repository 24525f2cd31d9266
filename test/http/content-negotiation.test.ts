// Accept and Content-Type at every address of the door: what cannot be answered is 406, what is not read is 415, and neither changes anything.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedTables, fingerprint } from '../support/fingerprint.ts';
import { sendRequest, type RawAnswer } from '../support/raw-http.ts';
import { newUser, scimClient, startForTest, type StartedServer } from '../support/started-server.ts';

let service: StartedServer;
let token: string;
let personal: string;
let user: string;
let group: string;
let names = 0;

beforeAll(async () => {
  service = await startForTest();
  const workspace = await service.workspace();
  ({ token } = await workspace.connectionToken());
  ({ token: personal } = await workspace.personToken(workspace.ownerId));
  const scim = scimClient(service, token);
  user = (await scim.post('/Users', newUser('ada@home.example'))).body.id as string;
  group = (await scim.post('/Groups', { displayName: 'Crew' })).body.id as string;
});
afterAll(async () => await service.stop());

const scimType = 'application/scim+json';
const plainType = 'application/json';
const patchBody = (path: string) => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [{ op: 'replace', path, value: 'X' }] });
const bulkBody = { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations: [{ method: 'PATCH', path: '/Users/none', data: patchBody('title') }] };
const newName = () => `n${(names += 1)}@home.example`;

/** Every address and method that answers with a body, with a good body where it takes one; `person` acts with a token of a person. */
const asked: readonly { readonly name: string; readonly path: () => string; readonly body?: () => unknown; readonly person?: boolean }[] = [
  { name: 'GET /Users', path: () => '/Users?count=1' },
  { name: 'POST /Users', path: () => '/Users', body: () => ({ userName: newName() }) },
  { name: 'GET /Users/{id}', path: () => `/Users/${user}` },
  { name: 'PUT /Users/{id}', path: () => `/Users/${user}`, body: () => ({ userName: 'ada@home.example', title: newName() }) },
  { name: 'PATCH /Users/{id}', path: () => `/Users/${user}`, body: () => patchBody('title') },
  { name: 'POST /Users/.search', path: () => '/Users/.search', body: () => ({ count: 1 }) },
  { name: 'GET /Groups', path: () => '/Groups?count=1' },
  { name: 'POST /Groups', path: () => '/Groups', body: () => ({ displayName: newName() }) },
  { name: 'GET /Groups/{id}', path: () => `/Groups/${group}` },
  { name: 'PUT /Groups/{id}', path: () => `/Groups/${group}`, body: () => ({ displayName: 'Crew' }) },
  { name: 'PATCH /Groups/{id}', path: () => `/Groups/${group}?attributes=displayName`, body: () => patchBody('externalId') },
  { name: 'POST /Groups/.search', path: () => '/Groups/.search', body: () => ({ count: 1 }) },
  { name: 'POST /.search', path: () => '/.search', body: () => ({ count: 1 }) },
  { name: 'POST /Bulk', path: () => '/Bulk', body: () => bulkBody },
  { name: 'GET /Me', path: () => '/Me', person: true },
  { name: 'PATCH /Me', path: () => '/Me', person: true, body: () => patchBody('title') },
  { name: 'GET /ServiceProviderConfig', path: () => '/ServiceProviderConfig' },
  { name: 'GET /ResourceTypes', path: () => '/ResourceTypes' },
  { name: 'GET /ResourceTypes/User', path: () => '/ResourceTypes/User' },
  { name: 'GET /Schemas', path: () => '/Schemas' },
  { name: 'GET /Schemas/{urn}', path: () => '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User' },
];

type Asked = (typeof asked)[number];

async function send({ name, path, body, person }: Asked, headers: Readonly<Record<string, string>>): Promise<RawAnswer> {
  const [method = ''] = name.split(' ');
  const sent = body === undefined ? {} : { body: JSON.stringify(body()) };
  return await sendRequest(service.root, { method, path: `/scim/v2${path()}`, headers: { Authorization: `Bearer ${person === true ? personal : token}`, ...headers }, ...sent });
}

const accepts: readonly (readonly [string, string])[] = [
  [scimType, scimType],
  [plainType, plainType],
  ['Application/JSON; charset=utf-8', plainType],
  ['*/*', scimType],
  ['application/*', scimType],
  ['application/*;q=0.1', scimType],
  [`${scimType};q=0.1, ${plainType};q=0.9`, scimType],
  [`${scimType};q=0, */*`, plainType],
  [`text/html, ${plainType};q=0.001`, plainType],
  ['', scimType],
];
const unacceptable = ['text/html', 'application/xml', `${scimType};q=0`, `${scimType};q=0, ${plainType};q=0, */*`, '*/*;q=0', 'application/*;q=0', 'text/*', 'nonsense'];
const readable = [scimType, plainType, 'APPLICATION/SCIM+JSON', `${scimType}; charset=utf-8`, `${plainType};charset="UTF-8"`, `${plainType}; charset=us-ascii; v=1`, ''];
const unreadable = ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/json', `${plainType}; charset=utf-16`, `${plainType}; charset=iso-8859-1`, '*/*'];

describe.each(asked)('$name', (one) => {
  it('answers in what is accepted', async () => {
    for (const [accept, type] of accepts) {
      const { status, headers, text } = await send(one, { Accept: accept, 'Content-Type': scimType });
      expect([accept, status < 300, headers['content-type']], text).toEqual([accept, true, type]);
    }
    const { headers } = await send(one, {});
    expect([headers['content-type'], headers['vary']]).toEqual([scimType, 'Accept, Accept-Encoding']);
  });

  it('is 406 where nothing is, and does nothing', async () => {
    const stood = await fingerprint(service);
    for (const accept of unacceptable) {
      const { status, headers, json } = await send(one, { Accept: accept, 'Content-Type': scimType });
      expect([accept, status, headers['x-problem-code'], headers['content-type'], (json as { status: string }).status]).toEqual([accept, 406, 'not-acceptable', scimType, '406']);
    }
    const { status, headers } = await send(one, { 'Accept-Encoding': 'identity;q=0, deflate', 'Content-Type': scimType });
    expect([status, headers['content-encoding']]).toEqual([406, undefined]);
    expect(changedTables(stood, await fingerprint(service))).toEqual([]);
  });
});

describe.each(asked.filter(({ body }) => body !== undefined))('the body of $name', (one) => {
  it('is read as SCIM or plain JSON in UTF-8, and without a type', async () => {
    for (const type of readable) {
      const { status, text } = await send(one, { 'Content-Type': type });
      expect([type, status < 300], text).toEqual([type, true]);
    }
    expect((await send(one, {})).status).toBeLessThan(300);
  });

  it('is 415 as anything else or compressed, and does nothing', async () => {
    const stood = await fingerprint(service);
    for (const type of unreadable) {
      const { status, headers } = await send(one, { 'Content-Type': type });
      expect([type, status, headers['x-problem-code']]).toEqual([type, 415, 'unsupported-media-type']);
    }
    for (const coding of ['gzip', 'br', 'deflate', 'identity, gzip', 'x']) expect([coding, (await send(one, { 'Content-Type': scimType, 'Content-Encoding': coding })).status]).toEqual([coding, 415]);
    expect(changedTables(stood, await fingerprint(service))).toEqual([]);
  });
});

describe('what has no body to show', () => {
  it('asks for no media type', async () => {
    const scim = scimClient(service, token);
    const { id } = (await scim.post('/Users', newUser(newName()))).body as { id: string };
    expect((await scim.delete(`/Users/${id}`).set('Accept', 'text/html').set('Content-Type', 'text/plain')).status).toBe(204);
    expect((await sendRequest(service.root, { method: 'OPTIONS', path: '/scim/v2/Users', headers: { Authorization: `Bearer ${token}`, Accept: 'text/html' } })).status).toBe(204);
    expect((await scim.get('/Users').set('Content-Type', 'text/plain')).status).toBe(200);
  });

  it('shows an error to whoever accepts none of it', async () => {
    const { status, headers } = await sendRequest(service.root, { path: '/scim/v2/Nonsense', headers: { Authorization: `Bearer ${token}`, Accept: 'text/html' } });
    expect([status, headers['content-type']]).toEqual([404, scimType]);
    const plain = await sendRequest(service.root, { path: '/scim/v2/Nonsense', headers: { Authorization: `Bearer ${token}`, Accept: plainType } });
    expect([plain.status, plain.headers['content-type']]).toEqual([404, plainType]);
  });
});
