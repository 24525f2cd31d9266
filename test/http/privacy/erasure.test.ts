// The erasure of an account: nothing of the person is left in any column, and everything that is proven by ids and counts still is.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyAudit } from '../../../src/persistence/audit/verify.ts';
import { sealSeats, sealWorkspace } from '../../../src/persistence/audit/seal.ts';
import { withExamples } from '../../support/example-schemas.ts';
import { agreed, seatCounts } from '../../support/seat-counts.ts';
import { newUser, scimClient, startForTest, type StartedServer } from '../../support/started-server.ts';
import { expectProblem } from '../admin/team.ts';
import { sender } from '../host/host.ts';
import { good, livesEverywhere, organization, placesOf, userOf, type Organization } from './everywhere.ts';

let service: StartedServer;
let org: Organization;
let marker: string;
let markers = 0;

beforeAll(async () => {
  service = await startForTest(withExamples);
});
beforeEach(async () => {
  markers += 1;
  marker = `zqmarker${'x'.repeat(markers)}q`;
  org = await organization(service);
});
afterAll(async () => await service.stop());

const wordsBefore = ['account_subject.subject', 'api_key.name', 'audit_reason.reason', 'membership.profile', 'membership.user_name', 'membership.user_name_key', 'membership_email.display', 'membership_email.value', 'membership_email.value_key', 'membership_link.external_id', 'scheduled_action.reason', 'unique_value.key', 'user_account.email_key', 'user_session.verified_email_key'];

async function verified(): Promise<unknown[]> {
  const { pool } = service.ports.database;
  for (const { tenant } of org.places) while ((await sealWorkspace(pool, tenant.workspaceId, 500)) > 0);
  while ((await sealSeats(pool, org.places[0].tenant.organizationId, 500)) > 0);
  return await Promise.all(org.places.map(async ({ tenant }) => (await verifyAudit(pool, tenant.workspaceId)).fault));
}

describe('the own request', () => {
  it('leaves no word of the person in any column of any table, and every count and proof as it was', async () => {
    const lived = await livesEverywhere(service, org, marker);
    const organizationId = org.places[0].tenant.organizationId;
    const { token: personal } = await org.places[0].personToken(lived.memberIds[0] ?? '');
    expect((await sender(service, personal)('GET', '/team/members')).status).toBe(200);
    const before = await placesOf(service, marker);
    expect(before).toEqual(expect.arrayContaining(wordsBefore));
    expect(await placesOf(service, lived.objectId)).toEqual(['membership_link.external_id', 'scim_request_log.request']);
    expect(await verified()).toEqual([undefined, undefined, undefined]);
    const counted = (await seatCounts(service, organizationId)).persons;
    const mails = await service.query(`select id from mail_message where template = 'membership_removed'`);

    const foreseen = await good(lived.home('POST', '/account/erasure?dryRun=true', { confirm: lived.email }), 200);
    expect(await placesOf(service, marker)).toEqual(before);
    const done = await good(lived.home('POST', '/account/erasure', { confirm: lived.email.toUpperCase() }), 200);
    expect({ ...foreseen, dryRun: false }).toEqual(done);
    expect(done).toMatchObject({ dryRun: false, accountId: lived.accountId, memberships: 3, seats: -1, rows: { membership: 4, api_key: 1, account_subject: 1, user_account: 1 } });

    expect([await placesOf(service, marker), await placesOf(service, lived.objectId)]).toEqual([[], []]);
    expect(await service.query('select email_key, erased_at is not null as erased from user_account where id = $1', [lived.accountId])).toEqual([{ email_key: null, erased: true }]);
    expect(await verified()).toEqual([undefined, undefined, undefined]);
    expect(await seatCounts(service, organizationId)).toEqual(agreed(counted - 1));
    expect(await service.query('select balance from seat_balance where organization_id = $1 order by seq desc limit 1', [organizationId])).toEqual([{ balance: counted - 1 }]);
    // The mail of the first removal went with its address, and no other was made.
    expect((await service.query(`select id from mail_message where template = 'membership_removed'`)).length).toBe(mails.length - 1);
    const events = await service.query(`select workspace_id, target_id, actor_kind, actor_id, outcome from audit_event where action = 'user_account_erase' order by workspace_id`);
    expect(events.map((row) => [row['workspace_id'], row['target_id']])).toEqual(org.places.map(({ tenant }, at) => [tenant.workspaceId, lived.memberIds[[0, 2, 3][at] ?? 0]]).toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1)));
    expect(new Set(events.map((row) => [row['actor_kind'], row['actor_id'], row['outcome']].join(' ')))).toEqual(new Set([`account ${lived.accountId} success`]));
    expect(await service.query(`select count(*)::int as count from outbox_event where topic = 'audit.user_account_erase' and aggregate_id = any($1)`, [lived.memberIds])).toEqual([{ count: 3 }]);

    // Whatever opened a door for the person opens none any more.
    for (const token of [lived.session, lived.key, personal]) expectProblem(await sender(service, token)('GET', '/team/members'), { status: 401, code: 'credential-invalid' });
    expectProblem(await lived.home('GET', '/account'), { status: 401, code: 'credential-invalid' });
    expectProblem(await lived.home('POST', '/account/erasure', { confirm: lived.email }), { status: 401, code: 'credential-invalid' });
    expect(await org.host.introspect(lived.session)).toEqual({ active: false });
    expect((await good(org.owners[1]('GET', '/team/members?removed=true')))['items']).toEqual([]);
    expectProblem(await org.owners[1]('POST', `/team/members/${lived.memberIds[2]}/restore`), { status: 404, code: 'not-found' });
    expect(await service.query('select status from invitation where id = $1', [lived.invitationId])).toEqual([{ status: 'revoked' }]);
    expect(await org.host.open({ subject: { id: `subject-${marker}`, email: lived.email, emailVerified: true }, workspace: org.places[0].slug })).toMatchObject({ status: 403, json: { code: 'no-membership' } });
  });

  it('lets the same e-mail come again as somebody new', async () => {
    const lived = await livesEverywhere(service, org, marker);
    await good(lived.home('POST', '/account/erasure', { confirm: lived.email }), 200);
    const scim = scimClient(service, (await org.places[1].connectionToken('okta')).token);
    const made = await good(scim.post('/Users', userOf(marker, lived.email)), 201);
    const [account] = await service.query('select account_id from membership where id = $1', [made['id']]);
    expect(account?.['account_id']).not.toBe(lived.accountId);
    const session = await org.host.signIn(`subject-${marker}`, lived.email, org.places[1].slug);
    expect([session.accountId, session.member?.id]).toEqual([account?.['account_id'], made['id']]);
    expect(await seatCounts(service, org.places[0].tenant.organizationId)).toMatchObject({ persons: (await seatCounts(service, org.places[0].tenant.organizationId)).ledger });
  });

  it('is that of an orphan too, and stands in the log of the oldest workspace', async () => {
    const scim = scimClient(service, (await org.places[2].connectionToken()).token);
    const email = `${marker}@orphan.example`;
    const { id } = await good(scim.post('/Users', newUser(email)), 201);
    const home = await org.host.signIn(`subject-${marker}`, email);
    await good(org.owners[2]('DELETE', `/team/members/${String(id)}`));
    const done = await good(sender(service, home.sessionToken)('POST', '/account/erasure', { confirm: email }), 200);
    expect(done).toMatchObject({ memberships: 0, seats: 0, rows: { membership: 1 } });
    expect(await placesOf(service, marker)).toEqual([]);
  });
});
