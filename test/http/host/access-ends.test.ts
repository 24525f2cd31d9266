// Access that ends, by every way in which it can: the very next use of a session fails, and a reactivation gives none back (trust.md §4, I7, I8).
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { expectProblem } from '../admin/team.ts';
import { makeHost, sender, type Host, type Opened, type Send } from './host.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let host: Host;
let scim: Scim;
let owner: Send;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace();
  host = await makeHost(service, workspace);
  scim = scimClient(service, (await workspace.connectionToken('okta')).token);
  owner = sender(service, (await workspace.personToken(workspace.ownerId)).token);
});
afterAll(async () => await service.stop());

interface Way {
  readonly name: string;
  readonly removes: boolean;
  readonly go: (id: string, userName: string) => Promise<{ readonly status: number; readonly text: string }>;
  readonly back?: (id: string) => Promise<unknown>;
}

const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const bulk = async (operation: object) =>
  await scim.post('/Bulk', { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations: [operation] });
const activate = async (id: string) => await scim.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: true });
const reactivate = async (id: string) => await owner('POST', `/team/members/${id}/reactivate`);

const ways: readonly Way[] = [
  { name: 'PATCH without a path, as Okta sends it', removes: false, go: async (id) => await scim.patch(`/Users/${id}`, { op: 'replace', value: { active: false } }), back: activate },
  { name: 'PATCH with a path, as Entra sends it', removes: false, go: async (id) => await scim.patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: 'False' }), back: activate },
  { name: 'PUT', removes: false, go: async (id, userName) => await scim.put(`/Users/${id}`, newUser(userName, { active: false })), back: activate },
  { name: 'DELETE', removes: true, go: async (id) => await scim.delete(`/Users/${id}`) },
  {
    name: '/Bulk with PATCH',
    removes: false,
    go: async (id) => await bulk({ method: 'PATCH', path: `/Users/${id}`, data: { schemas: [patchOp], Operations: [{ op: 'replace', path: 'active', value: false }] } }),
    back: activate,
  },
  { name: '/Bulk with DELETE', removes: true, go: async (id) => await bulk({ method: 'DELETE', path: `/Users/${id}` }) },
  { name: 'deactivation by an admin', removes: false, go: async (id) => await owner('POST', `/team/members/${id}/deactivate`), back: reactivate },
  { name: 'bulk deactivation by an admin', removes: false, go: async (id) => await owner('POST', '/team/members/bulk-deactivate', { ids: [id] }), back: reactivate },
  { name: 'bulk removal by an admin', removes: true, go: async (id) => await owner('POST', '/team/members/bulk-remove', { ids: [id] }) },
  { name: 'removal by an admin', removes: true, go: async (id) => await owner('DELETE', `/team/members/${id}`) },
];

let people = 0;

async function signedIn(): Promise<{ id: string; userName: string; subject: string; accountId: string; tokens: readonly string[]; homeToken: string }> {
  people += 1;
  const [userName, subject] = [`leaver${people}@ends.example`, `leaver-${people}`];
  const made = await scim.post('/Users', newUser(userName, { externalId: subject }));
  const { id } = made.body as { id: string };
  const home = await host.signIn(subject, userName);
  const session = await host.signIn(subject, userName, workspace.slug);
  return { id, userName, subject, accountId: session.accountId, tokens: [session.sessionToken, (await workspace.personToken(id)).token], homeToken: home.sessionToken };
}

const works = async (token: string) => (await sender(service, token)('GET', '/team/members')).status;

describe.each(ways)('after $name', ({ removes, go, back }) => {
  it('no session and no token of the person works, and account home does', async () => {
    const { id, userName, subject, tokens, homeToken } = await signedIn();
    for (const token of tokens) expect([await works(token), (await host.introspect(token))['active']]).toEqual([200, true]);
    const done = await go(id, userName);
    expect(done.status, done.text).toBeLessThan(300);
    for (const token of tokens) {
      expect(await host.introspect(token)).toEqual({ active: false });
      const refused = await sender(service, token)('GET', '/team/members');
      expect([refused.status, String(refused.headers['www-authenticate']).startsWith('Bearer ')]).toEqual([401, true]);
    }
    const left = await service.query('select from user_session where membership_id = $1 and ended_at is null', [id]);
    expect(left).toEqual([]);
    expect((await sender(service, homeToken)('GET', '/account')).status).toBe(200);
    expect((await host.open({ subject: { id: subject }, workspace: workspace.slug })).status).toBe(403);
    if (removes) return;
    await back?.(id);
    for (const token of tokens) expect([await works(token), await host.introspect(token)]).toEqual([401, { active: false }]);
    const anew = await host.open({ subject: { id: subject }, workspace: workspace.slug });
    expect([anew.status, await works((anew.json as Opened).sessionToken)]).toEqual([201, 200]);
  });
});

