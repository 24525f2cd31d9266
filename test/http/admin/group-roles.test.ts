// Roles that groups give: the what-if is what is done, pushes keep the strongest role in force, and no push costs the last owner.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changeRole } from '../../../src/domain/commands/change-role.ts';
import { changedTables, fingerprint } from '../../support/fingerprint.ts';
import { halfDone } from '../../support/half-done.ts';
import { scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { apiAs, type Api } from './team-api.ts';
import { expectProblem, person, type ProblemBody, type Shown } from './team.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Api;
let okta: Scim;
let connectionId: string;

interface WhatIf {
  readonly dryRun: boolean;
  readonly role: string | null;
  readonly members: readonly { readonly id: string; readonly from: string; readonly to: string; readonly outcome: string }[];
}

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  // The account owner is an owner of another workspace, so that the owners of this one can all be demoted.
  const home = await service.workspace();
  workspace = await service.workspace({ organization: home.organization });
  owner = await apiAs(service, workspace, workspace.ownerId);
  const made = await workspace.connectionToken();
  connectionId = made.record.connectionId ?? '';
  okta = scimClient(service, made.token);
});
afterAll(async () => await service.stop());

async function group(displayName: string, ...members: readonly string[]): Promise<string> {
  const made = await okta.post('/Groups', { displayName, members: members.map((value) => ({ value })) });
  expect(made.status, made.text).toBe(201);
  return made.body.id as string;
}

const allow = async (policy: object) => await service.query('update idp_connection set policy = $2 where id = $1', [connectionId, JSON.stringify(policy)]);
const put = async (id: string, role: string, query = '') => await owner('PUT', `/groups/${id}/role${query}`, { role });
const good = async (id: string, role: string): Promise<WhatIf> => {
  const done = await put(id, role);
  expect(done.status, done.text).toBe(200);
  return done.json as WhatIf;
};
const one = async (id: string) => (await owner('GET', `/members/${id}`)).json as Shown & { roleSource: string };
const roleOf = async (id: string) => (await service.query('select role from membership where id = $1', [id]))[0]?.['role'];
const add = (id: string) => ({ op: 'add', path: 'members', value: [{ value: id }] });
const drop = (id: string) => ({ op: 'remove', path: `members[value eq "${id}"]` });
const membersOf = async (id: string) => ((await okta.get(`/Groups/${id}`)).body.members as { value: string }[] | undefined)?.map(({ value }) => value) ?? [];
const intents = async (id: string) => await service.query('select act, rule, status from blocked_intent where membership_id = $1', [id]);
const audit = async (action: string) =>
  await service.query('select outcome, target_id, metadata::jsonb as metadata from audit_event where workspace_id = $1 and action = $2 order by id', [workspace.tenant.workspaceId, action]);

