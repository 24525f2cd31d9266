// The guards at the door of the team: the same refusals as at SCIM's, all blockers told, everything audited, access ended at once.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RoleKey } from '../../../src/domain/model/role.ts';
import { changedTables, fingerprint } from '../../support/fingerprint.ts';
import { halfDone } from '../../support/half-done.ts';
import type { RawAnswer } from '../../support/raw-http.ts';
import { scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { expectProblem, person, pushed, teamClient, type ProblemBody, type Shown, type Team } from './team.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Team;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace();
  owner = await as(workspace.ownerId);
});
afterAll(async () => await service.stop());

async function as(id: string): Promise<Team> {
  return teamClient(service, (await workspace.personToken(id)).token);
}

type Act = 'remove' | 'deactivate';
const act = async (team: Team, id: string, what: Act, body?: unknown, headers?: Record<string, string>): Promise<RawAnswer> =>
  what === 'remove' ? await team.send('DELETE', `/${id}`, body, headers) : await team.send('POST', `/${id}/deactivate`, body, headers);
const off = { op: 'replace', path: 'active', value: false };
const actByScim = async (scim: Scim, id: string, what: Act) => (what === 'remove' ? await scim.delete(`/Users/${id}`) : await scim.patch(`/Users/${id}`, off));

const audit = async () =>
  await service.query(
    `select e.action, e.outcome, e.actor_kind, e.actor_id, e.target_id, e.metadata, r.reason from audit_event e left join audit_reason r on r.workspace_id = e.workspace_id and r.event_id = e.id
     where e.workspace_id = $1 order by e.id`,
    [workspace.tenant.workspaceId],
  );
const lastAudit = async () => (await audit()).at(-1);

interface Row {
  readonly why: string;
  readonly actor: RoleKey;
  /** A new person of a role, whoever acts, or the owner whom the workspace began with, who is the account owner. */
  readonly target: 'owner' | 'admin' | 'member' | 'self' | 'first';
  readonly status: number;
  readonly blockers: readonly string[];
}

const table: readonly Row[] = [
  { why: 'oneself', actor: 'admin', target: 'self', status: 403, blockers: ['self-removal'] },
  { why: 'oneself as an owner', actor: 'owner', target: 'self', status: 403, blockers: ['self-removal'] },
  { why: 'oneself as a member', actor: 'member', target: 'self', status: 403, blockers: ['permission-denied', 'self-removal'] },
  { why: 'an owner as an admin', actor: 'admin', target: 'owner', status: 403, blockers: ['role-not-manageable'] },
  { why: 'the only owner as an admin', actor: 'admin', target: 'first', status: 403, blockers: ['role-not-manageable', 'last-owner', 'account-owner-protected'] },
  { why: 'the account owner as an owner', actor: 'owner', target: 'first', status: 409, blockers: ['account-owner-protected'] },
  { why: 'somebody out of sight', actor: 'member', target: 'member', status: 404, blockers: ['not-found'] },
  { why: 'an owner out of sight', actor: 'member', target: 'first', status: 404, blockers: ['not-found'] },
];
const acts: readonly Act[] = ['remove', 'deactivate'];

describe.each(acts)('%s refuses, as SCIM does,', (what) => {
  it.each(table)('$why', async ({ actor, target, status, blockers }) => {
    const actorId = await person(service, workspace, actor);
    const targetId = target === 'self' ? actorId : target === 'first' ? workspace.ownerId : await person(service, workspace, target);
    const { token } = await workspace.personToken(actorId);
    const before = await fingerprint(service);
    const refused = await act(teamClient(service, token), targetId, what, { reason: 'they left' });
    const written = changedTables(before, await fingerprint(service));
    expectProblem(refused, { status, code: blockers[0] ?? '', blockers });
    const byScim = await actByScim(scimClient(service, token), targetId, what);
    expect([byScim.status, byScim.headers['x-problem-code'], byScim.body.detail]).toEqual([status, blockers[0], (refused.json as ProblemBody).detail]);
    const denied = (await audit()).filter(({ outcome }) => outcome === 'denied');
    if (blockers[0] === 'not-found') {
      expect([written, denied]).toEqual([[], []]);
      return;
    }
    expect(written.toSorted()).toEqual(['audit_event', 'audit_unsealed']);
    // One by each door, alike but for their ids.
    expect(denied).toHaveLength(2);
    expect(denied[0]).toEqual(denied[1]);
    expect(denied[0]).toMatchObject({ action: `team_membership_${what}`, actor_kind: 'person', actor_id: actorId, target_id: targetId });
  });
});

