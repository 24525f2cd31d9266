// What a workspace or an identity provider has a say in: deactivation before removal, and holds that nobody else lifts but an owner.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { removeMember } from '../../../src/domain/commands/remove-member.ts';
import { sendRequest } from '../../support/raw-http.ts';
import { scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { verifyWorkspace } from '../../support/verified.ts';
import { expectProblem, person, pushed, teamClient, type ProblemBody, type Shown, type Team } from './team.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Team;
let okta: Scim;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace();
  owner = await as(workspace.ownerId);
  okta = scimClient(service, (await workspace.connectionToken()).token);
});
afterAll(async () => await service.stop());

async function as(id: string): Promise<Team> {
  return teamClient(service, (await workspace.personToken(id)).token);
}

const audit = async (id: string) =>
  await service.query(
    `select e.action, e.outcome, e.metadata, r.reason from audit_event e left join audit_reason r on r.workspace_id = e.workspace_id and r.event_id = e.id
     where e.workspace_id = $1 and e.target_id = $2 and e.action <> 'team_membership_provision' order by e.id`,
    [workspace.tenant.workspaceId, id],
  );
const off = { op: 'replace', path: 'active', value: false };

describe('deactivation before removal', () => {
  beforeEach(async () => void (await service.query(`update workspace set policy = '{"removalRequiresDeactivation": true}' where id = $1`, [workspace.tenant.workspaceId])));

  it('is asked for by the team API and the command line', async () => {
    const id = await person(service, workspace);
    expectProblem(await owner.send('DELETE', `/${id}`), { status: 409, code: 'deactivate-first', blockers: ['deactivate-first'] });
    const byOperator = await removeMember(service.ports.store, workspace.operator, id);
    expect(byOperator.ok ? undefined : byOperator.refusal.rule).toBe('deactivate-first');
    const many = await owner.send('POST', '/bulk-remove', { ids: [id] });
    expect((many.json as ProblemBody).blockers.map(({ code }) => code)).toEqual(['deactivate-first']);
    expect((await audit(id)).map(({ action, outcome }) => [action, outcome])).toEqual([['team_membership_remove', 'denied'], ['team_membership_remove', 'denied']]);
    await owner.send('POST', `/${id}/deactivate`);
    expect((await owner.send('DELETE', `/${id}`)).status).toBe(204);
  });

  it('comes after the other guards', async () => {
    const admin = await as(await person(service, workspace, 'admin'));
    expectProblem(await admin.send('DELETE', `/${workspace.ownerId}`), { status: 403, code: 'role-not-manageable', blockers: ['role-not-manageable', 'last-owner', 'account-owner-protected', 'deactivate-first'] });
  });

  it.each(['a connection', 'a person'])('is done by the DELETE of %s, as two steps of one transaction', async (who) => {
    const id = await pushed(service, workspace, `ada@${workspace.slug}.example`);
    const scim = who === 'a connection' ? okta : scimClient(service, (await workspace.personToken(workspace.ownerId)).token);
    expect((await scim.delete(`/Users/${id}`)).status).toBe(204);
    expect((await audit(id)).map(({ action, outcome }) => [action, outcome])).toEqual([['team_membership_deactivate', 'success'], ['team_membership_remove', 'success']]);
    await verifyWorkspace(service, workspace);
  });

  it('lets a successor follow once, not once for each step', async () => {
    const heir = await person(service, workspace);
    const { token } = await workspace.personToken(workspace.ownerId);
    const named = await sendRequest(service.root, { method: 'PUT', path: '/api/v1/team/successor', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ member: heir, alsoAccount: true }) });
    expect(named.status, named.text).toBe(200);
    expect((await okta.delete(`/Users/${workspace.ownerId}`)).status).toBe(204);
    expect((await audit(heir)).map(({ action }) => action)).toEqual(['successor_nominate', 'team_ownership_transfer']);
    expect((await audit(workspace.ownerId)).map(({ action }) => action).slice(-2)).toEqual(['team_membership_deactivate', 'team_membership_remove']);
  });

  it('is not asked of who has no access', async () => {
    const id = await person(service, workspace, 'member', false);
    expect((await owner.send('DELETE', `/${id}`)).status).toBe(204);
  });
});

