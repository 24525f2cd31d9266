// What a bulk answer says is what was done: withheld activations, rules that hold at every entry, credentials that end on the way.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CommandStore } from '../../src/domain/ports.ts';
import { halfDone } from '../support/half-done.ts';
import { invite } from '../support/invite.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { bulk, idOf, outline, patchOp, post, type Result } from './bulk-support.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let scim: Scim;
/** What happens before the next creation of the account with this key. */
const before = new Map<string, () => Promise<unknown>>();

beforeAll(async () => {
  service = await startForTest({}, (store): CommandStore => ({
    ...store,
    onAccount: async (call, locks, key, ...rest) => {
      await before.get(key ?? '')?.();
      return await store.onAccount(call, locks, key, ...rest);
    },
  }));
});
beforeEach(async () => {
  before.clear();
  workspace = await service.workspace();
  scim = scimClient(service, (await workspace.connectionToken()).token);
});
afterAll(async () => await service.stop());

const active = (value: boolean) => patchOp({ op: 'replace', path: 'active', value });
const trail = async () => (await service.query('select action, outcome, target_id, metadata::text from audit_event where workspace_id = $1 order by id', [workspace.tenant.workspaceId]));

describe('an activation that another source withholds', () => {
  it('shows the user as it is, in the results of those operations alone', async () => {
    const user = (await scim.post('/Users', newUser('ada@x.example', { title: 'T' }))).body as { id: string };
    const path = `/Users/${user.id}`;
    const other = scimClient(service, (await workspace.connectionToken('entra')).token);
    expect((await other.patch(path, { op: 'replace', path: 'active', value: false })).status).toBe(200);
    const results = await bulk(scim, [
      { method: 'PATCH', path, data: active(true) },
      { method: 'PATCH', path, data: patchOp({ op: 'add', value: { title: 'U' } }) },
      { method: 'PUT', path, data: newUser('ada@x.example', { active: true }) },
      { method: 'PUT', path, data: newUser('ada@x.example') },
      { method: 'PATCH', path, data: active(false) },
      { method: 'PATCH', path: path.toUpperCase().replace('/USERS', '/Users'), data: patchOp({ op: 'Add', value: { active: 'True' } }) },
    ]);
    expect(results.map(({ status, response }) => [status, (response as { active?: boolean } | undefined)?.active])).toEqual([['200', false], ['200', undefined], ['200', false], ['200', undefined], ['200', undefined], ['200', false]]);
    expect(results[5]?.response).toEqual((await scim.get(path)).body);
    expect(results[0]?.response).toMatchObject({ id: user.id, title: 'T', meta: { version: results[0]?.version } });
    await other.patch(path, { op: 'replace', path: 'active', value: true });
    expect((await bulk(scim, [{ method: 'PATCH', path, data: active(true) }]))[0]).not.toHaveProperty('response');
  });
});