describe('a group that comes to give a role', () => {
  it('tells first what it then does', async () => {
    const [ada, bob] = [await person(service, workspace), await person(service, workspace, 'admin')];
    const id = await group('Admins', ada, bob);
    const before = await fingerprint(service);
    const told = await put(id, 'admin', '?dryRun=true');
    expect(told.json).toEqual({ dryRun: true, group: { id, name: 'Admins' }, role: 'admin', members: [{ id: ada, userName: expect.any(String), from: 'member', to: 'admin', outcome: 'changed' }] });
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
    expect(await good(id, 'admin')).toEqual({ ...(told.json as WhatIf), dryRun: false });
    expect(await one(ada)).toMatchObject({ role: 'admin', roleSource: 'group', version: 2 });
    expect(await one(bob)).toMatchObject({ role: 'admin', roleSource: 'direct', version: 1 });
    expect(await audit('group_role_set')).toEqual([{ outcome: 'success', target_id: id, metadata: { to: 'admin' } }]);
    expect(await audit('team_membership_role_change')).toEqual([{ outcome: 'success', target_id: ada, metadata: { from: 'member', to: 'admin', cause: 'mapping' } }]);
    const then = await fingerprint(service);
    expect((await good(id, 'admin')).members).toEqual([]);
    expect(changedTables(then, await fingerprint(service))).toEqual([]);
    expect((await owner('GET', `/groups/${id}`)).json).toMatchObject({ name: 'Admins', memberCount: 2, role: 'admin' });
    const off = await owner('DELETE', `/groups/${id}/role`);
    expect(off.json).toMatchObject({ role: null, members: [{ id: ada, from: 'admin', to: 'member', outcome: 'changed' }] });
    expect(await one(ada)).toMatchObject({ role: 'member', roleSource: 'direct', version: 3 });
  });

  it('is set only by who could give and take the role', async () => {
    const admin = await apiAs(service, workspace, await person(service, workspace, 'admin'));
    const [ada, second] = [await person(service, workspace), await person(service, workspace, 'owner')];
    const id = await group('Some', ada, second);
    expectProblem(await admin('PUT', `/groups/${id}/role`, { role: 'owner' }), { status: 403, code: 'role-not-manageable' });
    expect((await admin('PUT', `/groups/${id}/role`, { role: 'admin' })).status).toBe(200);
    await good(id, 'owner');
    const refused = await admin('DELETE', `/groups/${id}/role`);
    expectProblem(refused, { status: 403, code: 'role-not-manageable' });
    expect((refused.json as ProblemBody).blockers.map(({ memberId }) => memberId)).toEqual([null, ada]);
    expect(await roleOf(ada)).toBe('owner');
    expectProblem(await put(id, 'nothing'), { status: 400, code: 'invalid-value' });
    expectProblem(await put('018f0000-0000-7000-8000-000000000001', 'admin'), { status: 404, code: 'not-found' });
    const member = await apiAs(service, workspace, await person(service, workspace));
    expectProblem(await member('PUT', `/groups/${id}/role`, { role: 'member' }), { status: 403, code: 'permission-denied' });
  });

  it('is listed with it', async () => {
    const ids = [await group('Zoo'), await group('alpha'), await group('Beta')];
    await good(ids[2] ?? '', 'admin');
    const names = async (query: string) => ((await owner('GET', `/groups${query}`)).json as { items: { name: string }[] }).items.map(({ name }) => name);
    expect([await names(''), await names('?sort=-name'), await names('?mapped=true'), await names('?q=LPH')]).toEqual([['alpha', 'Beta', 'Zoo'], ['Zoo', 'Beta', 'alpha'], ['Beta'], ['alpha']]);
    const first = (await owner('GET', '/groups?limit=2')).json as { total: number; nextCursor: string };
    expect([first.total, await names(`?limit=2&cursor=${first.nextCursor}`)]).toEqual([3, ['Zoo']]);
  });
});

