// API keys: made and shown once, never stronger than their maker; kept they outlive a creator without this server's scopes, revoked they end at once.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scimClient, startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { makeHost, type Host } from '../host/host.ts';
import { apiClient, type Api, type MadeKey } from './belongings.ts';
import { expectProblem, person, pushed } from './team.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let api: Api;
let host: Host;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace();
  api = await as(workspace.ownerId);
  host = await makeHost(service, workspace);
});
afterAll(async () => await service.stop());

const everything = ['admin.read', 'admin.write', 'scim.read', 'app:reports'] as const;

async function as(id: string): Promise<Api> {
  return apiClient(service, (await workspace.personToken(id)).token);
}

/** What the host learns of a key. */
const worth = async ({ token }: MadeKey) => await host.introspect(token);

/** Status and code of the very next request with a key at both doors. */
async function doors({ token }: MadeKey): Promise<string[]> {
  const team = await apiClient(service, token).send('GET', '/team/members');
  const scim = await scimClient(service, token).get('/Users');
  return [`${team.status} ${String(team.headers['x-problem-code'] ?? 'ok')}`, `${scim.status} ${scim.headers['x-problem-code'] ?? 'ok'}`];
}

const listed = async (who: Api, query = '') => ((await who.get(`/team/keys${query}`))['items'] as Record<string, unknown>[]).map(({ id, status }) => [id, status]);

describe('a key', () => {
  it('is shown once and then told without its token', async () => {
    const made = await api.send('POST', '/team/keys', { name: 'nightly', scopes: ['admin.read', 'app:reports', 'admin.read'], expiresAt: '2999-01-31T12:00:00+02:00' });
    expect([made.status, made.json]).toEqual([201, { id: expect.any(String), name: 'nightly', scopes: ['admin.read', 'app:reports'], expiresAt: '2999-01-31T10:00:00.000Z', token: expect.stringMatching(/^ey/) }]);
    const { id, token } = made.json as MadeKey;
    const told = await api.send('GET', `/team/keys/${id}`);
    expect(told.json).toMatchObject({ id, name: 'nightly', status: 'active', creator: { id: workspace.ownerId, status: 'active' }, lastUsedAt: null, expiresAt: '2999-01-31T10:00:00.000Z' });
    expect(told.text).not.toContain(token.slice(-20));
    expect((await service.query('select to_json(k)::text as row from api_key k where id = $1', [id]))[0]?.['row']).not.toContain(token.slice(-20));
  });

  it('acts for its creator within its scopes, at both doors', async () => {
    const [all, reading, foreign] = [await api.makeKey(everything), await api.makeKey(['admin.read']), await api.makeKey(['app:reports'])];
    expect(await doors(all)).toEqual(['200 ok', '200 ok']);
    expect(await doors(reading)).toEqual(['200 ok', '403 permission-denied']);
    expect(await doors(foreign)).toEqual(['403 permission-denied', '403 permission-denied']);
    expectProblem(await apiClient(service, reading.token).send('PUT', '/resources/rule/r', { owner: 'system' }), { status: 403, code: 'permission-denied' });
    expect(await worth(all)).toMatchObject({ active: true, kind: 'api_key', sub: workspace.ownerId, jti: all.id, role: 'owner', scope: everything.join(' ') });
  });

  it('has no more than the role of its creator, now and later', async () => {
    const id = await person(service, workspace, 'admin');
    const key = await (await as(id)).makeKey(everything);
    expect(await doors(key)).toEqual(['200 ok', '200 ok']);
    expect((await api.send('PATCH', `/team/members/${id}`, { role: 'member' })).status).toBe(200);
    const { total } = await apiClient(service, key.token).get('/team/members');
    expect(total).toBe(1);
  });

  it('carries no scope that its maker lacked, and makes no other', async () => {
    const narrow = apiClient(service, (await api.makeKey(['admin.write'])).token);
    expectProblem(await narrow.send('POST', '/team/keys', { name: 'child', scopes: ['app:x'] }), { status: 403, code: 'permission-denied', says: /cannot make another/ });
    const scim = (await workspace.connectionToken()).token;
    expectProblem(await apiClient(service, scim).send('POST', '/team/keys', { name: 'x', scopes: ['app:x'] }), { status: 403, code: 'permission-denied' });
    for (const body of [{}, { name: 'x', scopes: [] }, { name: 'x', scopes: ['root'] }, { name: 'x', scopes: ['app:'] }, { name: 'x', scopes: ['app:a b'] }, { name: 'x', scopes: ['host.write'] }]) {
      expect((await api.send('POST', '/team/keys', body)).status, JSON.stringify(body)).toBe(400);
    }
    for (const expiresAt of ['2001-01-01T00:00:00Z', 'tomorrow', '2999-13-01T00:00:00Z']) expect((await api.send('POST', '/team/keys', { name: 'x', scopes: ['app:x'], expiresAt })).status).toBe(400);
    expect(await listed(api, '?status=active')).toHaveLength(1);
  });

  it('is noted as used, beside the request', async () => {
    const key = await api.makeKey(['admin.read']);
    await doors(key);
    await expect.poll(async () => (await api.get(`/team/keys/${key.id}`))['lastUsedAt']).toEqual(expect.any(String));
    const first = (await api.get(`/team/keys/${key.id}`))['lastUsedAt'];
    await doors(key);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await api.get(`/team/keys/${key.id}`))['lastUsedAt']).toBe(first);
  });

  it('cannot be made without end', async () => {
    await service.query(`insert into api_key (workspace_id, id, membership_id, name, scopes) select $1, gen_random_uuid(), $2, 'k', '{app:x}' from generate_series(1, 50)`, [workspace.tenant.workspaceId, workspace.ownerId]);
    expectProblem(await api.send('POST', '/team/keys', { name: 'one more', scopes: ['app:x'] }), { status: 400, code: 'invalid-value', says: /50 keys/ });
  });
});