it('leaves the person’s sessions of other workspaces alone (I9)', async () => {
  const sister = await service.workspace({ organization: workspace.organization });
  const { id, userName, subject } = await signedIn();
  await scimClient(service, (await sister.connectionToken('okta')).token).post('/Users', newUser(userName));
  const there = await host.open({ subject: { id: subject }, workspace: sister.slug });
  expect((await owner('DELETE', `/team/members/${id}`)).status).toBe(204);
  expect(await works((there.json as Opened).sessionToken)).toBe(200);
});

it('a restored member signs in anew', async () => {
  const { id, subject, tokens } = await signedIn();
  await owner('DELETE', `/team/members/${id}`);
  const back = await owner('POST', `/team/members/${id}/restore`);
  expect(back.status, back.text).toBe(200);
  for (const token of tokens) expect([await works(token), await host.introspect(token)]).toEqual([401, { active: false }]);
  expect((await host.open({ subject: { id: subject }, workspace: workspace.slug })).status).toBe(201);
});

it('a refused removal ends nothing, and no more does a change of role', async () => {
  const [row] = await service.query('select user_name from membership where id = $1', [workspace.ownerId]);
  const session = await host.signIn('the-owner', String(row?.['user_name']), workspace.slug);
  expect((await scim.delete(`/Users/${workspace.ownerId}`)).status).toBe(409);
  expect(await works(session.sessionToken)).toBe(200);
  const { id, tokens } = await signedIn();
  expect((await owner('PATCH', `/team/members/${id}`, { role: 'admin' })).status).toBe(200);
  expect((await host.introspect(tokens[0] ?? ''))['role']).toBe('admin');
});

it('a row that was missed does not help: the epoch of the token is not the member’s any more', async () => {
  const { id, tokens } = await signedIn();
  await owner('POST', `/team/members/${id}/deactivate`);
  await owner('POST', `/team/members/${id}/reactivate`);
  await service.query('update user_session set ended_at = null where membership_id = $1', [id]);
  expect([await works(tokens[0] ?? ''), await host.introspect(tokens[0] ?? '')]).toEqual([401, { active: false }]);
});

describe('signing out everywhere', () => {
  it('ends every access in all workspaces, is audited in each and leaves everybody else signed in', async () => {
    const sister = await service.workspace({ organization: workspace.organization });
    const [me, other] = [await signedIn(), await signedIn()];
    const okta = scimClient(service, (await sister.connectionToken('okta')).token);
    const made = await okta.post('/Users', newUser(me.userName));
    const there = (await host.open({ subject: { id: me.subject }, workspace: sister.slug })).json as Opened;
    const { token: tokenThere } = await sister.personToken((made.body as { id: string }).id);
    const before = await service.query('select version from membership where id = $1', [me.id]);
    const send = sender(service, me.tokens[0] ?? '');
    expect((await send('DELETE', '/account/sessions')).status).toBe(204);
    for (const token of [...me.tokens, me.homeToken, there.sessionToken, tokenThere]) expect(await host.introspect(token)).toEqual({ active: false });
    expectProblem(await send('DELETE', '/account/sessions'), { status: 401, code: 'credential-invalid' });
    for (const token of other.tokens) expect(await works(token)).toBe(200);
    const told = await service.query(`select workspace_id, actor_kind, actor_id, outcome from audit_event where action = 'account_sign_out' order by workspace_id`);
    expect(told).toEqual([workspace, sister].map(({ tenant }) => ({ workspace_id: tenant.workspaceId, actor_kind: 'account', actor_id: me.accountId, outcome: 'success' })));
    expect(await service.query('select version from membership where id = $1', [me.id])).toEqual(before);
    expect((await host.open({ subject: { id: me.subject }, workspace: workspace.slug })).status).toBe(201);
  });

  it('works for somebody who is a member of nothing any more', async () => {
    const { id, homeToken } = await signedIn();
    await owner('DELETE', `/team/members/${id}`);
    const send = sender(service, homeToken);
    expect((await send('DELETE', '/account/sessions')).status).toBe(204);
    expectProblem(await send('GET', '/account'), { status: 401, code: 'credential-invalid' });
  });
});
