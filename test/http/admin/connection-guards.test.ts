// What connections ask for in vain: blocked intents, transfer and finish, drift, and people who come back.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeRole } from '../../../src/domain/commands/change-role.ts';
import { transferOwnership } from '../../../src/domain/commands/transfer-ownership.ts';
import { sendRequest } from '../../support/raw-http.ts';
import { newUser, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { ownersConnections, type Connections } from './connections.ts';
import { expectProblem, person, teamClient, type Team } from './team.ts';

interface Intent {
  readonly id: string;
  readonly act: string;
  readonly rule: string;
  readonly times: number;
  readonly status: string;
  readonly member: { readonly id: string };
}
interface DriftRow {
  readonly memberId: string;
  readonly why: string;
  readonly asserted: string;
}
interface ListOf<T> {
  readonly total: number;
  readonly items: readonly T[];
}

let service: StartedServer;
beforeAll(async () => {
  service = await startForTest();
});
afterAll(async () => await service.stop());

interface Setting {
  readonly workspace: TestWorkspace;
  readonly owner: Connections;
  readonly team: Team;
  readonly id: string;
  readonly scim: Scim;
  readonly intents: (status?: string) => Promise<readonly Intent[]>;
  readonly drift: () => Promise<readonly DriftRow[]>;
}

/** A workspace of an organization whose account owner sits elsewhere, with a connection. */
async function setUp(policy?: object): Promise<Setting> {
  const home = await service.workspace();
  const workspace = await service.workspace({ organization: home.organization });
  const owner = await ownersConnections(service, workspace);
  const { id } = await owner.make('okta', policy);
  return {
    workspace,
    owner,
    team: teamClient(service, (await workspace.personToken(workspace.ownerId)).token),
    id,
    scim: await owner.scim(id),
    intents: async (status = 'open') => (await owner.good<ListOf<Intent>>(200, 'GET', `/blocked-intents?status=${status}`)).items,
    drift: async () => (await owner.good<ListOf<DriftRow>>(200, 'GET', `/${id}/drift`)).items,
  };
}

const off = { op: 'replace', path: 'active', value: false };
const on = { op: 'replace', path: 'active', value: true };
const last = (rows: readonly Record<string, unknown>[]) => rows.at(-1);

describe('a blocked intent', () => {
  it('is kept once for each member and act, counted, and gone when the provider thinks better of it', async () => {
    const { workspace, scim, owner, id, intents, drift } = await setUp();
    const user = `/Users/${workspace.ownerId}`;
    for (let time = 0; time < 3; time += 1) expect((await scim.patch(user, off)).headers['x-problem-code']).toBe('last-owner');
    expect((await scim.delete(user)).status).toBe(409);
    expect(await intents()).toMatchObject([
      { act: 'remove', rule: 'last-owner', times: 1, member: { id: workspace.ownerId } },
      { act: 'deactivate', rule: 'last-owner', times: 3, status: 'open' },
    ]);
    expect((await owner.one(id)).openIntents).toBe(2);
    expect(await drift()).toMatchObject([{ memberId: workspace.ownerId, asserted: 'inactive', why: 'refused' }]);
    expect((await scim.patch(user, on)).status).toBe(200);
    expect(await intents()).toEqual([]);
    expect((await intents('resolved')).map(({ act }) => act).toSorted()).toEqual(['deactivate', 'remove']);
    expect(await drift()).toEqual([]);
    const audit = await service.query(`select action from audit_event where workspace_id = $1 and action like 'blocked_intent%'`, [workspace.tenant.workspaceId]);
    expect(audit).toEqual([{ action: 'blocked_intent_withdraw' }]);
    expect((await scim.patch(user, on)).status).toBe(200);
    expect(await service.query(`select action from audit_event where workspace_id = $1 and action like 'blocked_intent%'`, [workspace.tenant.workspaceId])).toHaveLength(1);
  });

  it('is dismissed with a reason, and open again when the provider asks again', async () => {
    const { workspace, scim, owner, intents } = await setUp();
    await scim.delete(`/Users/${workspace.ownerId}`);
    const [intent] = await intents();
    expect((await owner.send('POST', `/blocked-intents/${intent?.id}/dismiss`, {})).status).toBe(400);
    expect(await owner.good(200, 'POST', `/blocked-intents/${intent?.id}/dismiss`, { reason: 'a test account' })).toMatchObject({ status: 'dismissed' });
    expect(await intents()).toEqual([]);
    expectProblem(await owner.send('POST', `/blocked-intents/${intent?.id}/dismiss`, { reason: 'again' }), { status: 404, code: 'not-found' });
    await scim.delete(`/Users/${workspace.ownerId}`);
    expect(await intents()).toHaveLength(1);
  });

  it('is finished with a transfer, as the hold of the connection, by another owner', async () => {
    const { workspace, scim, intents, team } = await setUp();
    const heir = await person(service, workspace, 'admin');
    const other = await person(service, workspace, 'owner');
    const [leaving] = [workspace.ownerId];
    await changeRole(service.ports.store, workspace.operator, other, 'admin');
    expect((await scim.patch(`/Users/${leaving}`, off)).status).toBe(409);
    const [intent] = await intents();
    const asOwner = await ownersConnections(service, workspace);
    // Nobody ends their own access, not even by finishing what somebody else began.
    expectProblem(await asOwner.send('POST', `/blocked-intents/${intent?.id}/finish`, { transferTo: heir }), { status: 403, code: 'self-removal' });
    await changeRole(service.ports.store, workspace.operator, other, 'owner');
    const asOther = await ownersConnections(service, { ...workspace, ownerId: other });
    expect(await asOther.good(200, 'POST', `/blocked-intents/${intent?.id}/finish`, { transferTo: heir, reason: 'left the company' })).toMatchObject({ status: 'finished' });
    const rows = await service.query(`select action, outcome from audit_event where workspace_id = $1 and target_id in ($2, $3) order by id`, [workspace.tenant.workspaceId, leaving, heir]);
    expect(rows.slice(-3).map(({ action }) => action)).toEqual(['team_ownership_transfer', 'team_membership_deactivate', 'blocked_intent_finish']);
    expect(last(rows)).toMatchObject({ outcome: 'success' });
    const shown = await service.query(`select m.status, m.base_role, array(select source from membership_hold h where h.membership_id = m.id) as holds from membership m where m.id = $1`, [leaving]);
    expect(shown).toMatchObject([{ status: 'deactivated', base_role: 'admin' }]);
    expect(shown[0]?.['holds']).toEqual([expect.stringMatching(/^idp:/)]);
    expect((await scim.patch(`/Users/${leaving}`, on)).body.active).toBe(true);
    expectProblem(await asOther.send('POST', `/blocked-intents/${intent?.id}/finish`, {}), { status: 404, code: 'not-found' });
    expect(team).toBeDefined();
  });

  it('is finished without one after a transfer, and not before; removal and keys included', async () => {
    const { workspace, scim, intents } = await setUp();
    const other = await person(service, workspace, 'admin');
    await scim.delete(`/Users/${workspace.ownerId}`);
    const [intent] = await intents();
    const asAdmin = await ownersConnections(service, { ...workspace, ownerId: other });
    expectProblem(await asAdmin.send('POST', `/blocked-intents/${intent?.id}/finish`, { transferTo: other }), { status: 403, code: 'role-not-manageable' });
    expect(await transferOwnership(service.ports.store, workspace.operator, { toId: other, fromId: undefined, alsoAccount: false })).toMatchObject({ ok: true });
    await asAdmin.good(200, 'POST', `/blocked-intents/${intent?.id}/finish`, {});
    expect((await scim.get(`/Users/${workspace.ownerId}`)).status).toBe(404);
    expect(await service.query(`select id from membership where workspace_id = $1 and role = 'owner' and status = 'active' and deleted_at is null`, [workspace.tenant.workspaceId])).toEqual([{ id: other }]);
  });

  it('is offered by the answer to the transfer that makes it possible', async () => {
    const { workspace, scim } = await setUp();
    const heir = await person(service, workspace, 'admin');
    await scim.delete(`/Users/${workspace.ownerId}`);
    const token = (await workspace.personToken(workspace.ownerId)).token;
    const done = await sendRequest(service.root, { method: 'POST', path: '/api/v1/team/ownership-transfer', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ to: heir }) });
    expect(done.status, done.text).toBe(200);
    expect(done.json).toMatchObject({ to: { id: heir }, blockedIntents: [{ act: 'remove', rule: 'last-owner', member: { id: workspace.ownerId } }] });
    expect((await scim.delete(`/Users/${workspace.ownerId}`)).status).toBe(204);
  });

  it('and a transfer at the same time leave one owner at least, whoever is first', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { workspace, scim, intents } = await setUp();
      const [one, two] = [await person(service, workspace, 'owner'), await person(service, workspace, 'member')];
      await changeRole(service.ports.store, workspace.operator, one, 'admin');
      await scim.delete(`/Users/${workspace.ownerId}`);
      const [intent] = await intents();
      await changeRole(service.ports.store, workspace.operator, one, 'owner');
      const asOther = await ownersConnections(service, { ...workspace, ownerId: one });
      const [finished, transferred] = await Promise.all([
        asOther.send('POST', `/blocked-intents/${intent?.id}/finish`, {}),
        transferOwnership(service.ports.store, workspace.operator, { toId: two, fromId: one, alsoAccount: false }),
      ]);
      expect([200, 403]).toContain(finished.status);
      expect(transferred.ok).toBe(true);
      const owners = await service.query(`select id from membership where workspace_id = $1 and role = 'owner' and status = 'active' and deleted_at is null`, [workspace.tenant.workspaceId]);
      expect(owners.length).toBeGreaterThan(0);
    }
  });
});

