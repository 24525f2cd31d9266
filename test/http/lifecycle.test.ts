// One person through the door from first day to last, and back: what SCIM verbs mean for the membership, its groups, access and seat.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let scim: Scim;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  scim = scimClient(service, (await workspace.connectionToken()).token);
});
afterAll(async () => await service.stop());

const seats = async () => Number((await service.query('select coalesce(sum(delta), 0)::int as used from seat_ledger where organization_id = $1', [workspace.tenant.organizationId]))[0]?.['used']);
const actions = async (id: string) =>
  (await service.query('select action, outcome from audit_event where target_id = $1 order by id', [id])).map((row) => `${String(row['action'])}:${String(row['outcome'])}`);

describe('a person', () => {
  it('is provisioned, deactivated, reactivated, removed and comes back under a new id', async () => {
    const before = await seats();
    const created = await scim.post('/Users', newUser('ada@acme.example', { externalId: 'ada' }));
    expect(created.status).toBe(201);
    const { id } = created.body as { id: string };
    const group = await scim.post('/Groups', { displayName: 'Crew', members: [{ value: id }] });
    expect(await seats()).toBe(before + 1);

    const off = await scim.patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: 'False' });
    expect(off.body).toMatchObject({ id, active: false });
    expect(await seats()).toBe(before + 1);
    expect((await scim.get(`/Groups/${group.body.id as string}`)).body.members).toHaveLength(1);

    const again = await scim.patch(`/Users/${id}`, { op: 'replace', value: { active: false } });
    expect(again.body.meta.version).toBe(off.body.meta.version);

    const on = await scim.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: true });
    expect(on.body).toMatchObject({ id, active: true, groups: [{ value: group.body.id as string }] });

    expect((await scim.delete(`/Users/${id}`)).status).toBe(204);
    expect((await scim.delete(`/Users/${id}`)).status).toBe(404);
    expect((await scim.get(`/Users/${id}`)).status).toBe(404);
    expect((await scim.get(`/Groups/${group.body.id as string}`)).body.members).toBeUndefined();
    expect(await seats()).toBe(before);

    const back = await scim.post('/Users', newUser('ada@acme.example', { externalId: 'ada' }));
    expect(back.status).toBe(201);
    expect(back.body.id).not.toBe(id);
    expect(await seats()).toBe(before + 1);
    expect(await actions(id)).toEqual([
      'team_membership_provision:success',
      'team_membership_deactivate:success',
      'team_membership_reactivate:success',
      'team_membership_remove:success',
    ]);
    const mails = await service.query(`select template from mail_message where recipient_id = $1`, [id]);
    expect(mails).toEqual([{ template: 'membership_removed' }]);
  });

  it('keeps its account: the second membership belongs to the same person', async () => {
    const rows = await service.query('select count(distinct account_id)::int as accounts, count(*)::int as memberships from membership where user_name_key = $1', ['ada@acme.example']);
    expect(rows).toEqual([{ accounts: 1, memberships: 2 }]);
  });
});
