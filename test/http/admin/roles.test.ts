// Roles that a workspace makes for itself: who may make which, what they allow, and that nobody gets beyond themselves by them.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changeRole } from '../../../src/domain/commands/change-role.ts';
import { halfDone } from '../../support/half-done.ts';
import { scimClient, startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { apiAs, type Api } from './team-api.ts';
import { expectProblem, person, type ProblemBody } from './team.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Api;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace();
  owner = await apiAs(service, workspace, workspace.ownerId);
});
afterAll(async () => await service.stop());

const lead = { key: 'team-lead', name: 'Team lead', rank: 50, permissions: ['members.read', 'members.role', 'members.remove', 'groups.write'] };

async function make(role: object = lead): Promise<void> {
  const made = await owner('POST', '/roles', role);
  expect(made.status, made.text).toBe(201);
}

/** Somebody with a role, given by the operator. */
async function somebody(role: string): Promise<{ id: string; api: Api }> {
  const id = await person(service, workspace, role);
  return { id, api: await apiAs(service, workspace, id) };
}

describe('a role of the workspace', () => {
  it('is made, shown with its counts, changed to its version, and deleted', async () => {
    const made = await owner('POST', '/roles', lead);
    const shown = { ...lead, permissions: lead.permissions.toSorted(), builtIn: false, members: 0, groups: 0, version: 1 };
    expect([made.status, made.headers['etag'], made.json]).toEqual([201, 'W/"1"', shown]);
    await person(service, workspace, lead.key);
    const list = (await owner('GET', '/roles')).json as { items: { key: string; rank: number; members: number; builtIn: boolean }[] };
    expect(list.items.map(({ key, rank, members, builtIn }) => [key, rank, members, builtIn])).toEqual([
      ['owner', 100, 1, true],
      ['admin', 80, 0, true],
      ['team-lead', 50, 1, false],
      ['member', 20, 0, true],
    ]);
    expectProblem(await owner('PATCH', '/roles/team-lead', { rank: 40 }, { 'If-Match': 'W/"7"' }), { status: 412, code: 'version-mismatch' });
    const changed = await owner('PATCH', '/roles/team-lead', { rank: 40, permissions: [] }, { 'If-Match': 'W/"1"' });
    expect([changed.status, changed.headers['etag'], changed.json]).toMatchObject([200, 'W/"2"', { name: 'Team lead', rank: 40, permissions: [], members: 1, version: 2 }]);
    expect((await owner('PATCH', '/roles/team-lead', { rank: 40 })).headers['etag']).toBe('W/"2"');
    expect((await owner('GET', '/roles/team-lead', undefined, { 'If-None-Match': 'W/"2"' })).status).toBe(304);
  });

  it('in use is not deleted, and the refusal says who has it', async () => {
    await make();
    const { id } = await somebody(lead.key);
    const refused = await owner('DELETE', '/roles/team-lead');
    expectProblem(refused, { status: 409, code: 'role-in-use', says: /person\d+@team\.example has it/ });
    expect((refused.json as ProblemBody).blockers.map(({ memberId }) => memberId)).toEqual([id]);
    expect((await owner('PATCH', `/members/${id}`, { role: 'member' })).status).toBe(200);
    expect((await owner('DELETE', '/roles/team-lead')).status).toBe(204);
    expectProblem(await owner('GET', '/roles/team-lead'), { status: 404, code: 'not-found' });
    expectProblem(await owner('PATCH', `/members/${id}`, { role: lead.key }), { status: 400, code: 'invalid-value', says: /There is no role "team-lead"/ });
  });

  it('of somebody who was removed does not come back with them', async () => {
    await make();
    const { id } = await somebody(lead.key);
    expect((await owner('DELETE', `/members/${id}`)).status).toBe(204);
    expect((await owner('DELETE', '/roles/team-lead')).status).toBe(204);
    expect(await service.query('select base_role, role from membership where id = $1', [id])).toEqual([{ base_role: 'member', role: 'member' }]);
  });

  it.each([
    [{ ...lead, key: 'owner' }, 409, 'duplicate'],
    [{ ...lead, rank: 80 }, 400, 'invalidValue'],
    [{ ...lead, rank: 0 }, 400, 'invalidValue'],
    [{ ...lead, permissions: ['everything'] }, 400, 'invalidValue'],
    [{ ...lead, key: 'Team Lead' }, 400, 'invalidValue'],
    [{ ...lead, key: '__proto__' }, 400, 'invalidValue'],
    [{ ...lead, more: 1 }, 400, 'invalidValue'],
  ])('%o is refused', async (body, status, code) => {
    expectProblem(await owner('POST', '/roles', body), { status, code, says: /./ });
  });

  it.each(['owner', 'admin', 'member'])('%s stays as it is', async (key) => {
    expectProblem(await owner('PATCH', `/roles/${key}`, { name: 'Other' }), { status: 400, code: 'invalid-value', says: /built in/ });
    expectProblem(await owner('DELETE', `/roles/${key}`), { status: 400, code: 'invalid-value', says: /built in/ });
  });

  it('is known to its own workspace alone', async () => {
    await make();
    const other = await service.workspace();
    const stranger = await apiAs(service, other, other.ownerId);
    expectProblem(await stranger('GET', '/roles/team-lead'), { status: 404, code: 'not-found' });
    expectProblem(await stranger('PATCH', `/members/${await person(service, other)}`, { role: lead.key }), { status: 400, code: 'invalid-value', says: /no role/ });
  });

  it('has a place for fifty and no more', async () => {
    const rows = Array.from({ length: 50 }, (_, n) => `('${workspace.tenant.workspaceId}', 'r${n}', 'R', 1, '{}')`);
    await service.query(`insert into workspace_role (workspace_id, key, name, rank, permissions) values ${rows.join(', ')}`);
    expectProblem(await owner('POST', '/roles', lead), { status: 400, code: 'invalid-value', says: /at most 50/ });
  });
});

