// Acts on members that meet each other: what is booked, invited, refused, restored or held back while something else happens to the same person.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scheduleJob } from '../../../src/jobs/schedules.ts';
import { uuidV7 } from '../../../src/persistence/database/uuid-v7.ts';
import { dueMembers, workspacesWithDue } from '../../../src/persistence/jobs/due-schedules.ts';
import { changedTables, fingerprint } from '../../support/fingerprint.ts';
import { agreed, seatCounts } from '../../support/seat-counts.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { verifyWorkspace } from '../../support/verified.ts';
import { makeHost, sender, type Send } from '../host/host.ts';
import { tokenOf, type ShownInvitation } from './invitations.ts';
import { expectProblem, person, type Shown } from './team.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Send;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => await enter(await service.workspace()));
afterAll(async () => await service.stop());

async function enter(place: TestWorkspace): Promise<void> {
  workspace = place;
  owner = await as(workspace.ownerId);
}

const as = async (id: string, place = workspace): Promise<Send> => sender(service, (await place.personToken(id)).token);
const off = { op: 'replace', path: 'active', value: false };
const on = { op: 'replace', path: 'active', value: true };

async function good<T = Shown>(send: Send, method: string, path: string, body?: unknown): Promise<T> {
  const answer = await send(method, path, body);
  expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(300);
  return answer.json as T;
}

/** A connection with this policy. */
async function connection(policy: object = {}): Promise<Scim> {
  const { id } = await good<{ id: string }>(owner, 'POST', '/connections', { label: 'okta', policy });
  return scimClient(service, (await good<{ token: string }>(owner, 'POST', `/connections/${id}/tokens`, {})).token);
}

const invited = async (email: string, more: object = {}) => await good<ShownInvitation>(owner, 'POST', '/team/invitations', { email, ...more });
const member = async (id: string) => await good(owner, 'GET', `/team/members/${id}`);
const statusOf = async (id: string) => (await service.query(`select case when deleted_at is null then status else 'removed' end as status from membership where id = $1`, [id]))[0]?.['status'];
const rows = async (text: string) => await service.query(text, [workspace.tenant.workspaceId]);
const seats = async () => (await seatCounts(service, workspace.tenant.organizationId)).persons;
const mails = async (template: string) => (await rows('select template, recipient_id from mail_message where workspace_id = $1')).filter((mail) => mail['template'] === template).map((mail) => mail['recipient_id']);

async function runDue(): Promise<void> {
  const { pool } = service.ports.database;
  await rows(`update scheduled_action set run_at = now() - interval '1 second' where status = 'pending' and workspace_id = $1`);
  const job = scheduleJob(service.ports.store, { waiting: async (most, beyond) => await workspacesWithDue(pool, most, beyond), due: async (id, most) => await dueMembers(pool, id, most) }, uuidV7);
  await job.work(workspace.tenant.workspaceId, 100, new AbortController().signal);
}

/** At account home as whoever has this verified address. */
async function home(email: string): Promise<Send> {
  return sender(service, (await (await makeHost(service, workspace)).signIn(`subject of ${email}`, email)).sessionToken);
}