describe('a rule is the same at every entry', () => {
  const user = () => `/Users/${workspace.ownerId}`;
  const body = async (client: Scim) => ({ ...((await client.get(user())).body as object), active: false });
  const entries: readonly (readonly [string, (client: Scim) => Promise<{ status: number; body: unknown }>])[] = [
    ['PATCH with a path', async (client) => await client.patch(user(), { op: 'replace', path: 'active', value: false })],
    ['PATCH without', async (client) => await client.patch(user(), { op: 'Replace', value: { active: 'False' } })],
    ['PUT', async (client) => await client.put(user(), await body(client))],
    ['DELETE', async (client) => await client.delete(user())],
    ['bulk PATCH with a path', async (client) => await single(client, { method: 'PATCH', path: user(), data: active(false) })],
    ['bulk PATCH without', async (client) => await single(client, { method: 'patch', path: user(), data: patchOp({ op: 'add', value: { Active: false } }) })],
    ['bulk PUT', async (client) => await single(client, { method: 'PUT', path: user(), data: await body(client) })],
    ['bulk DELETE', async (client) => await single(client, { method: 'DELETE', path: user() })],
  ];
  const mine: typeof entries = [
    ['PATCH /Me', async (client) => await client.patch('/Me', { op: 'replace', path: 'active', value: false })],
    ['PUT /Me', async (client) => await client.put('/Me', await body(client))],
    ['DELETE /Me', async (client) => await client.delete('/Me')],
  ];
  const single = async (client: Scim, operation: unknown) => {
    const [{ status, response } = { status: '0', response: undefined }] = await bulk(client, [operation]);
    return { status: Number(status), body: response };
  };

  it.each([['the last owner, by a connection', false, 409, /Cannot (remove|deactivate) last owner/], ['oneself', true, 403, /can't (remove|deactivate) yourself/]] as const)('for %s', async (_, person, status, words) => {
    const client = person ? scimClient(service, (await workspace.personToken(workspace.ownerId)).token) : scim;
    const start = (await trail()).length;
    const refusals = new Map<string, Set<string>>();
    for (const [name, enter] of [...entries, ...(person ? mine : [])]) {
      const seen = (await trail()).length;
      const refused = await enter(client);
      expect([name, refused.status]).toEqual([name, status]);
      const action = name.includes('DELETE') ? 'team_membership_remove' : 'team_membership_deactivate';
      refusals.set(action, (refusals.get(action) ?? new Set()).add(JSON.stringify(refused.body)));
      expect((await trail()).slice(seen)).toMatchObject([{ action, outcome: 'denied', target_id: workspace.ownerId }]);
    }
    for (const bodies of refusals.values()) expect([...bodies]).toEqual([expect.stringMatching(words)]);
    expect(new Set((await trail()).slice(start).map((row) => row['metadata'])).size).toBe(1);
    expect((await client.get(user())).body).toMatchObject({ active: true });
  });
});

describe('a credential that ends on the way', () => {
  it.each([
    ['revoked', 'update access_token set revoked_at = now() where workspace_id = $1', '401'],
    ['paused', 'update idp_connection set paused_at = now() where workspace_id = $1', '403'],
  ])('%s: what follows is refused, and says so', async (_, statement, status) => {
    const group = (await scim.post('/Groups', { displayName: 'G' })).body as { id: string };
    before.set('b@x.example', async () => await service.query(statement, [workspace.tenant.workspaceId]));
    const results: Result[] = await bulk(scim, [
      post('/Users', 'a', newUser('a@x.example')),
      post('/Users', 'b', newUser('b@x.example', { nickName: 'bulkId:a' })),
      { method: 'PATCH', path: `/Groups/${group.id}`, data: patchOp({ op: 'add', path: 'members', value: [{ value: 'bulkId:b' }] }) },
      { method: 'DELETE', path: '/Users/bulkId:a' },
    ]);
    expect(outline(results)).toEqual(['201', status, '409 invalidValue', status]);
    const left = await service.query('select count(*)::int as n from membership where workspace_id = $1 and deleted_at is null', [workspace.tenant.workspaceId]);
    expect(left).toEqual([{ n: 2 }]);
    expect(await service.query('select 1 from group_member where workspace_id = $1', [workspace.tenant.workspaceId])).toEqual([]);
  });
});

describe('seats that run out', () => {
  it('in a circle leave nothing of it, and the seat is free for who comes next', async () => {
    workspace = await service.workspace({ seats: 2 });
    const full = scimClient(service, (await workspace.connectionToken()).token);
    const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const user = (name: string, manager: string) => newUser(`${name}@x.example`, { [urn]: { manager: { value: `bulkId:${manager}` } } });
    const results = await bulk(full, [post('/Users', 'a', user('a', 'b')), post('/Users', 'b', user('b', 'a')), post('/Users', 'c', newUser('c@x.example'))]);
    expect(outline(results)).toEqual(['403', '409 invalidValue', '201']);
    expect(((await full.get('/Users?count=0')).body as { totalResults: number }).totalResults).toBe(2);
    expect(idOf(results[2])).toMatch(/^[0-9a-f-]{36}$/);
  });
});

it('nothing of all that was done by halves', async () => {
  expect(await halfDone(service.query)).toEqual([]);
});

// Last, for an invitation made beside the commands has no audit row for its seat.
describe('an invited person in a circle that fails', () => {
  it('stays, provisioned, for nobody asked to remove who was here before', async () => {
    const invited = await invite(service, workspace.tenant, 'ivy@x.example');
    const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const user = (name: string, manager: string) => newUser(name, { [urn]: { manager: { value: `bulkId:${manager}` } } });
    await scim.post('/Users', newUser('taken@x.example'));
    const results = await bulk(scim, [post('/Users', 'b', user('taken@x.example', 'a')), post('/Users', 'a', user('ivy@x.example', 'b'))]);
    expect(outline(results)).toEqual(['409 uniqueness', '409 invalidValue']);
    expect(results[1]?.response?.detail).toContain(`/Users/${invited}`);
    expect((await scim.get(`/Users/${invited}`)).body).toMatchObject({ id: invited, userName: 'ivy@x.example', active: true });
  });
});
