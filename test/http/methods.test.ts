// Methods on every address: OPTIONS and Allow tell what there is, HEAD has the headers of GET, and what is not known is refused.
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendBytes, sendRequest, type RawAnswer } from '../support/raw-http.ts';
import { newUser, scimClient, startForTest, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let token: string;
let user: string;
let group: string;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  ({ token } = await workspace.connectionToken());
  const scim = scimClient(service, token);
  const id = (await scim.post('/Users', newUser('ada@home.example', { title: 'Zoë' }))).body.id as string;
  user = `/Users/${id}`;
  group = `/Groups/${(await scim.post('/Groups', { displayName: 'Crew', members: [{ value: id }] })).body.id as string}`;
});
afterAll(async () => await service.stop());

const collection = 'GET, HEAD, POST, OPTIONS';
const item = 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS';
const readable = 'GET, HEAD, OPTIONS';

const addresses: readonly (readonly [string, () => string, string])[] = [
  ['/Users', () => '/Users', collection],
  ['/Users/{id}', () => user, item],
  ['/Users/{unknown}', () => '/Users/none', item],
  ['/Users/.search', () => '/Users/.search', 'POST, OPTIONS'],
  ['/Groups', () => '/Groups', collection],
  ['/Groups/{id}', () => group, item],
  ['/Groups/.search', () => '/Groups/.search', 'POST, OPTIONS'],
  ['/Me', () => '/Me', item],
  ['/Bulk', () => '/Bulk', 'POST, OPTIONS'],
  ['/.search', () => '/.search', 'POST, OPTIONS'],
  ['/ServiceProviderConfig', () => '/ServiceProviderConfig', readable],
  ['/ResourceTypes', () => '/ResourceTypes', readable],
  ['/ResourceTypes/User', () => '/ResourceTypes/User', readable],
  ['/Schemas', () => '/Schemas', readable],
  ['/Schemas/{urn}', () => '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User', readable],
];
const known = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

const send = async (method: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> =>
  await sendRequest(service.root, { method, path: `/scim/v2${path}`, headers: { Authorization: `Bearer ${token}`, ...headers } });

describe.each(addresses)('%s', (_, path, allow) => {
  it('tells its methods to OPTIONS, and in every 405', async () => {
    const { status, headers, text } = await send('OPTIONS', path());
    expect([status, headers['allow'], text, headers['content-type'], headers['content-length']]).toEqual([204, allow, '', undefined, undefined]);
    const unknown = [...known.filter((method) => !allow.split(', ').includes(method)), 'TRACE', 'PROPFIND', 'LINK', 'QUERY', 'PURGE'];
    for (const method of unknown) {
      const refused = await send(method, path());
      expect([method, refused.status, refused.headers['allow'], refused.headers['x-problem-code']]).toEqual([method, 405, allow, 'method-not-allowed']);
    }
  });

  it('tells them to nobody without a good token', async () => {
    const { token: dead, record } = await workspace.connectionToken(`dead ${path()}`);
    await service.query('update access_token set revoked_at = now() where id = $1', [record.id]);
    for (const bad of ['', 'Bearer bad', `Bearer ${dead}`]) {
      const { status, headers } = await send('OPTIONS', path(), { Authorization: bad });
      expect([status, headers['allow']]).toEqual([401, undefined]);
    }
  });
});

it('an address that is none has no methods', async () => {
  for (const path of ['/Nonsense', '/Users/x/y', '/Me/x']) expect((await send('OPTIONS', path)).status).toBe(404);
});

it.each(['/healthz', '/readyz', '/.well-known/jwks.json', '/problems', '/problems/not-found'])('%s tells its methods to everybody', async (path) => {
  const { status, headers } = await sendRequest(service.root, { method: 'OPTIONS', path });
  expect([status, headers['allow']]).toEqual([204, readable]);
});

describe('HEAD', () => {
  const lasting = ({ status, headers }: RawAnswer) => {
    const { date, 'x-request-id': id, ...others } = headers;
    expect([typeof date, typeof id]).toEqual(['string', 'string']);
    return { status, ...others };
  };
  const paths = () => ['/Users', '/Users?count=0', user, `${user}?attributes=id`, '/Groups', group, '/Users/none', '/Nonsense', '/Schemas', '/ServiceProviderConfig', '/Me', '/Users?filter=bad'];

  it.each([{}, { 'Accept-Encoding': 'gzip' }, { 'Accept-Encoding': 'br, identity;q=0' }, { Accept: 'text/html' }, { 'If-None-Match': '*' }, { 'If-Match': '"x"' }, { Authorization: 'Bearer bad' }])(
    'has the headers of GET with %j, and no body',
    async (headers) => {
      for (const path of paths()) {
        const [get, head] = [lasting(await send('GET', path, headers)), await send('HEAD', path, headers)];
        const { 'content-length': length, ...others } = get as Record<string, unknown>;
        // How long a compressed body is, GET finds out by compressing it.
        const expected = others['content-encoding'] === undefined ? get : others;
        expect([path, length !== undefined || others['status'] === 304]).toEqual([path, true]);
        expect([path, lasting(head), head.text]).toEqual([path, expected, '']);
      }
    },
  );

  it('counts bytes, not characters', async () => {
    const [get, head] = [await send('GET', user), await send('HEAD', user)];
    expect(Number(head.headers['content-length'])).toBe(Buffer.byteLength(get.text));
    expect(Buffer.byteLength(get.text)).toBeGreaterThan(get.text.length);
  });

  it.each(['/healthz', '/problems', '/problems/not-found', '/.well-known/jwks.json'])('has them at %s too', async (path) => {
    const [get, head] = [await sendRequest(service.root, { path }), await sendRequest(service.root, { method: 'HEAD', path })];
    expect([lasting(head), head.text]).toEqual([lasting(get), '']);
  });
});

describe('what HTTP itself does not know', () => {
  const begin = (line: string) => `${line}\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`;

  it.each(['FOO', 'get', 'GETT', 'X-Y', 'M!'])('%s is 501', async (method) => {
    const { status, headers, json } = await sendBytes(service.root, begin(`${method} /scim/v2/Users HTTP/1.1`));
    expect([status, headers['x-problem-code'], (json as { status: string }).status]).toEqual([501, 'not-implemented', '501']);
  });

  it.each(['\u0016\u0003\u0001\u0002', 'FOO', 'FOO /x', 'FOO /x HTTP/9.9', '{"userName":"x"}', `${'A'.repeat(41)} / HTTP/1.1`])('%j is 400', async (line) => {
    expect((await sendBytes(service.root, begin(line))).status).toBe(400);
  });

  it('TRACE repeats nothing of what was sent', async () => {
    const { status, text } = await send('TRACE', '/Users', { 'X-Private': 'do-not-repeat' });
    expect([status, text.includes('do-not-repeat'), text.includes(token)]).toEqual([405, false, false]);
  });

  it('CONNECT opens no way to anywhere', async () => {
    const { hostname, port } = new URL(service.root);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: x\r\n\r\n`));
      let text = '';
      socket.on('data', (piece) => (text += piece.toString()));
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).not.toMatch(/ 2\d\d /);
    expect((await send('GET', '/Users')).status).toBe(200);
  });

  it('OPTIONS * is refused like any address that is none', async () => {
    expect((await sendBytes(service.root, begin('OPTIONS * HTTP/1.1'))).status).toBe(400);
  });
});
