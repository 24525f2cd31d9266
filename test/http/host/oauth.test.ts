// OAuth client credentials: who gets a token, what it is worth, and the errors in OAuth's own words (RFC 6749).
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addClientSecret, createHostClient, revokeClientSecret, revokeHostClient } from '../../../src/domain/commands/host-clients.ts';
import { readClientId, writeClientId } from '../../../src/http/oauth/client-id.ts';
import { hashOfSecret, newClientSecret } from '../../../src/http/oauth/client-secret.ts';
import { sendRequest } from '../../support/raw-http.ts';
import { startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { expectProblem } from '../admin/team.ts';
import { askToken, makeClient, sender, type Login } from './host.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let login: Login;

beforeAll(async () => {
  service = await startForTest({ HOST_TOKEN_TTL_SECONDS: '600' });
});
beforeEach(async () => {
  workspace = await service.workspace();
  login = await makeClient(service, workspace);
});
afterAll(async () => await service.stop());

const grant = { grant_type: 'client_credentials' };
const inForm = () => ({ client_id: login.clientId, client_secret: login.secret });
const basic = (id: string, secret: string) => ({ Authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}` });
const introspect = async (token: string) => await sender(service, token)('POST', '/introspect', { token: 'x' });
const hashed = (secret: string) => Buffer.from(hashOfSecret(secret), 'hex');

describe('a token', () => {
  it('is given for the secret in the form and in the header', async () => {
    const answers = [await askToken(service, { ...grant, ...inForm() }), await askToken(service, grant, basic(login.clientId, login.secret))];
    for (const { status, json, headers } of answers) {
      expect([status, headers['cache-control'], headers['pragma'], headers['content-type']]).toEqual([200, 'no-store', 'no-cache', 'application/json']);
      expect(json).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 600, scope: 'host.read host.write' });
      expect((await introspect((json as { access_token: string }).access_token)).status).toBe(200);
    }
  });

  it('reaches no further than the scopes that were asked for', async () => {
    const { json } = await askToken(service, { ...grant, ...inForm(), scope: 'host.read' });
    const send = sender(service, (json as { access_token: string }).access_token);
    expect((await send('POST', '/introspect', { token: 'x' })).json).toEqual({ active: false });
    expectProblem(await send('POST', '/sessions', { subject: { id: 'x' } }), { status: 403, code: 'permission-denied', says: /host\.write/ });
  });

  it('ends with its row, its secret and its client, at the next request', async () => {
    const token = async () => ((await askToken(service, { ...grant, ...inForm() })).json as { access_token: string }).access_token;
    const [one, two] = [await token(), await token()];
    await service.query(`update oauth_token set expires_at = now() where client_id = $1 and id = (select min(id::text)::uuid from oauth_token where client_id = $1)`, [login.id]);
    expect([(await introspect(one)).status, (await introspect(two)).status]).toEqual([401, 200]);
    const secret = newClientSecret();
    expect((await addClientSecret(service.ports.store, workspace.operator, login.id, hashed(secret))).ok).toBe(true);
    expect((await addClientSecret(service.ports.store, workspace.operator, login.id, hashed('third')))).toMatchObject({ ok: false, refusal: { rule: 'duplicate' } });
    const newer = (await askToken(service, { ...grant, client_id: login.clientId, client_secret: secret })).json as { access_token: string };
    const [{ id: oldest } = {}] = await service.query('select id from oauth_secret where client_id = $1 order by created_at, id limit 1', [login.id]);
    expect((await revokeClientSecret(service.ports.store, workspace.operator, String(oldest))).ok).toBe(true);
    expect([(await introspect(two)).status, (await introspect(newer.access_token)).status]).toEqual([401, 200]);
    expect((await askToken(service, { ...grant, ...inForm() })).status).toBe(401);
    expect((await revokeHostClient(service.ports.store, workspace.operator, login.id)).ok).toBe(true);
    expect([(await introspect(newer.access_token)).status, (await askToken(service, { ...grant, client_id: login.clientId, client_secret: secret })).status]).toEqual([401, 401]);
    const told = await service.query('select action from audit_event where workspace_id = $1 and target_id = $2 order by id', [workspace.tenant.workspaceId, login.id]);
    expect(told.map(({ action }) => action)).toEqual(['client_create', 'client_secret_create', 'client_secret_revoke', 'client_revoke']);
  });

  it('is not stored, and neither is the secret', async () => {
    const { json } = await askToken(service, { ...grant, ...inForm() });
    const rows = JSON.stringify(await service.query('select to_json(t) from oauth_token t where client_id = $1 union all select to_json(s) from oauth_secret s where client_id = $1', [login.id]));
    expect(rows).not.toContain(login.secret);
    expect(rows).not.toContain((json as { access_token: string }).access_token.split('.')[2]);
  });
});

describe('an error', () => {
  const wrong = 'uhs_wrong';
  const rows: readonly (readonly [string, () => Readonly<Record<string, string>>, (() => Readonly<Record<string, string>>) | undefined, number, string])[] = [
    ['a wrong secret', () => ({ ...grant, client_id: login.clientId, client_secret: wrong }), undefined, 401, 'invalid_client'],
    ['a wrong secret in the header', () => grant, () => basic(login.clientId, wrong), 401, 'invalid_client'],
    ['nobody', () => grant, undefined, 401, 'invalid_client'],
    ['a client of nowhere', () => ({ ...grant, client_id: 'A'.repeat(43), client_secret: wrong }), undefined, 401, 'invalid_client'],
    ['a name that is none', () => ({ ...grant, client_id: `'; drop`, client_secret: wrong }), undefined, 401, 'invalid_client'],
    ['a header of another scheme', () => grant, () => ({ Authorization: 'Bearer x' }), 401, 'invalid_client'],
    ['two ways at once', () => ({ ...grant, ...inForm() }), () => basic(login.clientId, login.secret), 400, 'invalid_request'],
    ['no grant', () => inForm(), undefined, 400, 'invalid_request'],
    ['another grant', () => ({ ...inForm(), grant_type: 'password' }), undefined, 400, 'unsupported_grant_type'],
    ['a scope that is not a host’s', () => ({ ...grant, ...inForm(), scope: 'host.read admin.write' }), undefined, 400, 'invalid_scope'],
  ];
  it.each(rows)('for %s', async (_why, fields, headers, status, error) => {
    const answer = await askToken(service, fields(), headers?.());
    expect([answer.status, answer.json]).toEqual([status, { error, error_description: expect.stringMatching(/.{10}\.$/) }]);
    expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'Basic realm="usher"' : undefined);
    expect(answer.text).not.toContain(login.secret);
  });

  it('for a body that is no form, twice the same field, too much of it, another method', async () => {
    const send = async (body: string, type = 'application/x-www-form-urlencoded', method = 'POST') => await sendRequest(service.root, { method, path: '/oauth2/token', headers: { 'Content-Type': type }, body });
    expect((await send('{"grant_type":"client_credentials"}', 'application/json')).json).toMatchObject({ error: 'invalid_request' });
    expect((await send('grant_type=a&grant_type=b')).json).toMatchObject({ error: 'invalid_request' });
    expect((await send('grant_type=%ff')).json).toMatchObject({ error: 'invalid_request' });
    expect((await send('__proto__=x&constructor=y&grant_type=client_credentials')).status).toBe(401);
    expect((await send(`grant_type=${'x'.repeat(20_000)}`)).status).toBe(413);
    expect((await send('grant_type=client_credentials', undefined, 'PUT')).status).toBe(405);
  });
});