describe('who has one', () => {
  it('may do what it says and reaches whom its rank reaches', async () => {
    await make();
    const { api } = await somebody(lead.key);
    const [member, admin] = [await person(service, workspace), await person(service, workspace, 'admin')];
    expect((await api('GET', `/members/${member}`)).status).toBe(200);
    expect((await api('PATCH', `/members/${member}`, { role: lead.key })).status).toBe(200);
    expectProblem(await api('PATCH', `/members/${member}`, { role: 'admin' }), { status: 403, code: 'role-not-manageable' });
    expectProblem(await api('POST', `/members/${member}/deactivate`), { status: 403, code: 'permission-denied' });
    expectProblem(await api('DELETE', `/members/${admin}`), { status: 403, code: 'role-not-manageable' });
    expect((await api('DELETE', `/members/${member}`)).status).toBe(204);
    const found = (await owner('GET', `/members?role=${lead.key}`)).json as { total: number };
    expect(found.total).toBe(1);
  });

  it('loses at the next request what the role loses', async () => {
    await make();
    const { api } = await somebody(lead.key);
    expect((await api('GET', '/roles')).status).toBe(200);
    await owner('PATCH', '/roles/team-lead', { permissions: [] });
    expectProblem(await api('GET', '/roles'), { status: 403, code: 'permission-denied' });
    expectProblem(await api('GET', '/groups'), { status: 403, code: 'permission-denied' });
  });

  it('is shown with it by SCIM, and found by it', async () => {
    await make();
    const { id } = await somebody(lead.key);
    const okta = scimClient(service, (await workspace.connectionToken()).token);
    const urn = 'urn:usher:params:scim:schemas:extension:membership:2.0:User';
    const found = await okta.get(`/Users?filter=${encodeURIComponent(`${urn}:role eq "${lead.key}"`)}&attributes=${urn}`);
    expect(found.body.Resources).toMatchObject([{ id, [urn]: { role: lead.key, roleSource: 'direct' } }]);
  });

  it('gets nowhere beyond itself', async () => {
    await make();
    const { id, api } = await somebody(lead.key);
    const beyond = { status: 403, code: 'role-not-manageable' };
    await make({ key: 'auditor', name: 'Auditor', rank: 10, permissions: ['audit.read'] });
    expectProblem(await api('POST', '/roles', { key: 'higher', name: 'H', rank: 51, permissions: [] }), beyond);
    expectProblem(await api('POST', '/roles', { key: 'wider', name: 'W', rank: 1, permissions: ['audit.read'] }), beyond);
    expectProblem(await api('PATCH', '/roles/team-lead', { rank: 60 }), beyond);
    expectProblem(await api('PATCH', '/roles/team-lead', { permissions: [...lead.permissions, 'billing.read'] }), beyond);
    expectProblem(await api('PATCH', '/roles/auditor', { permissions: [] }), beyond);
    expectProblem(await api('DELETE', '/roles/auditor'), beyond);
    // A lower rank with a permission that one lacks is beyond oneself, too.
    expectProblem(await api('PATCH', `/members/${id}`, { role: 'auditor' }), beyond);
    expectProblem(await api('PATCH', `/members/${await person(service, workspace)}`, { role: 'auditor' }), beyond);
    expect((await api('POST', '/roles', { key: 'helper', name: 'Helper', rank: 50, permissions: ['members.read'] })).status).toBe(201);
    const admin = await somebody('admin');
    await make({ key: 'biller', name: 'Biller', rank: 1, permissions: ['billing.read'] });
    expectProblem(await admin.api('PATCH', `/members/${id}`, { role: 'biller' }), beyond);
    expectProblem(await (await somebody('member')).api('POST', '/roles', lead), { status: 403, code: 'permission-denied' });
    const denied = await service.query(`select action from audit_event where workspace_id = $1 and outcome = 'denied' and action like 'role%' order by id`, [workspace.tenant.workspaceId]);
    expect(denied.map(({ action }) => action)).toEqual(['role_create', 'role_create', 'role_update', 'role_update', 'role_update', 'role_delete', 'role_create']);
  });

  it('is as real to the command line', async () => {
    await make();
    const id = await person(service, workspace);
    const done = await changeRole(service.ports.store, workspace.operator, id, lead.key);
    expect(done.ok).toBe(true);
    const unknown = await changeRole(service.ports.store, workspace.operator, id, 'nothing');
    expect(unknown.ok ? undefined : unknown.refusal.rule).toBe('invalid-value');
  });
});

it('nothing of all that was done by halves', async () => {
  expect(await halfDone(service.query)).toEqual([]);
});