it('the last owner who is not the account owner stays an owner', async () => {
  const [second, admin] = [await person(service, workspace, 'owner'), await person(service, workspace, 'admin')];
  // The account owner belongs to another workspace from now on.
  await service.query(`update organization set account_owner_id = (select account_id from membership where id = $2) where id = $1`, [workspace.tenant.organizationId, admin]);
  const other = await as(second);
  expect((await act(other, workspace.ownerId, 'remove')).status).toBe(204);
  expectProblem(await other.send('PATCH', `/${second}`, { role: 'admin' }), { status: 409, code: 'last-owner', blockers: ['last-owner'] });
});

it('a refused reactivation is audited as one', async () => {
  const [admin, id] = [await as(await person(service, workspace, 'admin')), await person(service, workspace, 'owner')];
  await act(owner, id, 'deactivate');
  expectProblem(await admin.send('POST', `/${id}/reactivate`), { status: 403, code: 'role-not-manageable', blockers: ['role-not-manageable'] });
  expect(await lastAudit()).toMatchObject({ action: 'team_membership_reactivate', outcome: 'denied', target_id: id });
});

describe('a change of role', () => {
  it.each([
    ['admin', 'member', 'admin', 200],
    ['admin', 'admin', 'member', 200],
    ['owner', 'member', 'owner', 200],
    ['admin', 'member', 'owner', 403],
    ['admin', 'owner', 'member', 403],
    ['member', 'member', 'admin', 404],
  ] as const)('by an %s of a %s to %s is %i', async (actor, target, to, status) => {
    const [team, id] = [await as(await person(service, workspace, actor)), await person(service, workspace, target)];
    const answer = await team.send('PATCH', `/${id}`, { role: to });
    if (status !== 200) {
      expectProblem(answer, { status, code: status === 404 ? 'not-found' : 'role-not-manageable' });
      return;
    }
    expect([answer.status, answer.headers['etag'], (answer.json as Shown).role]).toEqual([200, 'W/"2"', to]);
    expect(answer.json).toEqual(await owner.one(id));
    expect(await lastAudit()).toMatchObject({ action: 'team_membership_role_change', outcome: 'success', actor_kind: 'person', metadata: JSON.stringify({ from: target, to }) });
    const before = await fingerprint(service);
    const again = await team.send('PATCH', `/${id}`, { role: to });
    expect([again.status, again.json, changedTables(before, await fingerprint(service))]).toEqual([200, answer.json, []]);
  });
});