describe('a booked deactivation', () => {
  it.each([
    ['declines', async ({ id, email }: ShownInvitation) => await good(await home(String(email)), 'POST', '/account/invitations/decline', { token: await tokenOf(service, id) })],
    ['is uninvited', async ({ id }: ShownInvitation) => await good(owner, 'DELETE', `/team/invitations/${id}`)],
  ])('is over when the invited person %s', async (how, act) => {
    const invitation = await invited(`${how.replace(' ', '-')}@booked.example`);
    await good(owner, 'POST', `/team/members/${invitation.memberId}/deactivate`, { on: '2090-01-01', reason: 'a trial' });
    await act(invitation);
    expect(await statusOf(invitation.memberId)).toBe('removed');
    expect(await rows('select status, reason from scheduled_action where workspace_id = $1')).toEqual([{ status: 'cancelled', reason: null }]);
  });

  it('of an invited member ends the invitation when its time comes, and the seat with it', async () => {
    const invitation = await invited('trial@booked.example');
    await good(owner, 'POST', `/team/members/${invitation.memberId}/deactivate`, { on: '2090-01-01' });
    expect(await seats()).toBe(2);
    await runDue();
    expect([await statusOf(invitation.memberId), await seats()]).toEqual(['deactivated', 1]);
    expect(await rows('select status from invitation where workspace_id = $1')).toEqual([{ status: 'revoked' }]);
    expect(await rows('select status from scheduled_action where workspace_id = $1')).toEqual([{ status: 'done' }]);
  });

  it('does not come back with a restored member', async () => {
    const id = await person(service, workspace);
    await good(owner, 'POST', `/team/members/${id}/deactivate`, { on: '2090-01-01' });
    await good(owner, 'DELETE', `/team/members/${id}`);
    await good(owner, 'POST', `/team/members/${id}/restore`);
    await runDue();
    expect(await statusOf(id)).toBe('active');
  });

  it('that is blocked is told to nobody who has left: an owner hears of it', async () => {
    const [admin, id] = [await person(service, workspace, 'admin'), await person(service, workspace, 'owner')];
    await service.query('update organization set account_owner_id = (select account_id from membership where id = $2) where id = $1', [workspace.tenant.organizationId, id]);
    await service.query(`insert into scheduled_action (workspace_id, id, membership_id, on_date, run_at, suspend_api_keys, booked_by) values ($1, gen_random_uuid(), $2, '2090-01-01', now(), false, $3)`, [workspace.tenant.workspaceId, id, admin]);
    await good(owner, 'DELETE', `/team/members/${admin}`);
    await runDue();
    expect(await rows('select status from scheduled_action where workspace_id = $1')).toEqual([{ status: 'blocked' }]);
    expect(await mails('deactivation_blocked')).toEqual([workspace.ownerId]);
  });
});

describe('a blocked intent', () => {
  it('about an account owner who is only invited here ends the invitation when it is finished', async () => {
    const first = workspace;
    const [{ email }] = (await service.query('select email_key as email from user_account a join membership m on m.account_id = a.id where m.id = $1', [first.ownerId])) as [{ email: string }];
    const second = await service.workspace({ organization: first.organization });
    const heir = await person(service, first, 'admin');
    await enter(second);
    const scim = await connection();
    const invitation = await invited(email);
    const link = await tokenOf(service, invitation.id);
    expect((await scim.patch(`/Users/${invitation.memberId}`, off)).headers['x-problem-code']).toBe('account-owner-protected');
    // The account goes to somebody else where the account owner is at home.
    await good(await as(first.ownerId, first), 'POST', '/team/ownership-transfer', { to: heir, alsoAccount: true });
    const [intent] = (await good<{ items: { id: string }[] }>(owner, 'GET', '/connections/blocked-intents?status=open')).items;
    await good(owner, 'POST', `/connections/blocked-intents/${intent?.id}/finish`, {});
    expect(await statusOf(invitation.memberId)).toBe('deactivated');
    expectProblem(await (await home(email))('POST', '/account/invitations/accept', { token: link }), { status: 410, code: 'invitation-revoked' });
    expect(await statusOf(invitation.memberId)).toBe('deactivated');
    await verifyWorkspace(service, second);
  });

  it.each(['the identity provider', 'an admin'])('is over when %s removes the member, and stays so after a restoration', async (who) => {
    const account = await service.workspace();
    await enter(await service.workspace({ organization: account.organization }));
    const [leaving, other, scim] = [workspace.ownerId, await person(service, workspace), await connection()];
    for (const refused of [await scim.delete(`/Users/${leaving}`), await scim.patch(`/Users/${leaving}`, off)]) expect(refused.status).toBe(409);
    await good(owner, 'POST', '/team/ownership-transfer', { to: other });
    const heir = await as(other);
    const open = async () => (await good<{ items: object[] }>(heir, 'GET', '/connections/blocked-intents?status=open')).items.length;
    const counted = async () => (await good<{ items: { openIntents: number }[] }>(heir, 'GET', '/connections')).items[0]?.openIntents;
    expect([await open(), await counted()]).toEqual([2, 2]);
    if (who === 'an admin') await good(heir, 'DELETE', `/team/members/${leaving}`);
    else expect((await scim.delete(`/Users/${leaving}`)).status).toBe(204);
    expect([await open(), await counted()]).toEqual([0, 0]);
    await good(heir, 'POST', `/team/members/${leaving}/restore`);
    expect([await open(), await counted()]).toEqual([0, 0]);
  });

  it('to remove is finished in both steps where a deactivation has to come first', async () => {
    const account = await service.workspace();
    await enter(await service.workspace({ organization: account.organization }));
    await good(owner, 'PATCH', '/workspace', { policy: { removalRequiresDeactivation: true } });
    const other = await person(service, workspace, 'admin');
    const scim = await connection();
    expect((await scim.delete(`/Users/${workspace.ownerId}`)).status).toBe(409);
    const leaving = workspace.ownerId;
    await good(owner, 'POST', '/team/ownership-transfer', { to: other });
    const heir = await as(other);
    const [intent] = (await good<{ items: { id: string }[] }>(heir, 'GET', '/connections/blocked-intents?status=open')).items;
    await good(heir, 'POST', `/connections/blocked-intents/${intent?.id}/finish`, {});
    expect(await statusOf(leaving)).toBe('removed');
    const told = await service.query('select action from audit_event where target_id = $1 order by id', [leaving]);
    expect(told.slice(-3).map(({ action }) => action)).toEqual(['team_membership_deactivate', 'team_membership_remove', 'blocked_intent_finish']);
  });
});

