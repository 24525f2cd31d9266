// Every way in which a request can fail to say who sends it: refused with 401 before anything else is looked at, and nothing is written.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { CompactSign, SignJWT, UnsecuredJWT, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TokenRecord } from '../../src/domain/areas/connections.ts';
import { revokeToken, setConnectionPaused } from '../../src/domain/commands/credentials.ts';
import { changedTables, fingerprint } from '../support/fingerprint.ts';
import { expectProblem, type Expected } from '../support/problem.ts';
import { sendBytes, sendRequest, type RawRequest } from '../support/raw-http.ts';
import { newUser, scimClient, startForTest, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

let service: StartedServer;
let home: TestWorkspace;
let foreign: TestWorkspace;
let good: { readonly token: string; readonly record: TokenRecord };
let person: { readonly token: string; readonly record: TokenRecord; readonly id: string };

beforeAll(async () => {
  service = await startForTest();
  [home, foreign] = [await service.workspace(), await service.workspace()];
  good = await home.connectionToken();
  const { id } = (await scimClient(service, good.token).post('/Users', newUser('person@home.example'))).body as { id: string };
  person = { ...(await home.personToken(id)), id };
});
afterAll(async () => await service.stop());

interface Parts {
  readonly header: JWTHeaderParameters & Record<string, unknown>;
  readonly claims: JWTPayload;
}

const seconds = () => Math.floor(Date.now() / 1000);

/** A token of our own making, right in everything but what the change says. */
async function forge(change: (parts: Parts) => Partial<Parts> = () => ({}), key: Parameters<SignJWT['sign']>[0] = service.keys.signing.privateKey): Promise<string> {
  const { kid, alg } = service.keys.signing;
  const claims = {
    ...{ iss: 'usher', aud: 'usher', iat: seconds(), jti: good.record.id, sub: String(good.record.connectionId), kind: 'connection' },
    ...{ tenant: home.tenant.workspaceId, organization: home.tenant.organizationId, scope: good.record.scopes.join(' ') },
  };
  const parts: Parts = { header: { alg, kid, typ: 'at+jwt' }, claims };
  const { header, claims: said } = { ...parts, ...change(parts) };
  return await new SignJWT(said).setProtectedHeader(header).sign(key);
}

const withHeader = (more: Record<string, unknown>) => async () => await forge(({ header }) => ({ header: { ...header, ...more } }));
const withClaims = (more: Record<string, unknown>) => async () => await forge(({ claims }) => ({ claims: { ...claims, ...more } }));

const invalid: Expected = { status: 401, code: 'credential-invalid' };
const users = '/scim/v2/Users';

/** Asks for the list with the whole value of an Authorization header. */
async function refused(headers: RawRequest['headers'], expected: Expected, error: string | undefined): Promise<void> {
  const before = await fingerprint(service);
  for (const request of [{ path: users }, { method: 'POST', path: users, body: JSON.stringify(newUser('intruder@home.example')) }]) {
    const answer = await sendRequest(service.root, { ...request, headers: headers ?? {} });
    await expectProblem(service.root, answer, expected);
    const challenge = String(answer.headers['www-authenticate']);
    expect(challenge).toMatch(/^Bearer realm="usher"/);
    expect(/error="(\w+)"/.exec(challenge)?.[1]).toBe(error);
  }
  expect(changedTables(before, await fingerprint(service))).toEqual([]);
}

describe('no token', () => {
  it.each([
    ['nothing', {}],
    ['an empty header', { Authorization: '' }],
    ['Basic', { Authorization: `Basic ${Buffer.from('user:password').toString('base64')}` }],
    ['Digest', { Authorization: 'Digest username="u"' }],
    ['a cookie', { Cookie: 'access_token=x; session=y; __Host-session=z' }],
    ['a header of another name', { 'X-Authorization': 'Bearer x', 'Proxy-Authorization': 'Bearer x', 'X-Api-Key': 'x' }],
  ])('with %s', async (_, headers) => await refused(headers, invalid, undefined));

  it('where it stands in the address or in the body', async () => {
    const answer = await sendRequest(service.root, { path: `${users}?access_token=${good.token}` });
    await expectProblem(service.root, answer, invalid);
    const form = { method: 'POST', path: users, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: `access_token=${good.token}` };
    await expectProblem(service.root, await sendRequest(service.root, form), invalid);
  });

  it('where the token itself is the scheme', async () => await refused({ Authorization: good.token }, invalid, undefined));
});

describe('no token of this server', () => {
  const parts = () => good.token.split('.') as [string, string, string];
  const other = generateKeyPairSync('ed25519').privateKey;
  const open = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const spare = { alg: 'ES256', kid: 'spare' };
  const cases: readonly (readonly [string, () => Promise<string> | string])[] = [
    ['no text', () => ''],
    ['one word', () => 'token'],
    ['two tokens', () => `${good.token} ${good.token}`],
    ['two tokens in a list', () => `${good.token}, Bearer ${good.token}`],
    ['a token in quotes', () => `"${good.token}"`],
    ['a token without its last character', () => good.token.slice(0, -1)],
    ['a token without its signature', () => `${parts()[0]}.${parts()[1]}.`],
    ['two parts of a token', () => parts().slice(0, 2).join('.')],
    ['a token with a fourth part', () => `${good.token}.x`],
    ['a token with padding', () => `${good.token}=`],
    ['another spelling of the signature', () => good.token.slice(0, -1) + spellings(good.token.slice(-1))],
    ['a changed claim', () => [parts()[0], retarget(parts()[1], foreign.tenant.workspaceId), parts()[2]].join('.')],
    ['alg none', () => new UnsecuredJWT({ sub: 'x', jti: good.record.id }).encode()],
    ['alg none with a signature', () => [encode({ alg: 'none', kid: service.keys.signing.kid, typ: 'at+jwt' }), parts()[1], parts()[2]].join('.')],
    ['the public key as a shared secret', async () => await hmac()],
    ['the key of somebody else under our name', async () => await forge(undefined, other)],
    ['a key that is not known', async () => await forge(({ header }) => ({ header: { ...header, ...spare } }), open)],
    ['its own key in the header', withHeader({ jwk: { kty: 'OKP', crv: 'Ed25519', x: 'x' } })],
    ['an address of a key in the header', withHeader({ jku: 'http://127.0.0.1:1/jwks', x5u: 'http://127.0.0.1:1/x' })],
    ['an extension that has to be understood', () => [encode({ alg: 'EdDSA', kid: service.keys.signing.kid, typ: 'at+jwt', crit: ['x'], x: 1 }), parts()[1], parts()[2]].join('.')],
    ['no kid', withHeader({ kid: undefined })],
    ['kid __proto__', withHeader({ kid: '__proto__' })],
    ['kid of another type', withHeader({ kid: 7 })],
    ['typ JWT', withHeader({ typ: 'JWT' })],
    ['no typ', withHeader({ typ: undefined })],
    ['another issuer', withClaims({ iss: 'https://other.example' })],
    ['no issuer', withClaims({ iss: undefined })],
    ['another audience', withClaims({ aud: 'other' })],
    ['two audiences', withClaims({ aud: ['usher', 'other'] })],
    ['no audience', withClaims({ aud: undefined })],
    ['an expiry in the past', withClaims({ exp: seconds() - 3600 })],
    ['an expiry of another type', withClaims({ exp: 'tomorrow' })],
    ['a beginning in the future', withClaims({ nbf: seconds() + 3600 })],
    ['no jti', withClaims({ jti: undefined })],
    ['a jti that was never issued', withClaims({ jti: randomUUID() })],
    ['a jti that is no id', withClaims({ jti: `x' or 1=1 --` })],
    ['another connection', withClaims({ sub: randomUUID() })],
    ['no tenant', withClaims({ tenant: undefined })],
    ['a null tenant', withClaims({ tenant: null })],
    ['an empty tenant', withClaims({ tenant: '' })],
    ['a list of tenants', withClaims({ tenant: ['x'] })],
    ['a tenant that is no id', withClaims({ tenant: 'home' })],
    ['a tenant that does not exist', withClaims({ tenant: randomUUID() })],
    ['the tenant of others', async () => await withClaims({ tenant: foreign.tenant.workspaceId })()],
    ['tenant and organization of others', async () => await withClaims({ tenant: foreign.tenant.workspaceId, organization: foreign.tenant.organizationId })()],
    ['no scope', withClaims({ scope: undefined })],
    ['an unknown scope', withClaims({ scope: 'scim.read root' })],
    ['scopes in a list', withClaims({ scope: ['scim.read'] })],
    ['an unknown kind', withClaims({ kind: 'operator' })],
    ['a person who is a connection', withClaims({ kind: 'person', epoch: 1, exp: seconds() + 600 })],
    ['a list of claims', async () => await new CompactSign(Buffer.from('[]')).setProtectedHeader(ownHeader()).sign(service.keys.signing.privateKey)],
    ['claims that are no JSON', async () => await new CompactSign(Buffer.from('hello')).setProtectedHeader(ownHeader()).sign(service.keys.signing.privateKey)],
    ['9 KB', () => `${good.token}${'A'.repeat(9 * 1024)}`],
    ['9 KB of dots', () => '.'.repeat(9 * 1024)],
  ];
  it.each(cases)('%s', async (_, token) => await refused({ Authorization: `Bearer ${await token()}` }, invalid, 'invalid_token'));

  it.each([
    ['the same token twice', () => [good.token, good.token]],
    ['a bad one behind a good one', () => [good.token, 'bad']],
    ['a good one behind a bad one', () => ['bad', good.token]],
  ])('two headers: %s', async (_, tokens) => {
    const lines = tokens().map((token) => `Authorization: Bearer ${token}\r\n`);
    const answer = await sendBytes(service.root, `GET ${users} HTTP/1.1\r\nHost: x\r\n${lines.join('')}\r\n`);
    await expectProblem(service.root, answer, invalid);
  });

  const ownHeader = () => ({ alg: service.keys.signing.alg, kid: service.keys.signing.kid, typ: 'at+jwt' });
  const hmac = async () => {
    const { kid } = service.keys.signing;
    const secret = new TextEncoder().encode(JSON.stringify(service.keys.jwks().keys[0]));
    return await new SignJWT({ sub: 'x', jti: good.record.id, iss: 'usher', aud: 'usher', iat: seconds() }).setProtectedHeader({ alg: 'HS256', kid, typ: 'at+jwt' }).sign(secret);
  };
});

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function retarget(part: string, tenant: string): string {
  return encode({ ...(JSON.parse(Buffer.from(part, 'base64url').toString()) as object), tenant });
}

/** A character whose upper bits are the same: base64url decoders that are lax read the same bytes. */
function spellings(last: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(last) ^ 1] ?? '';
}