describe('whom an identity provider holds back', () => {
  let id: string;
  beforeEach(async () => {
    id = await pushed(service, workspace, `held@${workspace.slug}.example`);
    await okta.patch(`/Users/${id}`, off);
  });

  it('is not reactivated past it: refused, audited, nothing changed', async () => {
    const before = await owner.one(id);
    expectProblem(await owner.send('POST', `/${id}/reactivate`), { status: 409, code: 'managed-by-idp', blockers: ['managed-by-idp'] });
    expect(await owner.one(id)).toEqual(before);
    expect((await audit(id)).at(-1)).toMatchObject({ action: 'team_membership_reactivate', outcome: 'denied' });
  });

  it('loses the admins’ own hold, and the answer shows the one that remains', async () => {
    await owner.send('POST', `/${id}/deactivate`, { reason: 'we too' });
    const lifted = (await owner.send('POST', `/${id}/reactivate`)).json as Shown;
    expect([lifted.status, lifted.holds.map(({ source }) => source)]).toEqual(['deactivated', [expect.stringMatching(/^idp:/)]]);
    expect((await audit(id)).at(-1)).toMatchObject({ action: 'team_membership_reactivate', outcome: 'withheld' });
  });

  it('is let in by an owner who says why, and by nobody else', async () => {
    const admin = await as(await person(service, workspace, 'admin'));
    expectProblem(await admin.send('POST', `/${id}/reactivate`, { override: true, reason: 'please' }), { status: 409, code: 'managed-by-idp', says: /Only an owner/ });
    expectProblem(await owner.send('POST', `/${id}/reactivate`, { override: true }), { status: 400, code: 'invalidValue', says: /"reason" must say why/ });
    await owner.send('POST', `/${id}/deactivate`, { reason: 'both hold' });
    const back = (await owner.send('POST', `/${id}/reactivate`, { override: true, reason: 'on call tonight' })).json as Shown;
    expect([back.status, back.holds]).toEqual(['active', []]);
    const last = (await audit(id)).at(-1);
    expect(last).toMatchObject({ action: 'team_membership_reactivate', outcome: 'success', reason: 'on call tonight' });
    expect(JSON.parse(String(last?.['metadata']))).toMatchObject({ override: true, lifted: expect.arrayContaining(['admin']) });
    // The provider's word counts again from its next one on.
    expect((await okta.patch(`/Users/${id}`, off)).status).toBeLessThan(300);
    expect((await owner.one(id)).status).toBe('deactivated');
  });

  it('SCIM answers as ever: active:true of somebody else is withheld, not refused', async () => {
    const own = scimClient(service, (await workspace.personToken(workspace.ownerId)).token);
    const withheld = await own.patch(`/Users/${id}`, { ...off, value: true });
    expect([withheld.status, withheld.body.active]).toEqual([200, false]);
  });

  it('shows in detail who holds it back and why', async () => {
    await owner.send('POST', `/${id}/deactivate`, { reason: 'lost the badge' });
    const [admins, provider] = ((await owner.one(id)) as Shown & { holds: { reason: string | null; by: object | null }[] }).holds;
    const [connection] = await service.query(`select id from idp_connection where workspace_id = $1 and label = 'okta'`, [workspace.tenant.workspaceId]);
    expect(admins).toMatchObject({ source: 'admin', reason: 'lost the badge', by: { kind: 'person', id: workspace.ownerId, name: expect.stringContaining('owner@') } });
    expect(provider).toMatchObject({ reason: null, by: { kind: 'connection', id: connection?.['id'], name: 'okta' } });
    expect(await owner.one(workspace.ownerId)).toMatchObject({ accountOwner: true });
  });
});