describe('what is done', () => {
  it('deactivates and reactivates with a reason, once', async () => {
    const id = await person(service, workspace);
    const answer = await act(owner, id, 'deactivate', { reason: '  on leave ' });
    expect(answer.json).toMatchObject({ id, status: 'deactivated', seatHeld: true, version: 2, holds: [{ source: 'admin' }] });
    expect([answer.status, answer.headers['etag']]).toEqual([200, 'W/"2"']);
    expect(await lastAudit()).toMatchObject({ action: 'team_membership_deactivate', actor_id: workspace.ownerId, target_id: id, reason: 'on leave' });
    const before = await fingerprint(service);
    const repeat = await act(owner, id, 'deactivate', { reason: 'again' });
    expect([repeat.status, repeat.json, changedTables(before, await fingerprint(service))]).toEqual([200, answer.json, []]);
    const back = await owner.send('POST', `/${id}/reactivate`, { reason: 'back again' });
    expect([back.status, (back.json as Shown).status, (back.json as Shown).version]).toEqual([200, 'active', 3]);
    expect(await lastAudit()).toMatchObject({ action: 'team_membership_reactivate', outcome: 'success', reason: 'back again' });
    const then = await fingerprint(service);
    expect([(await owner.send('POST', `/${id}/reactivate`)).json, changedTables(then, await fingerprint(service))]).toEqual([back.json, []]);
  });

  it('places and lifts no hold but the admins’', async () => {
    const id = await pushed(service, workspace, 'held@team.example');
    const okta = scimClient(service, (await workspace.connectionToken()).token);
    await okta.patch(`/Users/${id}`, off);
    const added = await act(owner, id, 'deactivate', { reason: 'we want it too' });
    expect((added.json as Shown).holds.map(({ source }) => source)).toEqual(['admin', expect.stringMatching(/^idp:/)]);
    expect(await lastAudit()).toMatchObject({ action: 'team_membership_hold_add', reason: 'we want it too' });
    const withheld = await owner.send('POST', `/${id}/reactivate`, { reason: 'please' });
    expect([withheld.status, (withheld.json as Shown).status]).toEqual([200, 'deactivated']);
    expect(await lastAudit()).toMatchObject({ action: 'team_membership_reactivate', outcome: 'withheld', reason: 'please' });
    expect((await okta.patch(`/Users/${id}`, { ...off, value: true })).body.active).toBe(true);
  });

  it('removes for good, with a reason', async () => {
    const id = await person(service, workspace);
    const removed = await act(owner, id, 'remove', { reason: 'left the company' });
    expect([removed.status, removed.text]).toEqual([204, '']);
    expect(await lastAudit()).toMatchObject({ action: 'team_membership_remove', outcome: 'success', actor_id: workspace.ownerId, target_id: id, reason: 'left the company' });
    for (const answer of [await act(owner, id, 'remove'), await owner.send('GET', `/${id}`), await owner.send('POST', `/${id}/reactivate`)]) expectProblem(answer, { status: 404, code: 'not-found' });
    expect((await owner.list()).items.map((member) => member.id)).toEqual([workspace.ownerId]);
  });

  it('finds no seat for who never had one: 409, where SCIM says 403', async () => {
    workspace = await service.workspace({ seats: 1 });
    const [team, id] = [await as(workspace.ownerId), await person(service, workspace, 'member', false)];
    expectProblem(await team.send('POST', `/${id}/reactivate`), { status: 409, code: 'seat-limit-reached', blockers: ['seat-limit-reached'] });
    const own = scimClient(service, (await workspace.personToken(workspace.ownerId)).token);
    expect((await own.patch(`/Users/${id}`, { ...off, value: true })).status).toBe(403);
  });

  it('is done to the version named only', async () => {
    const id = await person(service, workspace);
    for (const stale of ['W/"7"', '"x"', '']) {
      const before = await fingerprint(service);
      const headers = { 'If-Match': stale };
      const refused = [act(owner, id, 'remove', undefined, headers), act(owner, id, 'deactivate', undefined, headers), owner.send('POST', `/${id}/reactivate`, undefined, headers), owner.send('PATCH', `/${id}`, { role: 'admin' }, headers)];
      for (const answer of await Promise.all(refused)) expectProblem(answer, { status: 412, code: 'version-mismatch' });
      expect(changedTables(before, await fingerprint(service))).toEqual([]);
    }
    expect((await owner.send('PATCH', `/${id}`, { role: 'admin' }, { 'If-Match': 'W/"1"' })).status).toBe(200);
    expect((await act(owner, id, 'deactivate', {}, { 'If-Match': '"2"' })).status).toBe(200);
    expect((await act(owner, id, 'remove', undefined, { 'If-Match': '*' })).status).toBe(204);
  });
});

describe.each(acts)('whoever they %s', (what) => {
  it('is out at the very next request, at both doors', async () => {
    const id = await person(service, workspace, 'admin');
    const { token } = await workspace.personToken(id);
    const [team, scim] = [teamClient(service, token), scimClient(service, token)];
    expect([(await team.send('GET', '')).status, (await scim.get('/Me')).status]).toEqual([200, 200]);
    expect((await act(owner, id, what)).status).toBe(what === 'remove' ? 204 : 200);
    const code = what === 'remove' ? 'credential-invalid' : 'membership-deactivated';
    for (const path of ['', `/${id}`, `/${workspace.ownerId}`]) expectProblem(await team.send('GET', path), { status: 401, code });
    for (const answer of [await act(team, workspace.ownerId, 'remove'), await team.send('PATCH', '/nonsense', {}), await team.send('PUT', '', {})]) expectProblem(answer, { status: 401, code });
    expect((await scim.get('/Me')).status).toBe(401);
    if (what === 'remove') return;
    await owner.send('POST', `/${id}/reactivate`);
    // The old token stays dead.
    expectProblem(await team.send('GET', ''), { status: 401, code: 'credential-invalid' });
  });
});

it('nothing of all that was done by halves', async () => {
  expect(await halfDone(service.query)).toEqual([]);
});