describe('revoking', () => {
  it('ends a key at the very next request, and a second time changes nothing', async () => {
    const key = await api.makeKey(everything);
    expect(await doors(key)).toEqual(['200 ok', '200 ok']);
    for (let times = 0; times < 2; times += 1) expect((await api.send('DELETE', `/team/keys/${key.id}`, { reason: 'lost laptop' })).status).toBe(204);
    expect(await doors(key)).toEqual(['401 credential-invalid', '401 credential-invalid']);
    expect(await worth(key)).toEqual({ active: false });
    expect(await listed(api)).toEqual([[key.id, 'revoked']]);
    const rows = await service.query(`select e.metadata, r.reason from audit_event e join audit_reason r on r.event_id = e.id where e.action = 'api_key_revoke' and e.workspace_id = $1`, [workspace.tenant.workspaceId]);
    expect(rows).toEqual([{ metadata: JSON.stringify({ keys: [key.id] }), reason: 'lost laptop' }]);
  });

  it('is for oneself, and for who manages keys within rank', async () => {
    const [admin, member, other] = [await person(service, workspace, 'admin'), await person(service, workspace), await person(service, workspace)];
    const own = await as(member);
    const [mine, owners] = [await own.makeKey(['app:x']), await api.makeKey(['app:x'])];
    expectProblem(await (await as(other)).send('DELETE', `/team/keys/${mine.id}`), { status: 404, code: 'not-found' });
    expectProblem(await (await as(other)).send('GET', `/team/keys/${mine.id}`), { status: 404, code: 'not-found' });
    expectProblem(await (await as(admin)).send('DELETE', `/team/keys/${owners.id}`), { status: 403, code: 'role-not-manageable' });
    expect((await (await as(admin)).send('DELETE', `/team/keys/${mine.id}`)).status).toBe(204);
    expect((await api.send('DELETE', `/team/keys/${owners.id}`)).status).toBe(204);
    expectProblem(await api.send('DELETE', `/team/keys/${workspace.ownerId}`), { status: 404, code: 'not-found' });
  });

  it('lists one\'s own to everybody and all to who manages keys', async () => {
    const member = await person(service, workspace);
    const own = await as(member);
    const [mine, owners] = [await own.makeKey(['app:x']), await api.makeKey(['app:x'])];
    expect(await listed(own)).toEqual([[mine.id, 'active']]);
    expect((await listed(api)).map(([id]) => String(id)).toSorted()).toEqual([mine.id, owners.id].toSorted());
    expect(((await api.get(`/team/members/${member}/keys`))['items'] as unknown[]).length).toBe(1);
    expect(((await own.get(`/team/members/${member}/keys`))['items'] as unknown[]).length).toBe(1);
    expectProblem(await own.send('GET', `/team/members/${workspace.ownerId}/keys`), { status: 403, code: 'permission-denied' });
    expectProblem(await own.send('GET', '/team/keys?leftBehind=true'), { status: 403, code: 'permission-denied' });
  });
});

type Way = 'team API' | 'bulk' | 'SCIM keeping' | 'SCIM revoking';

async function leave(way: Way, id: string, ticked: boolean | undefined): Promise<void> {
  const revokeApiKeys = ticked === undefined ? {} : { revokeApiKeys: ticked };
  if (way === 'team API') expect((await api.send('DELETE', `/team/members/${id}`, revokeApiKeys)).status).toBe(204);
  else if (way === 'bulk') expect((await api.send('POST', '/team/members/bulk-remove', { ids: [id], ...revokeApiKeys })).status).toBe(200);
  else {
    const { token, record } = await workspace.connectionToken();
    if (way === 'SCIM revoking') await service.query(`update idp_connection set policy = '{"keysOnRemoval": "revoke"}' where id = $1`, [record.connectionId]);
    await scimClient(service, token).delete(`/Users/${id}`).expect(204);
  }
}

