// Previews of acts on members: told by the very path that does them, undone without a trace, and confirmed only while they hold.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changedTables, fingerprint } from '../../support/fingerprint.ts';
import { sendRequest } from '../../support/raw-http.ts';
import { scimClient, startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { expectProblem, person, pushed, teamClient, type Shown, type Team } from './team.ts';

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

interface PreviewBody {
  readonly dryRun: true;
  readonly act: string;
  readonly members: readonly { readonly id: string; readonly [part: string]: unknown }[];
  readonly seats: number;
  readonly answer: Shown | null;
  readonly previewToken: string;
  readonly expiresAt: string;
}

async function preview(team: Team, method: string, path: string, body?: unknown): Promise<PreviewBody> {
  const before = await fingerprint(service);
  const answer = await team.send(method, `${path}?dryRun=true`, body);
  expect([answer.status, answer.text.slice(0, 300)], answer.text).toEqual([200, expect.any(String)]);
  expect(changedTables(before, await fingerprint(service))).toEqual([]);
  return answer.json as PreviewBody;
}

async function group(displayName: string, ...ids: readonly string[]): Promise<string> {
  const okta = scimClient(service, (await workspace.connectionToken('groups')).token);
  const made = await okta.post('/Groups', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName, members: ids.map((value) => ({ value })) });
  expect(made.status, made.text).toBe(201);
  return made.body.id as string;
}

describe('the preview of a removal', () => {
  it('says what ends, what stays, and what becomes of the seat', async () => {
    const id = await person(service, workspace, 'admin');
    const sales = await group('Sales', id);
    await workspace.personToken(id);
    const told = await preview(owner, 'DELETE', `/${id}`, { reason: 'left' });
    expect(told).toMatchObject({ dryRun: true, act: 'remove', seats: -1, answer: null });
    expect(told.members).toEqual([
      {
        id,
        userName: expect.any(String),
        status: { before: 'active', after: 'removed' },
        role: { before: 'admin', after: null },
        holds: { before: [], after: [] },
        ends: { permissions: expect.arrayContaining(['members.read', 'members.remove']), groups: [{ id: sales, name: 'Sales' }], access: [{ kind: 'tokens', count: 1 }] },
        begins: { permissions: [], groups: [] },
        keeps: ['account', 'attribution'],
        belongings: [],
        returns: 0,
        seat: { here: { before: true, after: false }, counted: { before: true, after: false }, freed: true, because: [] },
        mails: ['membership_removed'],
      },
    ]);
  });

  it('names the workspace that keeps the seat to those who may know it', async () => {
    const userName = `both@${workspace.slug}.example`;
    const id = await pushed(service, workspace, userName);
    const other = await service.workspace({ organization: workspace.organization });
    await pushed(service, other, userName);
    const [admin, second] = [await as(await person(service, workspace, 'admin')), await as(await person(service, workspace, 'owner'))];
    const seatFor = async (team: Team) => (await preview(team, 'DELETE', `/${id}`)).members[0]?.['seat'];
    const still = { here: { before: true, after: false }, counted: { before: true, after: true }, freed: false };
    const [row] = await service.query('select name from workspace where id = $1', [other.tenant.workspaceId]);
    for (const team of [owner, second]) expect(await seatFor(team)).toEqual({ ...still, because: [{ id: other.tenant.workspaceId, name: row?.['name'] }] });
    expect(await seatFor(admin)).toEqual({ ...still, because: [{ id: null, name: 'another workspace of the organization' }] });
    expect((await preview(owner, 'POST', '/bulk-remove', { ids: [id] })).seats).toBe(0);
  });
});

describe('the other acts', () => {
  it('of a change of role tells which permissions begin and end', async () => {
    const id = await person(service, workspace, 'admin');
    const told = await preview(owner, 'PATCH', `/${id}`, { role: 'member' });
    expect(told.members[0]).toMatchObject({ role: { before: 'admin', after: 'member' }, ends: { permissions: expect.arrayContaining(['members.read']), groups: [], access: [] }, keeps: [] });
    expect((await preview(owner, 'PATCH', `/${id}`, { role: 'owner' })).members[0]?.['begins']).toEqual({ permissions: ['billing.read', 'organization.read'], groups: [] });
  });

  it('of a deactivation and a reactivation tell status, holds and the answer that the act would get', async () => {
    const id = await person(service, workspace);
    const off = await preview(owner, 'POST', `/${id}/deactivate`, { reason: 'leave' });
    expect(off.members[0]).toMatchObject({ status: { before: 'active', after: 'deactivated' }, holds: { before: [], after: ['admin'] }, keeps: ['account', 'attribution', 'role', 'groups'], seat: { freed: false } });
    const real = (await owner.send('POST', `/${id}/deactivate`, { reason: 'leave' })).json as Shown;
    const timeless = (shown: Shown | null) => ({ ...shown, updatedAt: '', holds: shown?.holds.map((hold) => ({ ...hold, since: '' })) });
    expect(timeless(off.answer)).toEqual(timeless(real));
    const on = await preview(owner, 'POST', `/${id}/reactivate`);
    expect(on.members[0]).toMatchObject({ status: { before: 'deactivated', after: 'active' }, holds: { before: ['admin'], after: [] } });
    expect(on.answer).toMatchObject({ status: 'active', version: 3 });
  });

  it('of one that changes nothing tells that', async () => {
    const id = await person(service, workspace);
    const told = await preview(owner, 'POST', `/${id}/reactivate`);
    expect([told.seats, told.members[0]?.['status'], told.answer?.version]).toEqual([0, { before: 'active', after: 'active' }, 1]);
  });
});

