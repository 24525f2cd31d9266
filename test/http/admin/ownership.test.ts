// Ownership passed on by its owner, and by the successor whom an owner has named when an identity provider takes the owner away.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changedTables, fingerprint } from '../../support/fingerprint.ts';
import { halfDone } from '../../support/half-done.ts';
import { scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { apiAs, type Api } from './team-api.ts';
import { expectProblem, person, type Shown } from './team.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Api;
let okta: Scim;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace();
  await enter(workspace);
});
afterAll(async () => await service.stop());

async function enter(place: TestWorkspace): Promise<void> {
  workspace = place;
  owner = await apiAs(service, workspace, workspace.ownerId);
  okta = scimClient(service, (await workspace.connectionToken()).token);
}

/** A workspace whose owner is not the account owner. */
async function enterPlain(): Promise<void> {
  await enter(await service.workspace({ organization: workspace.organization }));
}

const off = { op: 'replace', path: 'active', value: false };
const one = async (api: Api, id: string) => (await api('GET', `/members/${id}`)).json as Shown;
const accountOwner = async () => (await service.query('select m.id from organization o join membership m on m.account_id = o.account_owner_id and m.workspace_id = $2 where o.id = $1', [workspace.tenant.organizationId, workspace.tenant.workspaceId]))[0]?.['id'];
const rolesOf = async (...ids: readonly string[]) => {
  const rows = await service.query('select id, base_role, status, deleted_at is not null as gone from membership where workspace_id = $1', [workspace.tenant.workspaceId]);
  return ids.map((id) => rows.find((row) => row['id'] === id)).map((row) => `${String(row?.['base_role'])} ${row?.['gone'] === true ? 'gone' : String(row?.['status'])}`);
};
const trail = async (most: number) =>
  (await service.query(`select action, actor_kind, target_id, metadata::jsonb as metadata from audit_event where workspace_id = $1 and outcome = 'success' order by id desc limit ${most}`, [workspace.tenant.workspaceId])).toReversed();

describe('a transfer', () => {
  it('tells first what it then does, with a reason in the audit', async () => {
    await enterPlain();
    const ada = await person(service, workspace);
    const before = await fingerprint(service);
    const told = await owner('POST', '/ownership-transfer?dryRun=true', { to: ada });
    expect(told.json).toMatchObject({ dryRun: true, to: { id: ada, role: 'owner', accountOwner: false }, from: { id: workspace.ownerId, role: 'admin', accountOwner: false } });
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
    expect((await owner('POST', '/ownership-transfer', { to: ada, reason: 'new lead' })).json).toEqual({ ...(told.json as object), dryRun: false });
    expect(await rolesOf(workspace.ownerId, ada)).toEqual(['admin active', 'owner active']);
    expect(await trail(1)).toEqual([{ action: 'team_ownership_transfer', actor_kind: 'person', target_id: ada, metadata: { account: false, from: workspace.ownerId } }]);
    expect(await service.query('select reason from audit_reason where workspace_id = $1', [workspace.tenant.workspaceId])).toEqual([{ reason: 'new lead' }]);
    expectProblem(await owner('POST', '/ownership-transfer', { to: workspace.ownerId }), { status: 403, code: 'role-not-manageable' });
  });

  it('by the account owner goes with the account or not at all', async () => {
    const ada = await person(service, workspace);
    expectProblem(await owner('POST', '/ownership-transfer', { to: ada }), { status: 409, code: 'account-owner-protected' });
    const second = await apiAs(service, workspace, await person(service, workspace, 'owner'));
    expectProblem(await second('POST', '/ownership-transfer', { to: ada, alsoAccount: true }), { status: 409, code: 'account-owner-protected' });
    expect((await owner('POST', '/ownership-transfer', { to: ada, alsoAccount: true })).json).toMatchObject({ to: { id: ada, accountOwner: true }, from: { accountOwner: false } });
    expect(await accountOwner()).toBe(ada);
  });

  it.each([
    ['somebody who is not active', async () => await person(service, workspace, 'member', false), 400, 'invalid-value'],
    ['nobody', async () => await Promise.resolve('018f0000-0000-7000-8000-000000000001'), 404, 'not-found'],
  ])('to %s is refused', async (_, who, status, code) => {
    await enterPlain();
    expectProblem(await owner('POST', '/ownership-transfer', { to: await who() }), { status, code });
  });
});