describe('a removal', () => {
  const table: readonly (readonly [Way, boolean | undefined, 'kept' | 'revoked'])[] = [
    ['team API', undefined, 'kept'],
    ['team API', false, 'kept'],
    ['team API', true, 'revoked'],
    ['bulk', false, 'kept'],
    ['bulk', true, 'revoked'],
    ['SCIM keeping', undefined, 'kept'],
    ['SCIM revoking', undefined, 'revoked'],
  ];
  it.each(table)('by %s with revokeApiKeys %s: %s', async (way, ticked, becomes) => {
    const userName = `leaver${table.findIndex((row) => row[0] === way && row[1] === ticked)}@team.example`;
    const id = await pushed(service, workspace, userName);
    const key = await (await as(id)).makeKey(everything);
    const elsewhere = await otherKeyOf(userName);
    await leave(way, id, ticked);
    if (becomes === 'revoked') {
      expect(await worth(key)).toEqual({ active: false });
      expect(await doors(key)).toEqual(['401 credential-invalid', '401 credential-invalid']);
      expect(await listed(api, '?leftBehind=true')).toEqual([]);
    } else {
      expect(await worth(key)).toMatchObject({ active: true, kind: 'api_key', sub: id, scope: 'app:reports', role: null });
      expect(await doors(key)).toEqual(['403 permission-denied', '403 permission-denied']);
      expect(await listed(api, '?leftBehind=true')).toEqual([[key.id, 'active']]);
      expect((await api.get(`/team/keys/${key.id}`))['creator']).toMatchObject({ id, status: 'removed' });
    }
    expect(await worth(elsewhere)).toMatchObject({ active: true, scope: 'admin.read' });
  });

  /** The same person's key in another workspace of the organization. */
  async function otherKeyOf(userName: string): Promise<MadeKey> {
    const other = await service.workspace({ organization: workspace.organization });
    const id = await pushed(service, other, userName);
    return await apiClient(service, (await other.personToken(id)).token).makeKey(['admin.read']);
  }

  it('leaves keys behind that an admin revokes, whoever their creator was', async () => {
    const owner = await person(service, workspace, 'owner');
    const admin = await as(await person(service, workspace, 'admin'));
    const key = await (await as(owner)).makeKey(everything);
    await leave('team API', owner, false);
    expect(await listed(admin, '?leftBehind=true')).toEqual([[key.id, 'active']]);
    expect((await admin.send('DELETE', `/team/keys/${key.id}`)).status).toBe(204);
    expect(await worth(key)).toEqual({ active: false });
    expect(await listed(admin, '?leftBehind=true')).toEqual([]);
  });
});

describe('a deactivation', () => {
  it('keeps keys for the host and takes this server\'s scopes until the reactivation', async () => {
    const id = await person(service, workspace);
    const key = await (await as(id)).makeKey(everything);
    expect((await api.send('POST', `/team/members/${id}/deactivate`, {})).status).toBe(200);
    expect(await worth(key)).toMatchObject({ active: true, scope: 'app:reports' });
    expect(await doors(key)).toEqual(['403 permission-denied', '403 permission-denied']);
    expect((await api.send('POST', `/team/members/${id}/reactivate`, {})).status).toBe(200);
    expect(await worth(key)).toMatchObject({ active: true, scope: everything.join(' ') });
    expect(await doors(key)).toEqual(['200 ok', '200 ok']);
  });

  it('suspends keys when asked, also of who is deactivated already, until the reactivation gives them back', async () => {
    const id = await person(service, workspace);
    const own = await as(id);
    const [key, revoked] = [await own.makeKey(everything), await own.makeKey(everything)];
    await own.send('DELETE', `/team/keys/${revoked.id}`);
    const deactivate = async (body: object) => await api.send('POST', `/team/members/${id}/deactivate`, body);
    expect((await deactivate({})).status).toBe(200);
    for (let times = 0; times < 2; times += 1) expect((await deactivate({ suspendApiKeys: true })).status).toBe(200);
    expect(await doors(key)).toEqual(['401 credential-invalid', '401 credential-invalid']);
    expect([await worth(key), await worth(revoked)]).toEqual([{ active: false }, { active: false }]);
    expect((await api.get(`/team/keys/${key.id}`))['status']).toBe('suspended');
    expect((await api.send('POST', `/team/members/${id}/reactivate`, {})).status).toBe(200);
    expect([await doors(key), await doors(revoked)]).toEqual([['200 ok', '200 ok'], ['401 credential-invalid', '401 credential-invalid']]);
    const rows = await service.query(`select action, count(*)::int as count from audit_event where workspace_id = $1 and action like 'api_key_%s%' and target_id = $2 group by action order by action`, [workspace.tenant.workspaceId, id]);
    expect(rows).toEqual([{ action: 'api_key_resume', count: 1 }, { action: 'api_key_suspend', count: 1 }]);
  });
});