describe('an identity provider', () => {
  it('asserts a role for whom it takes over as for whom it brings', async () => {
    const scim = await connection({ rolesGrant: true, maxRole: 'admin' });
    const { memberId } = await invited('over@asserted.example');
    const made = await scim.post('/Users', newUser('over@asserted.example', { externalId: 'x', roles: [{ value: 'admin' }] }));
    expect([made.status, made.body.id]).toEqual([201, memberId]);
    expect(await member(memberId)).toMatchObject({ status: 'active', role: 'admin' });
    const told = await service.query(`select action from audit_event where target_id = $1 order by id`, [memberId]);
    expect(told.map(({ action }) => action)).toContain('team_membership_role_change');
    const [updated] = await rows(`select metadata from audit_event where workspace_id = $1 and action = 'team_membership_update'`);
    expect(JSON.parse(String(updated?.['metadata']))).toEqual({ fields: ['externalId', 'roles'] });
  });

  it('that brings somebody inactive whom the policy holds back has a hold of its own', async () => {
    const scim = await connection({ reprovision: 'hold' });
    const first = await scim.post('/Users', newUser('again@held.example'));
    await good(owner, 'DELETE', `/team/members/${first.body.id}`);
    const again = await scim.post('/Users', newUser('again@held.example', { active: false }));
    const id = again.body.id as string;
    expect((await member(id)).holds.map(({ source }) => source.replace(/:.*/u, '')).toSorted()).toEqual(['idp', 'policy']);
    expect((await scim.patch(`/Users/${id}`, on)).body.active).toBe(false);
    expect((await member(id)).holds).toMatchObject([{ source: 'policy' }]);
    expect(await good(owner, 'POST', `/team/members/${id}/reactivate`)).toMatchObject({ status: 'active', holds: [] });
  });
});

describe('a role with few permissions and a high rank', () => {
  beforeEach(async () => {
    await good(owner, 'POST', '/team/roles', { key: 'auditor', name: 'Auditor', rank: 10, permissions: ['audit.read'] });
    await good(owner, 'POST', '/team/roles', { key: 'recruiter', name: 'Recruiter', rank: 70, permissions: ['members.read', 'members.invite', 'members.remove'] });
  });

  it('restores nobody into a group that gives more than it may give', async () => {
    const okta = scimClient(service, (await workspace.connectionToken()).token);
    const id = await person(service, workspace);
    const made = await okta.post('/Groups', { displayName: 'Auditors', members: [{ value: id }] });
    await good(owner, 'PUT', `/team/groups/${made.body.id}/role`, { role: 'auditor' });
    const recruiter = await as(await person(service, workspace, 'recruiter'));
    await good(owner, 'DELETE', `/team/members/${id}`);
    expect(await good(recruiter, 'POST', `/team/members/${id}/restore`)).toMatchObject({ role: 'member', groups: [] });
  });

  it('sends nobody an invitation again to a role that it may not give', async () => {
    const invitation = await invited('auditor@renewed.example', { role: 'auditor' });
    const recruiter = await as(await person(service, workspace, 'recruiter'));
    for (const how of ['resend', 'link']) expectProblem(await recruiter('POST', `/team/invitations/${invitation.id}/${how}`), { status: 403, code: 'role-not-manageable' });
  });
});