describe('a push of a group that gives a role', () => {
  it('gives and takes it in the same request, by every verb', async () => {
    await allow({ maxRole: 'admin' });
    const ada = await person(service, workspace);
    const id = await group('Admins');
    await good(id, 'admin');
    const seen: unknown[] = [];
    const look = async () => seen.push([(await one(ada)).role, (await one(ada)).version]);
    expect((await okta.patch(`/Groups/${id}`, add(ada))).status).toBe(204);
    await look();
    expect((await okta.patch(`/Groups/${id}`, add(ada))).status).toBe(204);
    await look();
    expect((await okta.put(`/Groups/${id}`, { displayName: 'Admins', members: [] })).status).toBe(200);
    await look();
    await okta.patch(`/Groups/${id}`, { op: 'replace', path: 'members', value: [{ value: ada }] });
    await look();
    await okta.patch(`/Groups/${id}`, drop(ada));
    await look();
    await okta.patch(`/Groups/${id}`, add(ada));
    expect((await okta.delete(`/Groups/${id}`)).status).toBe(204);
    await look();
    expect(seen).toEqual([['admin', 2], ['admin', 2], ['member', 3], ['admin', 4], ['member', 5], ['member', 7]]);
    expect((await audit('team_membership_role_change')).map(({ metadata }) => metadata)).toEqual(
      [['member', 'admin'], ['admin', 'member'], ['member', 'admin'], ['admin', 'member'], ['member', 'admin'], ['admin', 'member']].map(([from, to]) => ({ from, to, cause: 'group' })),
    );
  });

  it('leaves the strongest of several in force, and the base role is changed beneath', async () => {
    await allow({ maxRole: 'admin' });
    await owner('POST', '/roles', { key: 'lead', name: 'Lead', rank: 50, permissions: ['members.read'] });
    const ada = await person(service, workspace);
    const [admins, leads] = [await group('Admins'), await group('Leads')];
    await good(admins, 'admin');
    await good(leads, 'lead');
    await okta.patch(`/Groups/${leads}`, add(ada));
    expect(await roleOf(ada)).toBe('lead');
    await okta.patch(`/Groups/${admins}`, add(ada));
    expect(await roleOf(ada)).toBe('admin');
    await okta.patch(`/Groups/${admins}`, drop(ada));
    expect(await roleOf(ada)).toBe('lead');
    expect((await owner('PATCH', '/roles/lead', { rank: 10 })).status).toBe(200);
    expect(await one(ada)).toMatchObject({ role: 'member', roleSource: 'direct' });
    expect((await owner('PATCH', '/roles/lead', { rank: 50 })).status).toBe(200);
    expect(await one(ada)).toMatchObject({ role: 'lead', roleSource: 'group' });
    expect((await owner('PATCH', `/members/${ada}`, { role: 'admin' })).json).toMatchObject({ role: 'admin', roleSource: 'direct' });
    expect((await owner('PATCH', `/members/${ada}`, { role: 'member' })).json).toMatchObject({ role: 'lead', roleSource: 'group' });
    expectProblem(await owner('DELETE', '/roles/lead'), { status: 409, code: 'role-in-use', says: /the group "Leads" gives it/ });
  });

  it('by a connection puts nobody in beyond its policy, and takes anybody out', async () => {
    const ada = await person(service, workspace);
    const id = await group('Admins', await person(service, workspace));
    await good(id, 'admin');
    const refused = await okta.patch(`/Groups/${id}`, add(ada));
    expect([refused.status, refused.headers['x-problem-code'], await membersOf(id)]).toEqual([403, 'role-not-manageable', expect.not.arrayContaining([ada])]);
    expect(refused.body.detail).toMatch(/The connection "okta" cannot put person\d+@team\.example into "Admins"/);
    const [inside = ''] = await membersOf(id);
    expect((await okta.patch(`/Groups/${id}`, drop(inside))).status).toBe(204);
    expect(await roleOf(inside)).toBe('member');
    await good(id, 'owner');
    await allow({ maxRole: 'admin' });
    expect((await okta.patch(`/Groups/${id}`, add(ada))).status).toBe(403);
    await allow({ ownerFromGroups: true });
    expect((await okta.patch(`/Groups/${id}`, add(ada))).status).toBe(204);
    expect(await roleOf(ada)).toBe('owner');
  });

  it('by a person counts as giving and taking the role', async () => {
    const [ada, admin] = [await person(service, workspace), await person(service, workspace, 'admin')];
    const id = await group('Owners', await person(service, workspace));
    await good(id, 'owner');
    const scim = scimClient(service, (await workspace.personToken(admin)).token);
    const [inside = ''] = await membersOf(id);
    for (const answer of [await scim.patch(`/Groups/${id}`, add(ada)), await scim.patch(`/Groups/${id}`, add(admin)), await scim.patch(`/Groups/${id}`, drop(inside)), await scim.delete(`/Groups/${id}`)]) {
      expect([answer.status, answer.headers['x-problem-code']]).toEqual([403, 'role-not-manageable']);
    }
    expect(await membersOf(id)).toEqual([inside]);
    expect((await scim.patch(`/Groups/${id}`, { op: 'replace', path: 'displayName', value: 'Bosses' })).status).toBe(204);
    const mine = scimClient(service, (await workspace.personToken(workspace.ownerId)).token);
    expect((await mine.patch(`/Groups/${id}`, add(ada))).status).toBe(204);
    expect(await roleOf(ada)).toBe('owner');
  });
});

