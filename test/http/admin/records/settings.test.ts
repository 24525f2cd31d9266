// Settings of workspace and organization: who reads and changes them, what is refused, and what the audit says.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startForTest, type StartedServer, type TestWorkspace } from '../../../support/started-server.ts';
import { expectProblem, person } from '../team.ts';
import { apiClient, type Api } from './api.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let owner: Api;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace({ seats: 3 });
  owner = await asPerson(workspace.ownerId);
});
afterAll(async () => await service.stop());

const asPerson = async (id: string) => apiClient(service, (await workspace.personToken(id)).token);
const audit = async () =>
  await service.query(`select action, outcome, metadata::jsonb as metadata from audit_event where workspace_id = $1 and action in ('workspace_update', 'policy_update', 'organization_update') order by id`, [workspace.tenant.workspaceId]);

describe('the workspace', () => {
  it('is read by every member, with its version', async () => {
    const read = await (await asPerson(await person(service, workspace)))('GET', '/workspace');
    expect(read.json).toEqual({ id: workspace.tenant.workspaceId, slug: workspace.slug, name: expect.any(String), timeZone: 'UTC', policy: { removalRequiresDeactivation: false }, version: 1 });
    expect((await owner('GET', '/workspace', undefined, { 'If-None-Match': String(read.headers['etag']) })).status).toBe(304);
  });

  it('changes in parts, each audited by the names of its fields; the same again writes nothing', async () => {
    const change = { name: 'Renamed', timeZone: 'Europe/Vienna', policy: { removalRequiresDeactivation: true } };
    const first = await owner('PATCH', '/workspace', change);
    expect(first.json, first.text).toMatchObject({ ...change, version: 3 });
    const again = await owner('PATCH', '/workspace', change);
    expect(again.text).toBe(first.text);
    expect(await audit()).toEqual([
      { action: 'workspace_update', outcome: 'success', metadata: { fields: ['name', 'timeZone'] } },
      { action: 'policy_update', outcome: 'success', metadata: { fields: ['removalRequiresDeactivation'] } },
    ]);
    expect((await owner('PATCH', '/workspace', { name: 'Third' }, { 'If-Match': 'W/"2"' })).status).toBe(412);
    expect((await owner('PATCH', '/workspace', { name: 'Third' }, { 'If-Match': String(first.headers['etag']) })).status).toBe(200);
  });

  it('obeys its policy at once', async () => {
    await owner('PATCH', '/workspace', { policy: { removalRequiresDeactivation: true } });
    expectProblem(await owner('DELETE', `/team/members/${await person(service, workspace)}`), { status: 409, code: 'deactivate-first' });
  });

  it.each(['Mars/Olympus', 'europe/vienna', 'EUROPE/VIENNA', 'posix/../UTC', 'UTC+1', '+02:00', 'localtime', ''])('refuses the time zone "%s"', async (timeZone) => {
    expect((await owner('PATCH', '/workspace', { timeZone })).status).toBe(400);
  });

  it('is changed by admins and nobody below', async () => {
    expect((await (await asPerson(await person(service, workspace, 'admin')))('PATCH', '/workspace', { name: 'By an admin' })).status).toBe(200);
    expectProblem(await (await asPerson(await person(service, workspace)))('PATCH', '/workspace', { name: 'x' }), { status: 403, code: 'permission-denied' });
    expect((await audit()).at(-1)).toMatchObject({ action: 'workspace_update', outcome: 'denied' });
    for (const body of [{ slug: 'other' }, { policy: { other: true } }, { policy: { removalRequiresDeactivation: 'yes' } }, { name: '' }, { __proto__: 1, name: 'x'.repeat(201) }]) expect((await owner('PATCH', '/workspace', body)).status).toBe(400);
  });
});

describe('the organization', () => {
  it('is read and changed by the account owner', async () => {
    const read = await owner('GET', '/organization');
    expect(read.json).toMatchObject({ name: workspace.organization, seatLimit: 3, version: 1 });
    const changed = await owner('PATCH', '/organization', { seatLimit: 1 }, { 'If-Match': String(read.headers['etag']) });
    expect(changed.json).toMatchObject({ seatLimit: 1, version: 2 });
    expect(await audit()).toEqual([{ action: 'organization_update', outcome: 'success', metadata: { fields: ['seatLimit'] } }]);
    expect((await owner('PATCH', '/organization', { seatLimit: null })).json).toMatchObject({ seatLimit: null });
  });

  it('may have a limit below what is used: nobody is unseated, and nobody new is seated', async () => {
    const ids = [await person(service, workspace), await person(service, workspace)];
    await owner('PATCH', '/organization', { seatLimit: 1 });
    expect((await owner('GET', '/organization/seats')).json).toEqual({ used: 3, limit: 1, free: 0 });
    await expect(person(service, workspace)).rejects.toThrow(/No seat left/);
    expect((await owner('GET', `/team/members/${ids[0]}`)).json).toMatchObject({ status: 'active' });
  });

  it('is known by its new name everywhere, and no two have the same', async () => {
    const name = `Renamed ${workspace.slug}`;
    expect((await owner('PATCH', '/organization', { name })).json).toMatchObject({ name });
    const joined = await service.workspace({ organization: name.toUpperCase() });
    expect(joined.tenant.organizationId).toBe(workspace.tenant.organizationId);
    const other = await service.workspace();
    expectProblem(await owner('PATCH', '/organization', { name: other.organization.toUpperCase() }), { status: 409, code: 'duplicate' });
    expect((await owner('PATCH', '/organization', { name: name.toUpperCase() })).status).toBe(200);
  });

  it('is out of reach of other owners, admins and members', async () => {
    await service.query('update organization set seat_limit = null where id = $1', [workspace.tenant.organizationId]);
    const secondOwner = await asPerson(await person(service, workspace, 'owner'));
    expect((await secondOwner('GET', '/organization')).status).toBe(200);
    expectProblem(await secondOwner('PATCH', '/organization', { seatLimit: 9 }), { status: 403, code: 'permission-denied' });
    const admin = await asPerson(await person(service, workspace, 'admin'));
    expectProblem(await admin('GET', '/organization'), { status: 403, code: 'permission-denied' });
    for (const body of [{ seatLimit: -1 }, { seatLimit: 1.5 }, { seatLimit: '3' }, { seatLimit: 1e9 }, { accountOwnerId: workspace.ownerId }]) expect((await owner('PATCH', '/organization', body)).status).toBe(400);
  });
});
