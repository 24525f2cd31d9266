// Segments of dots never climb, however they are spelled: over the wire, where no client mends the address.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepDotSegments } from '../../src/http/dot-segments.ts';
import { sendRequest } from '../support/raw-http.ts';
import { newUser, scimClient, startForTest, type StartedServer } from '../support/started-server.ts';

let service: StartedServer;
let token: string;
let user: string;

beforeAll(async () => {
  service = await startForTest();
  ({ token } = await (await service.workspace()).connectionToken());
  user = (await scimClient(service, token).post('/Users', newUser('ada@home.example'))).body.id as string;
});
afterAll(async () => await service.stop());

const send = async (path: string, headers: Readonly<Record<string, string>> = { Authorization: `Bearer ${token}` }, method = 'GET') => await sendRequest(service.root, { method, path, headers });

it.each([
  ['/scim/v2/Users/..'],
  ['/scim/v2/Users/%2E%2E'],
  ['/scim/v2/Users/%2e%2e/'],
  ['/scim/v2/Users/.%2e?count=1'],
  ['/scim/v2/Users/%2E.'],
  ['/scim/v2/Users/.'],
  ['/scim/v2/Users/%2e'],
  ['/scim/v2/./Users'],
  ['/scim/v2/Groups/../Users'],
  ['/scim/v2/Groups/%2e%2e/Users'],
  ['/scim/v2/nothing/../Users/../Users'],
  ['/scim/v2/Schemas/..'],
  ['/scim/v2/../../healthz'],
  ['/scim/v2/%2e%2e/%2e%2e/healthz'],
  ['/healthz/../scim/v2/Users'],
  ['/scim/%2E/v2/Users'],
  ['/../scim/v2/Users'],
  ['/scim/v2/Users/%2e%2e%2fUsers'],
  ['/scim/v2/Users/...'],
  ['/scim/v2/Users/%252e%252e'],
])('%s is nothing', async (path) => {
  const { status, headers, json } = await send(path);
  expect([status, headers['x-problem-code'], json]).toEqual([404, 'not-found', expect.objectContaining({ status: '404' })]);
});

it('nor anything in the absolute form', async () => {
  const { status } = await send(`${service.url}/Users/%2E%2E/Groups`);
  expect(status).toBe(404);
});

it('nor a way to change or to create', async () => {
  for (const method of ['DELETE', 'PATCH', 'PUT', 'POST']) expect([404, 405]).toContain((await send(`/scim/v2/Groups/%2e%2e/Users/${user}`, undefined, method)).status);
  expect((await send(`/scim/v2/Users/${user}`)).status).toBe(200);
});

it('who asks still comes first', async () => {
  for (const path of ['/scim/v2/Users/%2E%2E', '/scim/v2/../../etc/passwd']) expect((await send(path, {})).status).toBe(401);
});

it.each([
  ['/scim/v2/Users?filter=userName%20eq%20%22/../x%22&x=/%2e%2e/'],
  [`/scim/v2/Users?attributes=/./`],
])('%s has its dots in the query', async (path) => {
  expect((await send(path)).status).toBe(200);
});

it('leaves every other address as it is', () => {
  for (const target of ['', '*', '/', '/a.b/..c/c../.well-known/jwks.json', '/a?b=/../', '/%2f%2e%2ex', 'http://h/x']) expect(keepDotSegments(target)).toBe(target);
  expect(keepDotSegments('/a/%2E./.?/..')).toBe('/a/%252E%252E/%252E?/..');
});