describe('a demotion of the last owner by a push', () => {
  it('is withheld, the facts are stored, and it is made up for once somebody else is an owner', async () => {
    await allow({ ownerFromGroups: true });
    const ada = await person(service, workspace);
    const id = await group('Owners');
    await good(id, 'owner');
    await okta.patch(`/Groups/${id}`, add(ada));
    expect((await changeRole(service.ports.store, workspace.operator, workspace.ownerId, 'admin')).ok).toBe(true);
    expect((await okta.patch(`/Groups/${id}`, drop(ada))).status).toBe(204);
    expect([await membersOf(id), await roleOf(ada)]).toEqual([[], 'owner']);
    expect((await audit('team_membership_role_change')).at(-1)).toEqual({ outcome: 'withheld', target_id: ada, metadata: { from: 'owner', to: 'member', cause: 'group' } });
    expect(await intents(ada)).toEqual([{ act: 'demote', rule: 'last-owner', status: 'open' }]);
    expect((await changeRole(service.ports.store, workspace.operator, workspace.ownerId, 'owner')).ok).toBe(true);
    expect([await roleOf(ada), await roleOf(workspace.ownerId)]).toEqual(['member', 'owner']);
    expect((await audit('team_membership_role_change')).slice(-2).map(({ outcome, target_id: target, metadata }) => [outcome, target, metadata])).toEqual([
      ['success', workspace.ownerId, { from: 'admin', to: 'owner' }],
      ['success', ada, { from: 'owner', to: 'member', cause: 'withheld' }],
    ]);
    expect(await intents(ada)).toEqual([{ act: 'demote', rule: 'last-owner', status: 'resolved' }]);
  });

  it('waits no more once the member is back in the group', async () => {
    await allow({ ownerFromGroups: true });
    const ada = await person(service, workspace);
    const id = await group('Owners', ada);
    await good(id, 'owner');
    await changeRole(service.ports.store, workspace.operator, workspace.ownerId, 'admin');
    await okta.patch(`/Groups/${id}`, drop(ada));
    await okta.patch(`/Groups/${id}`, add(ada));
    expect(await intents(ada)).toMatchObject([{ status: 'resolved' }]);
    await changeRole(service.ports.store, workspace.operator, workspace.ownerId, 'owner');
    expect(await roleOf(ada)).toBe('owner');
  });

  it('is withheld of one when all go at once, and made up for by a push that brings another', async () => {
    await allow({ ownerFromGroups: true });
    const [ada, bob, cid] = [await person(service, workspace), await person(service, workspace), await person(service, workspace)];
    const id = await group('Owners', ada, bob);
    await good(id, 'owner');
    await changeRole(service.ports.store, workspace.operator, workspace.ownerId, 'member');
    await okta.put(`/Groups/${id}`, { displayName: 'Owners', members: [] });
    expect(new Set([await roleOf(ada), await roleOf(bob)])).toEqual(new Set(['member', 'owner']));
    expect((await okta.patch(`/Groups/${id}`, add(cid))).status).toBe(204);
    expect([await roleOf(ada), await roleOf(bob), await roleOf(cid)]).toEqual(['member', 'member', 'owner']);
    expect((await okta.delete(`/Groups/${id}`)).status).toBe(204);
    expect(await roleOf(cid)).toBe('owner');
  });

  it('is told by the what-if as withheld', async () => {
    const ada = await person(service, workspace);
    const id = await group('Owners', ada);
    await good(id, 'owner');
    await changeRole(service.ports.store, workspace.operator, workspace.ownerId, 'member');
    const mine = await apiAs(service, workspace, ada);
    const told = await mine('DELETE', `/groups/${id}/role?dryRun=true`);
    expect(told.json).toMatchObject({ members: [{ id: ada, from: 'owner', to: 'member', outcome: 'withheld' }] });
    expect((await mine('DELETE', `/groups/${id}/role`)).json).toEqual({ ...(told.json as object), dryRun: false });
    expect(await roleOf(ada)).toBe('owner');
  });

  it('never reaches the account owner', async () => {
    const home = await service.workspace();
    const boss = await apiAs(service, home, home.ownerId);
    const scim = scimClient(service, (await home.connectionToken()).token);
    const made = await scim.post('/Groups', { displayName: 'Owners', members: [{ value: home.ownerId }] });
    await boss('PUT', `/groups/${String(made.body.id)}/role`, { role: 'owner' });
    await service.query(`update membership set base_role = 'member' where id = $1`, [home.ownerId]);
    await person(service, home, 'owner');
    expect((await scim.patch(`/Groups/${String(made.body.id)}`, drop(home.ownerId))).status).toBe(204);
    expect(await roleOf(home.ownerId)).toBe('owner');
  });
});

it('nothing of all that was done by halves', async () => {
  expect(await halfDone(service.query)).toEqual([]);
});