it('the metadata says where everything is', async () => {
  const { status, json } = await sendRequest(service.root, { method: 'GET', path: '/.well-known/oauth-authorization-server' });
  expect([status, json]).toEqual([200, expect.objectContaining({ issuer: service.root, token_endpoint: `${service.root}/oauth2/token`, grant_types_supported: ['client_credentials'] })]);
});

it('a label is that of one live client, and only the operator makes clients', async () => {
  const make = async (label: string) => await createHostClient(service.ports.store, workspace.operator, label, hashed(newClientSecret()));
  expect(await make('Studio')).toMatchObject({ ok: true });
  expect(await make('STUDIO')).toMatchObject({ ok: false, refusal: { rule: 'duplicate' } });
  const [one, two] = await Promise.all([make('Race'), make('Race')]);
  expect([one, two].filter((made) => made?.ok)).toHaveLength(1);
});

it('a client’s name holds its organization and itself, in one spelling', () => {
  const named = { organizationId: workspace.tenant.organizationId, clientId: login.id };
  expect(readClientId(writeClientId(named))).toEqual(named);
  for (const text of ['', 'x', `${login.clientId}=`, `${login.clientId}A`, login.clientId.slice(1), `${login.clientId.slice(0, -1)}-`]) expect([text, readClientId(text)]).toEqual([text, undefined]);
});
