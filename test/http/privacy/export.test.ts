// What a person is handed of itself: everything that is kept, nothing of other people but their ids, and a row in the audit log.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { personalDataShape } from '../../../src/http/admin/privacy/shapes.ts';
import { withExamples } from '../../support/example-schemas.ts';
import { newUser, scimClient, startForTest, type StartedServer } from '../../support/started-server.ts';
import { expectProblem } from '../admin/team.ts';
import { good, livesEverywhere, organization, placesOf, type Everywhere, type Organization } from './everywhere.ts';

let service: StartedServer;
let org: Organization;
let lived: Everywhere;
const marker = 'zqexportedq';
const bystander = 'zqbystanderq';

beforeAll(async () => {
  service = await startForTest(withExamples);
  org = await organization(service);
  lived = await livesEverywhere(service, org, marker);
  const scim = scimClient(service, (await org.places[0].connectionToken('others')).token);
  const other = await good(scim.post('/Users', newUser(`${bystander}@x.example`, { displayName: bystander, name: { familyName: bystander } })), 201);
  // Somebody else's name is all around the person: its manager, a member of its group, a target of its acts.
  await good(scim.patch(`/Users/${lived.memberIds[0]}`, { op: 'add', path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager', value: { value: other['id'] } }), 200, 204);
  const [group] = await service.query('select group_id from group_member where member_id = $1', [lived.memberIds[0]]);
  await good(scim.patch(`/Groups/${String(group?.['group_id'])}`, { op: 'add', path: 'members', value: [{ value: other['id'] }] }), 200, 204);
});
afterAll(async () => await service.stop());

interface Document {
  readonly account: Readonly<Record<string, unknown>> & { readonly sessions: readonly object[] };
  readonly workspaces: readonly { readonly workspace: { readonly id: string }; readonly memberships: readonly Readonly<Record<string, unknown>>[]; readonly audit: readonly Readonly<Record<string, unknown>>[] }[];
}

describe('the export of the own data', () => {
  it('has everything in which the person stands, by every word of it', async () => {
    const found = (await good(lived.home('GET', '/account/export'), 200)) as unknown as Document;
    expect(personalDataShape.safeParse(found).error).toBeUndefined();
    expect(found.account).toMatchObject({ id: lived.accountId, email: lived.email, subjects: [{ subject: `subject-${marker}` }] });
    expect(found.account.sessions.length).toBe(2);
    const ids = found.workspaces.flatMap(({ memberships }) => memberships.map(({ id }) => id));
    expect(ids.length).toBe(4);
    expect(new Set(ids)).toEqual(new Set(lived.memberIds));
    const first = found.workspaces.find(({ workspace }) => workspace.id === org.places[0].tenant.workspaceId)?.memberships[0];
    expect(first).toMatchObject({
      userName: lived.email,
      role: 'admin',
      profile: { title: `Chief ${marker}`, displayName: `Display ${marker}` },
      emails: [{ value: lived.email, primary: true }, { value: `${marker}@home.example` }],
      externalIds: [{ externalId: lived.objectId, connection: 'logged' }],
      groups: [{ name: 'Sales' }],
      apiKeys: [{ name: `key of ${marker}`, scopes: ['admin.read'] }],
      scheduledDeactivations: [{ on: '2099-12-24', reason: `later ${marker}` }],
    });
    const reasons = found.workspaces.flatMap(({ audit }) => audit.flatMap(({ reason }) => (typeof reason === 'string' ? [reason] : [])));
    for (const words of [`later ${marker}`, `first time ${marker}`, `both, says ${marker}`, `because ${marker} says so`]) expect(reasons).toContain(words);
    const text = JSON.stringify(found);
    expect(text).not.toMatch(/eyJ|token_hash|secret/);
    expect(text).not.toContain(bystander);
    const [mine] = await service.query(`select workspace_id, actor_id, target_id, outcome from audit_event where action = 'user_account_export'`);
    expect(mine).toMatchObject({ actor_id: lived.accountId, target_id: lived.accountId, outcome: 'success' });
  });

  it('is not more than that: every place where the person stands is in it, or holds no other word than the document', async () => {
    const places = await placesOf(service, marker);
    expect(places.filter((place) => !/^(account_subject|api_key|audit_reason|membership|membership_email|membership_link|scheduled_action|unique_value|user_account|user_session)\./.test(place))).toEqual([]);
  });
});

describe('the export on behalf of somebody', () => {
  it('is that of the account owner with a consent, which the audit log keeps', async () => {
    const own = (await good(lived.home('GET', '/account/export'), 200)) as unknown as Document;
    const path = `/organization/accounts/${lived.accountId}/export`;
    const answer = await org.owners[0]('GET', `${path}?consentReference=letter&consentGivenAt=2026-01-02T00:00:00Z`);
    expect(answer.headers['cache-control']).toBe('no-store');
    const theirs = (await good(Promise.resolve(answer), 200)) as unknown as Document;
    expect(theirs.account['id']).toBe(own.account['id']);
    expect(theirs.workspaces.map(({ memberships }) => memberships)).toEqual(own.workspaces.map(({ memberships }) => memberships));
    const rows = await service.query(`select metadata from audit_event where action = 'user_account_export' and actor_kind = 'person'`);
    expect(rows.map(({ metadata }) => JSON.parse(String(metadata)) as object)).toEqual([{ account: lived.accountId, consent: createHash('sha256').update('letter').digest('hex'), consentGivenAt: '2026-01-02T00:00:00.000Z' }]);
    for (const query of ['', '?consentReference=x', '?consentReference=x&consentGivenAt=soon']) expect((await org.owners[0]('GET', `${path}${query}`)).status).toBe(400);
  });

  it('finds no account that was erased', async () => {
    await good(lived.home('POST', '/account/erasure', { confirm: lived.email }), 200);
    expectProblem(await org.owners[0]('GET', `/organization/accounts/${lived.accountId}/export?consentReference=x&consentGivenAt=2026-01-02T00:00:00Z`), { status: 404, code: 'not-found' });
    expectProblem(await lived.home('GET', '/account/export'), { status: 401, code: 'credential-invalid' });
  });
});
