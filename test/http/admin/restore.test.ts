// The way back for removed members: the same row with its role, groups and links, as far as they are still to be had.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changedTables, fingerprint } from '../../support/fingerprint.ts';
import { halfDone } from '../../support/half-done.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { verifyWorkspace } from '../../support/verified.ts';
import { expectProblem, person, teamClient, type Shown, type Team } from './team.ts';

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

const userName = () => `ada@${workspace.slug}.example`;
const push = async (more: Record<string, unknown> = {}): Promise<string> => (await okta.post('/Users', newUser(userName(), { externalId: 'ext-1', ...more }))).body.id as string;
const group = async (displayName: string, ...ids: readonly string[]): Promise<string> =>
  (await okta.post('/Groups', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName, members: ids.map((value) => ({ value })) })).body.id as string;
const lastAudit = async () =>
  (
    await service.query(
      `select e.action, e.outcome, e.target_id, e.metadata, r.reason from audit_event e left join audit_reason r on r.workspace_id = e.workspace_id and r.event_id = e.id where e.workspace_id = $1 order by e.id desc limit 1`,
      [workspace.tenant.workspaceId],
    )
  )[0];
const claims = async () => Number((await service.query('select count(*)::int as n from seat_claim where organization_id = $1', [workspace.tenant.organizationId]))[0]?.['n']);

describe('a restoration', () => {
  it('brings back role, groups, e-mails and the link of the identity provider, and the seat', async () => {
    const id = await push();
    await owner.send('PATCH', `/${id}`, { role: 'admin' });
    const [sales, gone] = [await group('Sales', id), await group('Gone', id)];
    const { token } = await workspace.personToken(id);
    const before = await owner.one(id);
    await owner.send('DELETE', `/${id}`, { reason: 'by mistake' });
    await okta.delete(`/Groups/${gone}`);
    const version = (await okta.get(`/Groups/${sales}`)).headers['etag'];
    expect([(await owner.list('?removed=true')).items.map((member) => [member.id, member['removedAt']]), await claims()]).toEqual([[[id, expect.stringMatching(/Z$/)]], 1]);
    const told = (await owner.send('POST', `/${id}/restore?dryRun=true`)).json as { seats: number; members: object[]; answer: Shown };
    expect(told).toMatchObject({
      seats: 1,
      members: [{ id, status: { before: 'removed', after: 'active' }, role: { before: null, after: 'admin' }, begins: { groups: [{ id: sales, name: 'Sales' }] }, seat: { freed: false } }],
    });
    const back = await owner.send('POST', `/${id}/restore`, { reason: 'it was a mistake' });
    expect([back.status, back.headers['etag']]).toEqual([200, `W/"${(back.json as Shown).version}"`]);
    expect(back.json).toEqual(await owner.one(id));
    const { updatedAt: _then, version: _old, groups: _groups, ...kept } = before;
    expect(back.json).toMatchObject({ ...kept, groups: [{ id: sales, name: 'Sales' }], role: 'admin', seatHeld: true, removedAt: null });
    expect((await okta.get(`/Users/${id}`)).body).toMatchObject({ active: true, externalId: 'ext-1', emails: [{ value: userName() }] });
    expect((await okta.get(`/Users?filter=emails.value eq "${userName()}"`)).body.totalResults).toBe(1);
    expect((await okta.get(`/Groups/${sales}`)).headers['etag']).not.toBe(version);
    expect(await lastAudit()).toMatchObject({ action: 'team_membership_restore', outcome: 'success', target_id: id, reason: 'it was a mistake' });
    // Who comes back logs in afresh.
    expectProblem(await teamClient(service, token).send('GET', ''), { status: 401, code: 'credential-invalid' });
    expect([(await owner.list('?removed=true')).total, await claims()]).toEqual([0, 2]);
    await verifyWorkspace(service, workspace);
  });

  it('of a deactivated member brings it back deactivated', async () => {
    const id = await push();
    await owner.send('POST', `/${id}/deactivate`, { reason: 'away' });
    await owner.send('DELETE', `/${id}`);
    const back = (await owner.send('POST', `/${id}/restore`)).json as Shown;
    expect(back).toMatchObject({ status: 'deactivated', seatHeld: true, holds: [{ source: 'admin', reason: 'away' }] });
  });

  it('grants no more than whoever restores may grant', async () => {
    const id = await person(service, workspace, 'owner');
    await owner.send('DELETE', `/${id}`);
    const admin = await as(await person(service, workspace, 'admin'));
    expect((await admin.send('POST', `/${id}/restore`)).json).toMatchObject({ role: 'member', status: 'active' });
    const again = await person(service, workspace, 'owner');
    await owner.send('DELETE', `/${again}`);
    expect((await owner.send('POST', `/${again}/restore`)).json).toMatchObject({ role: 'owner' });
  });

  it('leaves a link alone whose externalId is somebody else’s now', async () => {
    const id = await push();
    await owner.send('DELETE', `/${id}`);
    const other = await okta.post('/Users', newUser(`bob@${workspace.slug}.example`, { externalId: 'ext-1' }));
    expect(other.status).toBe(201);
    expect((await owner.send('POST', `/${id}/restore`)).status).toBe(200);
    expect((await okta.get(`/Users/${id}`)).body.externalId).toBeUndefined();
    expect((await okta.get(`/Users?filter=externalId eq "ext-1"`)).body.Resources.map((user: { id: string }) => user.id)).toEqual([other.body.id]);
  });
});