it('what would be refused is refused in advance as well, and leaves no trace (I29)', async () => {
  const admin = await as(await person(service, workspace, 'admin'));
  const id = await person(service, workspace);
  const okta = scimClient(service, (await workspace.connectionToken()).token);
  const held = await pushed(service, workspace, `held@${workspace.slug}.example`);
  await okta.patch(`/Users/${held}`, { op: 'replace', path: 'active', value: false });
  const acts: readonly (readonly [string, string, unknown, number, string])[] = [
    ['DELETE', `/${workspace.ownerId}`, undefined, 403, 'role-not-manageable'],
    ['POST', `/${workspace.ownerId}/deactivate`, undefined, 403, 'role-not-manageable'],
    ['PATCH', `/${id}`, { role: 'owner' }, 403, 'role-not-manageable'],
    ['POST', `/${held}/reactivate`, undefined, 409, 'managed-by-idp'],
    ['POST', '/bulk-remove', { ids: [id, workspace.ownerId] }, 409, 'bulk-blocked'],
    ['POST', `/${id}/restore`, undefined, 404, 'not-found'],
    ['DELETE', '/01890000-0000-7000-8000-000000000000', undefined, 404, 'not-found'],
  ];
  for (const [method, path, body, status, code] of acts) {
    const before = await fingerprint(service);
    const told = await admin.send(method, `${path}?dryRun=true`, body);
    expectProblem(told, { status, code });
    expect([path, changedTables(before, await fingerprint(service))]).toEqual([path, []]);
    const real = await admin.send(method, path, body);
    const comparable = (json: unknown) => ({ ...(json as object), requestId: '' });
    expect(comparable(told.json)).toEqual(comparable(real.json));
  }
});

async function own(id: string, kind: string): Promise<void> {
  const { token } = await workspace.personToken(workspace.ownerId);
  const made = await sendRequest(service.root, { method: 'PUT', path: `/api/v1/resources/${kind}/${id}`, headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: JSON.stringify({ owner: id }) });
  expect(made.status, made.text).toBe(201);
}

describe('a confirmation', () => {
  it('is done while the preview holds, by header or body', async () => {
    const [one, other] = [await person(service, workspace), await person(service, workspace)];
    const first = await preview(owner, 'DELETE', `/${one}`, { reason: 'left' });
    expect((await owner.send('DELETE', `/${one}`, { reason: 'left', previewToken: first.previewToken })).status).toBe(204);
    const second = await preview(owner, 'DELETE', `/${other}`);
    expect((await owner.send('DELETE', `/${other}`, undefined, { 'X-Preview-Token': second.previewToken })).status).toBe(204);
  });

  it.each([
    ['the member changed', async (id: string) => void (await owner.send('PATCH', `/${id}`, { role: 'admin' }))],
    ['a group came', async (id: string) => void (await group('New', id))],
    ['the member owns one more thing', async (id: string) => await own(id, 'campaign')],
    ['the member owns one more thing that stays where it is', async (id: string) => await own(id, 'rule')],
    ['the person came to another workspace', async (id: string) => void (await pushed(service, await service.workspace({ organization: workspace.organization }), (await owner.one(id)).userName))],
  ])('is stale when %s: nothing is done', async (_, meanwhile) => {
    const id = await person(service, workspace);
    const { previewToken } = await preview(owner, 'DELETE', `/${id}`);
    await meanwhile(id);
    const before = await fingerprint(service);
    expectProblem(await owner.send('DELETE', `/${id}`, { previewToken }), { status: 409, code: 'preview-stale', blockers: ['preview-stale'] });
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
  });

  it('is of nobody else, of no other act, of no other options and not for ever', async () => {
    const [id, admin] = [await person(service, workspace), await as(await person(service, workspace, 'admin'))];
    const { previewToken, expiresAt } = await preview(owner, 'POST', `/${id}/deactivate`, { reason: 'leave' });
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(15 * 60_000);
    const before = await fingerprint(service);
    const wrong = [
      admin.send('POST', `/${id}/deactivate`, { reason: 'leave', previewToken }),
      owner.send('POST', `/${id}/deactivate`, { reason: 'another', previewToken }),
      owner.send('DELETE', `/${id}`, { reason: 'leave', previewToken }),
      owner.send('POST', `/${id}/deactivate`, { reason: 'leave', previewToken: `${previewToken.slice(0, -2)}AA` }),
      owner.send('POST', '/bulk-deactivate', { ids: [id], reason: 'leave', previewToken }),
    ];
    for (const answer of await Promise.all(wrong)) expectProblem(answer, { status: 409, code: 'preview-stale' });
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
    expect((await owner.send('POST', `/${id}/deactivate`, { reason: 'leave', previewToken })).status).toBe(200);
  });
});