describe('the account owner who was brought inactive', () => {
  it('stays so when whoever brought them says it again, one by one and together, and nothing is written', async () => {
    const first = workspace;
    const [{ email }] = (await service.query('select email_key as email from user_account a join membership m on m.account_id = a.id where m.id = $1', [first.ownerId])) as [{ email: string }];
    await enter(await service.workspace({ organization: first.organization }));
    const { token } = await workspace.personToken(workspace.ownerId);
    const id = (await scimClient(service, token).post('/Users', newUser(email, { active: false }))).body.id as string;
    const before = await fingerprint(service);
    expect(await good(owner, 'POST', `/team/members/${id}/deactivate`)).toMatchObject({ status: 'deactivated' });
    expect(await good<{ changed: number }>(owner, 'POST', '/team/members/bulk-deactivate', { ids: [id] })).toMatchObject({ changed: 0 });
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
    expect((await (await connection()).patch(`/Users/${id}`, off)).headers['x-problem-code']).toBe('account-owner-protected');
  });
});

describe('somebody who comes and goes', () => {
  it('is one seat and one mail each time, however often', async () => {
    const scim = await connection();
    const { memberId } = await invited('often@goes.example', { role: 'admin' });
    await good(owner, 'POST', `/team/members/${memberId}/deactivate`);
    expect(await seats()).toBe(1);
    await good(owner, 'POST', `/team/members/${memberId}/reactivate`);
    expect(await seats()).toBe(2);
    await good(owner, 'DELETE', `/team/members/${memberId}`);
    const again = (await scim.post('/Users', newUser('often@goes.example'))).body.id as string;
    expectProblem(await owner('POST', `/team/members/${memberId}/restore`), { status: 409, code: 'duplicate' });
    await scim.patch(`/Users/${again}`, off);
    await good(owner, 'DELETE', `/team/members/${again}`);
    expect(await seats()).toBe(1);
    expect(await good(owner, 'POST', `/team/members/${memberId}/restore`)).toMatchObject({ id: memberId, status: 'active', role: 'admin' });
    expectProblem(await owner('POST', `/team/members/${memberId}/restore`), { status: 404, code: 'not-found' });
    expectProblem(await owner('POST', `/team/members/${again}/restore`), { status: 409, code: 'duplicate' });
    expect([await seats(), await mails('membership_removed')]).toEqual([2, [memberId, again]]);
    await good(owner, 'DELETE', `/team/members/${memberId}`);
    // The later one was held by the identity provider, and still is.
    expect(await good(owner, 'POST', `/team/members/${again}/restore`)).toMatchObject({ status: 'deactivated', seatHeld: true });
    expectProblem(await owner('POST', `/team/members/${again}/reactivate`), { status: 409, code: 'managed-by-idp' });
    expect((await scim.patch(`/Users/${again}`, on)).body.active).toBe(true);
    expect([await seats(), await mails('membership_removed')]).toEqual([2, [memberId, again, memberId]]);
    await verifyWorkspace(service, workspace);
  });

  it('in two workspaces is counted once through a bulk act in each', async () => {
    const there = await service.workspace({ organization: workspace.organization });
    const before = await seats();
    const email = 'both@bulk.example';
    const here = await invited(email);
    const id = (await scimClient(service, (await there.connectionToken()).token).post('/Users', newUser(email))).body.id as string;
    expect(await seats()).toBe(before + 1);
    expect(await good<{ changed: number }>(owner, 'POST', '/team/members/bulk-remove', { ids: [here.memberId] })).toMatchObject({ changed: 1 });
    expect(await seatCounts(service, workspace.tenant.organizationId)).toEqual(agreed(before + 1));
    await good(await as(there.ownerId, there), 'POST', '/team/members/bulk-remove', { ids: [id] });
    expect(await seatCounts(service, workspace.tenant.organizationId)).toEqual(agreed(before));
  });
});