describe('drift', () => {
  it('names members whom others hold, and whom an owner lets in against the provider', async () => {
    const { scim, team, drift } = await setUp();
    const held = await scim.post('/Users', newUser('held@drift.example', { externalId: 'h' }));
    const lifted = await scim.post('/Users', newUser('lifted@drift.example', { externalId: 'l' }));
    expect(await drift()).toEqual([]);
    await team.send('POST', `/${held.body.id}/deactivate`, { reason: 'on leave' });
    await scim.patch(`/Users/${lifted.body.id}`, off);
    expect(await drift()).toMatchObject([{ memberId: held.body.id, asserted: 'active', effective: 'inactive', why: 'withheld', holds: ['admin'], rule: null }]);
    const overridden = await team.send('POST', `/${lifted.body.id}/reactivate`, { override: true, reason: 'needed today' });
    expect(overridden.status, overridden.text).toBe(200);
    expect((await drift()).map(({ why }) => why)).toEqual(['withheld', 'overridden']);
    await scim.patch(`/Users/${lifted.body.id}`, on);
    expect((await drift()).map(({ why }) => why)).toEqual(['withheld']);
    await scim.patch(`/Users/${held.body.id}`, off);
    expect(await drift()).toEqual([]);
  });
});

describe('policies', () => {
  it('let a connection reach only what it linked', async () => {
    const { workspace, scim } = await setUp({ unlinkedMembers: 'refuse' });
    const made = await person(service, workspace);
    const refused = await scim.patch(`/Users/${made}`, off);
    expect([refused.status, refused.headers['x-problem-code']]).toEqual([403, 'role-not-manageable']);
    expect(refused.body.detail).toMatch(/linked by an externalId/);
    const own = await scim.post('/Users', newUser('own@linked.example', { externalId: 'o' }));
    expect((await scim.patch(`/Users/${own.body.id}`, off)).status).toBe(200);
    expect((await scim.delete(`/Users/${made}`)).status).toBe(403);
  });

  it('let a group push go on without members who do not exist', async () => {
    const { scim, workspace } = await setUp({ unknownMembers: 'skip' });
    const user = await scim.post('/Users', newUser('known@skip.example'));
    const unknown = '0190aaaa-0000-7000-8000-000000000001';
    const members = [{ value: unknown }, { value: user.body.id as string }];
    const group = await scim.post('/Groups', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Skipping', members });
    expect(group.status, group.text).toBe(201);
    expect((group.body.members as { value: string }[]).map(({ value }) => value)).toEqual([user.body.id]);
    expect((await scim.patch(`/Groups/${group.body.id}`, { op: 'add', path: 'members', value: [{ value: unknown }] })).status).toBe(204);
    const [audit] = await service.query(`select metadata from audit_event where workspace_id = $1 and action = 'group_create'`, [workspace.tenant.workspaceId]);
    expect(JSON.parse(String(audit?.['metadata']))).toMatchObject({ skipped: 1, skippedIds: [unknown] });
    const strict = await setUp();
    expect((await strict.scim.post('/Groups', { displayName: 'Strict', members: [{ value: unknown }] })).status).toBe(400);
  });

  it('hold back whom an admin removed, until an admin agrees', async () => {
    const { scim, team } = await setUp({ reprovision: 'hold' });
    const first = await scim.post('/Users', newUser('back@again.example', { externalId: 'b' }));
    expect((await team.send('DELETE', `/${first.body.id}`, { reason: 'misuse' })).status).toBe(204);
    const again = await scim.post('/Users', newUser('back@again.example', { externalId: 'b' }));
    expect([again.status, again.body.active]).toEqual([201, false]);
    expect((await scim.patch(`/Users/${again.body.id}`, on)).body.active).toBe(false);
    expect(await team.one(again.body.id as string)).toMatchObject({ status: 'deactivated', holds: [{ source: 'policy' }], seatHeld: false });
    const agreed = await team.send('POST', `/${again.body.id}/reactivate`);
    expect(agreed.json).toMatchObject({ status: 'active', holds: [], seatHeld: true });
    // Whom the provider itself removed comes back as it likes.
    await scim.delete(`/Users/${again.body.id}`);
    expect((await scim.post('/Users', newUser('back@again.example', { externalId: 'b' }))).body.active).toBe(true);
  });

  it('give people the default role', async () => {
    const { scim, team } = await setUp({ maxRole: 'admin', defaultRole: 'admin' });
    const made = await scim.post('/Users', newUser('chief@roles.example'));
    expect(await team.one(made.body.id as string)).toMatchObject({ role: 'admin' });
  });

  it('let the attribute roles grant, up to the ceiling, and only what names a role', async () => {
    const { scim, team } = await setUp({ rolesGrant: true, maxRole: 'admin' });
    const made = await scim.post('/Users', newUser('grant@roles.example', { roles: [{ value: 'Admin' }] }));
    expect(await team.one(made.body.id as string)).toMatchObject({ role: 'admin' });
    const user = `/Users/${made.body.id}`;
    await scim.patch(user, { op: 'replace', path: 'roles', value: [{ value: 'nothing of ours' }] });
    expect(await team.one(made.body.id as string)).toMatchObject({ role: 'admin' });
    await scim.patch(user, { op: 'replace', path: 'roles', value: [{ value: 'member' }] });
    expect(await team.one(made.body.id as string)).toMatchObject({ role: 'member' });
    const above = await scim.patch(user, { op: 'replace', path: 'roles', value: [{ value: 'owner' }] });
    expect([above.status, above.headers['x-problem-code']]).toEqual([403, 'role-not-manageable']);
    expect((await scim.get(user)).body.roles).toEqual([{ value: 'member' }]);
    expect((await scim.post('/Users', newUser('owner@roles.example', { roles: [{ value: 'owner' }] }))).status).toBe(403);
    const plain = await setUp();
    const other = await plain.scim.post('/Users', newUser('grant@roles.example', { roles: [{ value: 'admin' }] }));
    expect(other.body.roles).toEqual([{ value: 'admin' }]);
    expect(await plain.team.one(other.body.id as string)).toMatchObject({ role: 'member' });
  });

  it('hold a connection to the letter of the protocol', async () => {
    const { scim } = await setUp({ dialect: 'strict' });
    const made = await scim.post('/Users', newUser('letter@strict.example'));
    const user = `/Users/${made.body.id}`;
    for (const operation of [{ op: 'Replace', path: 'title', value: 'T' }, { op: 'replace', path: '', value: { title: 'T' } }, { op: 'add', path: 'department', value: 'D' }, { op: 'add', path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager', value: 'boss' }]) {
      const refused = await scim.patch(user, operation);
      expect([refused.status, refused.body.scimType], JSON.stringify(operation)).toEqual([400, 'invalidSyntax']);
    }
    expect((await scim.patch(user, { op: 'replace', value: { title: 'T' } }, { op: 'replace', path: 'name.givenName', value: 'L' })).status).toBe(200);
    const group = await scim.post('/Groups', { displayName: 'Strict' });
    expect((await scim.patch(`/Groups/${group.body.id}`, { op: 'Add', path: 'members', value: [{ value: made.body.id as string }] })).status).toBe(400);
    expect((await scim.patch(`/Groups/${group.body.id}`, { op: 'add', path: 'members', value: [{ value: made.body.id as string }] })).status).toBe(204);
  });
});