describe('a token whose time is over', () => {
  it('is accepted until it is revoked, and never after', async () => {
    const { token, record } = await home.connectionToken('short');
    expect((await scimClient(service, token).get('/Users')).status).toBe(200);
    await revokeToken(service.ports.store, home.operator, record.id);
    await refused({ Authorization: `Bearer ${token}` }, invalid, 'invalid_token');
  });

  it('is refused while its connection is paused, for reads and writes alike', async () => {
    const { token } = await home.connectionToken('paused');
    await setConnectionPaused(service.ports.store, home.operator, 'paused', true);
    for (const request of [scimClient(service, token).get('/Users'), scimClient(service, token).post('/Users', newUser('late@home.example'))]) {
      const { status, headers, body } = await request;
      expect([status, headers['x-problem-code'], (body as { detail: string }).detail]).toEqual([403, 'connection-paused', expect.stringContaining('paused')]);
    }
  });

  it('of a person ends with the access of that person, at once and for good', async () => {
    const scim = scimClient(service, good.token);
    expect((await scimClient(service, person.token).get(`/Users/${person.id}`)).status).toBe(200);
    await scim.patch(`/Users/${person.id}`, { op: 'replace', path: 'active', value: false });
    await refused({ Authorization: `Bearer ${person.token}` }, { status: 401, code: 'membership-deactivated' }, 'invalid_token');
    await scim.patch(`/Users/${person.id}`, { op: 'replace', path: 'active', value: true });
    await refused({ Authorization: `Bearer ${person.token}` }, invalid, 'invalid_token');
    const { token } = await home.personToken(person.id);
    expect((await scimClient(service, token).get(`/Users/${person.id}`)).status).toBe(200);
    await scim.delete(`/Users/${person.id}`);
    await refused({ Authorization: `Bearer ${token}` }, invalid, 'invalid_token');
  });

  it('with a scope too few may do what its scopes allow and nothing else', async () => {
    const scim = scimClient(service, await withClaims({ scope: 'scim.read' })());
    expect((await scim.get('/Users')).status).toBe(200);
    const before = await fingerprint(service);
    const { status, headers } = await scim.post('/Users', newUser('intruder@home.example'));
    expect([status, headers['x-problem-code'], headers['www-authenticate']]).toEqual([403, 'permission-denied', expect.stringContaining('insufficient_scope')]);
    expect(changedTables(before, await fingerprint(service)).filter((name) => !name.startsWith('audit_'))).toEqual([]);
  });
});

it('is told before anything else about the request is', async () => {
  const bad: readonly RawRequest[] = [
    { path: '/scim/v2/Nonsense' },
    { path: '/scim/v2/Users?filter=((((' },
    { method: 'DELETE', path: '/scim/v2/Users' },
    { method: 'POST', path: '/scim/v2/Bulk', body: '{' },
    { method: 'POST', path: users, headers: { 'Content-Encoding': 'gzip', Accept: 'text/html' }, body: '{' },
    { path: '/scim/v2/Schemas' },
    { path: '/scim/v2' },
  ];
  const { token, record } = await home.connectionToken('revoked');
  await revokeToken(service.ports.store, home.operator, record.id);
  for (const authorization of [undefined, 'Bearer bad', `Bearer ${token}`]) {
    for (const request of bad) {
      const headers = { ...request.headers, ...(authorization === undefined ? {} : { Authorization: authorization }) };
      await expectProblem(service.root, await sendRequest(service.root, { ...request, headers }), invalid);
    }
  }
});