describe('a successor', () => {
  const name = async (member: string, alsoAccount = false) => await owner('PUT', '/successor', { member, alsoAccount });

  it('is named, shown to who named, and taken back', async () => {
    await enterPlain();
    const ada = await person(service, workspace);
    expect((await owner('GET', '/successor')).json).toEqual({ successor: null });
    const named = await name(ada);
    expect([named.status, named.json]).toEqual([200, { successor: { id: ada, userName: expect.any(String), alsoAccount: false } }]);
    const before = await fingerprint(service);
    expect((await name(ada)).json).toEqual(named.json);
    expect([(await owner('GET', '/successor')).json, changedTables(before, await fingerprint(service))]).toEqual([named.json, []]);
    const other = await apiAs(service, workspace, await person(service, workspace, 'owner'));
    expect((await other('GET', '/successor')).json).toEqual({ successor: null });
    expect((await owner('DELETE', '/successor')).status).toBe(204);
    expect((await owner('DELETE', '/successor')).status).toBe(204);
    expect((await trail(20)).map(({ action }) => action).filter((action) => String(action).startsWith('successor'))).toEqual(['successor_nominate', 'successor_withdraw']);
  });

  it('is for owners to name, and another active person', async () => {
    await enterPlain();
    const [ada, bob] = [await person(service, workspace), await person(service, workspace, 'member', false)];
    const admin = await apiAs(service, workspace, await person(service, workspace, 'admin'));
    expectProblem(await admin('PUT', '/successor', { member: ada }), { status: 403, code: 'permission-denied' });
    for (const id of [bob, workspace.ownerId]) expectProblem(await name(id), { status: 400, code: 'invalid-value' });
    expectProblem(await name(ada, true), { status: 409, code: 'account-owner-protected' });
  });

  it.each(['removes', 'deactivates'])('becomes owner when a connection %s the last one', async (what) => {
    await enterPlain();
    const { ownerId } = workspace;
    const ada = await person(service, workspace);
    const act = async () => (what === 'removes' ? await okta.delete(`/Users/${ownerId}`) : await okta.patch(`/Users/${ownerId}`, off));
    expect((await act()).status).toBe(409);
    await name(ada);
    expect((await act()).status).toBe(what === 'removes' ? 204 : 200);
    expect(await rolesOf(ownerId, ada)).toEqual([what === 'removes' ? 'admin gone' : 'admin deactivated', 'owner active']);
    expect(await trail(2)).toMatchObject([
      { action: 'team_ownership_transfer', actor_kind: 'connection', target_id: ada, metadata: { by: 'nomination', from: ownerId, account: false } },
      { action: what === 'removes' ? 'team_membership_remove' : 'team_membership_deactivate', target_id: ownerId },
    ]);
    expect(await service.query('select owner_id from successor where workspace_id = $1', [workspace.tenant.workspaceId])).toEqual([]);
  });

  it('does not follow while another owner stays', async () => {
    await enterPlain();
    const [ada, second] = [await person(service, workspace), await person(service, workspace, 'owner')];
    await name(ada);
    expect((await okta.delete(`/Users/${workspace.ownerId}`)).status).toBe(204);
    expect(await rolesOf(ada, second)).toEqual(['member active', 'owner active']);
  });

  it('of the account owner gets the account too, if named for it', async () => {
    const ada = await person(service, workspace);
    await name(ada);
    expect((await okta.delete(`/Users/${workspace.ownerId}`)).status).toBe(409);
    await name(ada, true);
    await person(service, workspace, 'owner');
    expect((await okta.delete(`/Users/${workspace.ownerId}`)).status).toBe(204);
    expect([await accountOwner(), await rolesOf(ada)]).toEqual([ada, ['owner active']]);
  });

  it('who is not active any more follows nobody', async () => {
    await enterPlain();
    const ada = await person(service, workspace);
    await name(ada);
    expect((await owner('POST', `/members/${ada}/deactivate`)).status).toBe(200);
    expect((await okta.delete(`/Users/${workspace.ownerId}`)).status).toBe(409);
    expect((await owner('POST', `/members/${ada}/reactivate`)).status).toBe(200);
    expect((await okta.delete(`/Users/${workspace.ownerId}`)).status).toBe(204);
  });

  it('is nothing to persons who take the last owner away', async () => {
    await enterPlain();
    const ada = await person(service, workspace, 'admin');
    await name(ada);
    expectProblem(await owner('DELETE', `/members/${workspace.ownerId}`), { status: 403, code: 'self-removal' });
    const admin = await apiAs(service, workspace, ada);
    expectProblem(await admin('DELETE', `/members/${workspace.ownerId}`), { status: 403, code: 'role-not-manageable', blockers: ['role-not-manageable', 'last-owner'] });
    expect((await one(owner, ada)).role).toBe('admin');
  });
});

it('nothing of all that was done by halves', async () => {
  expect(await halfDone(service.query)).toEqual([]);
});
