// The alias /Me: a person's own user under one address, with the rights that the person has at the other address, and nobody for a connection.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RoleKey } from '../../src/domain/model/role.ts';
import { actAs, addMember, giveRole } from '../races/racing.ts';
import { changedTables, fingerprint } from '../support/fingerprint.ts';
import { sendRequest } from '../support/raw-http.ts';
import { scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let idp: Scim;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  idp = scimClient(service, (await workspace.connectionToken()).token);
});
afterAll(async () => await service.stop());

/** Somebody with a role, and a client that acts as this person. */
async function somebody(role: RoleKey): Promise<{ readonly id: string; readonly me: Scim; readonly address: string }> {
  const id = await addMember(idp, { title: 'T', displayName: 'Ada' });
  if (role !== 'member') await giveRole(service, workspace, id, role);
  return { id, me: await actAs(service, workspace, id), address: `${service.url}/Users/${id}` };
}

const retitle = (value: string) => ({ op: 'replace', path: 'title', value });

describe.each(['member', 'admin', 'owner'] as const)('/Me of a person with the role %s', (role) => {
  it('is the own user, at its permanent address', async () => {
    const { id, me, address } = await somebody(role);
    const [alias, own] = [await me.get('/Me'), await me.get(`/Users/${id}`)];
    expect([alias.status, alias.body]).toEqual([200, own.body]);
    expect(alias.body).toMatchObject({ id, title: 'T', meta: { location: address } });
    expect([alias.headers['location'], alias.headers['content-location'], alias.headers['etag']]).toEqual([address, address, own.headers['etag']]);
    expect(own.headers['content-location']).toBeUndefined();
    const head = await me.head('/Me');
    const of = ({ status, headers }: typeof head) => [status, headers['location'], headers['content-location'], headers['etag'], headers['content-type'], headers['content-length']];
    expect(of(head)).toEqual(of(alias));
  });

  it('shows what is asked for', async () => {
    const { id, me } = await somebody(role);
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
    expect((await me.get('/Me?attributes=TITLE')).body).toEqual({ schemas, id, title: 'T' });
    expect((await me.get('/Me?excludedAttributes=title,id')).body).toMatchObject({ id, displayName: 'Ada' });
    expect((await me.get('/Me?excludedAttributes=title')).body).not.toHaveProperty('title');
    const status = 'urn:usher:params:scim:schemas:extension:membership:2.0:User';
    expect((await me.get(`/Me?attributes=${status}:role`)).body[status]).toEqual({ role });
    expect((await me.get('/Me?attributes=id&excludedAttributes=title')).status).toBe(400);
  });

  it('is read under a condition', async () => {
    const { me, address } = await somebody(role);
    const { etag } = (await me.get('/Me')).headers as { etag: string };
    const unchanged = await me.get('/Me').set('If-None-Match', etag);
    expect([unchanged.status, unchanged.text, unchanged.headers['etag'], unchanged.headers['location'], unchanged.headers['content-location']]).toEqual([304, '', etag, address, address]);
    expect((await me.get('/Me').set('If-Match', 'W/"99"')).status).toBe(412);
  });

  it('is neither removed nor deactivated by the person', async () => {
    const { id, me } = await somebody(role);
    const body = (await me.get('/Me')).body as Record<string, unknown>;
    const deactivation = { op: 'replace', path: 'active', value: false };
    const attempts = [me.delete('/Me'), me.delete('/Me').set('If-Match', '*'), me.patch('/Me', deactivation), me.put('/Me', { ...body, active: false })];
    const rule = role === 'member' ? 'permission-denied' : 'self-removal';
    for (const attempt of attempts) {
      const answer = await attempt;
      expect([answer.status, answer.headers['x-problem-code']]).toEqual([403, rule]);
      expect(answer.headers['content-location']).toBeUndefined();
    }
    expect((await idp.get(`/Users/${id}`)).body.active).toBe(true);
    expect((await me.get('/Me')).status).toBe(200);
  });

  it('is written as far as the role allows it at the other address', async () => {
    const { id, me, address } = await somebody(role);
    const before = await me.get('/Me');
    const { etag } = before.headers as { etag: string };
    for (const path of ['/Me', `/Users/${id}`]) expect((await me.patch(path, retitle('Stale')).set('If-Match', 'W/"99"')).status).toBe(role === 'member' ? 403 : 412);
    const changed = await me.patch('/Me', retitle('New')).set('If-Match', etag);
    if (role === 'member') {
      expect([changed.status, changed.headers['x-problem-code'], (await me.patch(`/Users/${id}`, retitle('New'))).status]).toEqual([403, 'permission-denied', 403]);
      expect((await me.get('/Me')).body).toEqual(before.body);
      return;
    }
    expect([changed.status, changed.body.title, changed.headers['location'], changed.headers['content-location']]).toEqual([200, 'New', address, address]);
    const replaced = await me.put('/Me?attributes=title', { ...before.body, title: 'Newer' });
    expect([replaced.status, replaced.body]).toEqual([200, { schemas: expect.any(Array), id, title: 'Newer' }]);
    expect((await idp.get(`/Users/${id}`)).body).toMatchObject({ title: 'Newer', userName: before.body.userName, meta: { location: address } });
    expect((await me.patch('/Me', { op: 'replace', path: 'id', value: 'other' })).body.scimType).toBe('mutability');
    expect((await me.put('/Me', {})).body.scimType).toBe('invalidValue');
  });

  it('is neither made nor searched, and has nothing below it', async () => {
    const { me } = await somebody(role);
    const made = await me.post('/Me', { userName: 'somebody@else.example' });
    expect([made.status, made.headers['allow']]).toEqual([405, 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS']);
    for (const path of ['/Me/x', '/Me/.search', '/Me/groups', '/me', '/ME', '/Me%2F']) expect([path, (await me.get(path)).status]).toEqual([path, 404]);
    expect((await me.post('/Me/.search', {})).status).toBe(404);
    expect((await me.get('/Me/')).status).toBe(200);
  });
});

describe('/Me of a connection', () => {
  it('is 404 for whatever is asked, and says why', async () => {
    const stood = await fingerprint(service);
    const attempts = [idp.get('/Me'), idp.get('/Me').set('If-None-Match', '*'), idp.put('/Me', { userName: 'x' }), idp.patch('/Me', retitle('x')), idp.delete('/Me')];
    for (const attempt of attempts) {
      const { status, headers, body } = await attempt;
      expect([status, headers['x-problem-code'], body.detail]).toEqual([404, 'not-found', expect.stringMatching(/^A connection is nobody: .*Use \/Users\.$/)]);
    }
    expect((await idp.head('/Me')).status).toBe(404);
    expect((await idp.post('/Me', { userName: 'x' })).status).toBe(405);
    expect(changedTables(stood, await fingerprint(service))).toEqual([]);
  });

  it('is 401 when the token is revoked, like everything else', async () => {
    const { token, record } = await workspace.connectionToken('short');
    const short = scimClient(service, token);
    expect((await short.get('/Me')).status).toBe(404);
    await service.query('update access_token set revoked_at = now() where id = $1', [record.id]);
    expect((await short.get('/Me')).status).toBe(401);
  });
});

it('ends with the access of the person', async () => {
  const { id, me } = await somebody('admin');
  await idp.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false });
  expect((await me.get('/Me')).status).toBe(401);
  const other = await somebody('admin');
  await idp.delete(`/Users/${other.id}`);
  expect((await other.me.get('/Me').set('If-None-Match', '*')).status).toBe(401);
  expect((await sendRequest(service.root, { path: '/scim/v2/Me' })).status).toBe(401);
});