describe('a restoration is refused', () => {
  it('where the person or the userName is back already', async () => {
    const id = await push();
    await owner.send('DELETE', `/${id}`);
    const again = await push();
    expectProblem(await owner.send('POST', `/${id}/restore`), { status: 409, code: 'duplicate', says: /The person is in this workspace again/ });
    await owner.send('DELETE', `/${again}`);
    expect((await okta.post('/Users', newUser(userName(), { emails: [{ value: `other@${workspace.slug}.example` }] }))).status).toBe(201);
    expectProblem(await owner.send('POST', `/${id}/restore`), { status: 409, code: 'duplicate', says: /The userName ada@/ });
  });

  it('after 30 days, to members that are here, and to those who were merely invited', async () => {
    const [id, here] = [await push(), await person(service, workspace)];
    expectProblem(await owner.send('POST', `/${here}/restore`), { status: 404, code: 'not-found', says: /no removed member/ });
    await owner.send('DELETE', `/${id}`);
    await service.query(`update membership set deleted_at = now() - interval '30 days 1 minute' where id = $1`, [id]);
    expectProblem(await owner.send('POST', `/${id}/restore`), { status: 404, code: 'not-found' });
    expect((await owner.list('?removed=true')).total).toBe(0);
    await service.query(`update membership set deleted_at = now() - interval '29 days', status = 'invited' where id = $1`, [id]);
    expectProblem(await owner.send('POST', `/${id}/restore`), { status: 404, code: 'not-found' });
  });

  it('without a seat, and to whoever may not invite', async () => {
    workspace = await service.workspace({ seats: 2 });
    owner = await as(workspace.ownerId);
    const id = await person(service, workspace);
    await owner.send('DELETE', `/${id}`);
    const other = await person(service, workspace);
    const before = await fingerprint(service);
    expectProblem(await owner.send('POST', `/${id}/restore`), { status: 409, code: 'seat-limit-reached' });
    expect(changedTables(before, await fingerprint(service)).toSorted()).toEqual(['audit_event', 'audit_unsealed']);
    expectProblem(await (await as(other)).send('POST', `/${id}/restore`), { status: 404, code: 'not-found' });
  });
});

it('two restorations and a new push at once bring the person back once', async () => {
  const id = await push();
  await owner.send('DELETE', `/${id}`);
  const answers = await Promise.all([owner.send('POST', `/${id}/restore`), owner.send('POST', `/${id}/restore`), okta.post('/Users', newUser(userName()))]);
  expect(answers.filter(({ status }) => status < 300).length, answers.map(({ status }) => status).join()).toBe(1);
  expect((await owner.list()).total).toBe(2);
  await verifyWorkspace(service, workspace);
  const rows = await halfDone(service.query);
  // A removed row whose time was moved by a test of this file is no half-done change.
  expect(rows.filter(({ what }) => what !== 'e-mails and document disagree')).toEqual([]);
});
