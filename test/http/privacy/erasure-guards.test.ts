// Who may have an account erased, what stands against it in whichever workspace, and that a refusal changes nothing anywhere.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { changeRole } from '../../../src/domain/commands/change-role.ts';
import { changedTables, fingerprint } from '../../support/fingerprint.ts';
import { newUser, scimClient, startForTest, type StartedServer, type TestWorkspace } from '../../support/started-server.ts';
import { expectProblem, person, type ProblemBody } from '../admin/team.ts';
import { emailOf, sender, type Send } from '../host/host.ts';
import { good, organization, placesOf, type Organization } from './everywhere.ts';

let service: StartedServer;
let org: Organization;
let people = 0;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  org = await organization(service);
});
afterAll(async () => await service.stop());

interface Somebody {
  readonly email: string;
  readonly ids: readonly string[];
  readonly accountId: string;
  readonly home: Send;
}

/** A member of the first so many places, signed in at home. */
async function somebody(places: readonly TestWorkspace[]): Promise<Somebody> {
  people += 1;
  const email = `some${people}@body.example`;
  const ids: string[] = [];
  for (const place of places) ids.push(String((await good(scimClient(service, (await place.connectionToken()).token).post('/Users', newUser(email)), 201))['id']));
  const session = await org.host.signIn(`some-${people}`, email);
  return { email, ids, accountId: session.accountId, home: sender(service, session.sessionToken) };
}

async function promote({ operator }: TestWorkspace, id: string, role: string): Promise<void> {
  const done = await changeRole(service.ports.store, operator, id, role);
  if (!done.ok) throw new Error(done.refusal.detail);
}

/** Tables that a refusal changes: its audit row, and nothing else. */
const audited = ['audit_event', 'audit_unsealed'];
const consent = { reference: 'letter 4711', givenAt: '2026-01-02T03:04:05+01:00' };

describe('the own request', () => {
  it('is refused for the last owner of one workspace of three, and nothing has changed in any', async () => {
    const one = await somebody(org.places);
    await promote(org.places[2], String(one.ids[2]), 'owner');
    await good(org.owners[2]('PATCH', `/team/members/${org.places[2].ownerId}`, { role: 'member' }));
    const before = await fingerprint(service);
    for (const query of ['?dryRun=true', '']) {
      const refused = await one.home('POST', `/account/erasure${query}`, { confirm: one.email });
      expectProblem(refused, { status: 409, code: 'last-owner', says: new RegExp(org.places[2].slug), blockers: ['last-owner'] });
      expect((refused.json as ProblemBody).blockers[0]?.memberId).toBe(one.ids[2]);
      expect(changedTables(before, await fingerprint(service))).toEqual(query === '' ? audited : []);
    }
    expect(await service.query(`select outcome, actor_kind, target_id from audit_event where action = 'user_account_erase'`)).toEqual([{ outcome: 'denied', actor_kind: 'account', target_id: one.accountId }]);
  });

  it('is refused for the account owner, with every blocker of every workspace', async () => {
    const [first, second] = org.places;
    const ownerEmail = await emailOf(service, first.ownerId);
    const elsewhere = String((await good(scimClient(service, (await second.connectionToken()).token).post('/Users', newUser(ownerEmail)), 201))['id']);
    const home = sender(service, (await org.host.signIn(`boss-${ownerEmail}`, ownerEmail)).sessionToken);
    const refused = await home('POST', '/account/erasure', { confirm: ownerEmail });
    expectProblem(refused, { status: 409, code: 'last-owner', blockers: ['last-owner', 'account-owner-protected', 'account-owner-protected'] });
    expect((refused.json as ProblemBody).blockers.map(({ memberId }) => memberId)).toEqual([first.ownerId, first.ownerId, elsewhere]);
  });

  it('wants its word, and says nothing of the right one', async () => {
    const one = await somebody([org.places[0]]);
    const before = await fingerprint(service);
    for (const confirm of ['other@body.example', one.accountId, 'yes']) {
      const refused = await one.home('POST', '/account/erasure', { confirm });
      expectProblem(refused, { status: 400, code: 'invalid-value', says: /"confirm"/ });
      expect(refused.text).not.toContain(one.email);
    }
    for (const body of [{}, { confirm: '' }, { confirm: one.email, also: 1 }]) expect((await one.home('POST', '/account/erasure', body)).status).toBe(400);
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
  });

  it('comes from account home alone', async () => {
    const id = await person(service, org.places[0]);
    const email = await emailOf(service, id);
    const member = sender(service, (await org.places[0].personToken(id)).token);
    expectProblem(await member('POST', '/account/erasure', { confirm: email }), { status: 403, code: 'permission-denied' });
    const { record } = await org.places[0].connectionToken('vouching');
    await service.query(`insert into membership_link (workspace_id, membership_id, link_space, external_id) values ($1, $2, $3, 'x-1')`, [org.places[0].tenant.workspaceId, id, record.connectionId]);
    const vouched = await org.host.open({ subject: { id: `v-${id}`, email, emailVerified: true }, workspace: org.places[0].slug, connection: record.connectionId });
    expect(vouched.status, vouched.text).toBe(201);
    expectProblem(await sender(service, (vouched.json as { sessionToken: string }).sessionToken)('POST', '/account/erasure', { confirm: email }), { status: 403, code: 'permission-denied' });
    // A session of a workspace that the host itself vouched for is as good as one for account home.
    const session = await org.host.signIn(`s-${id}`, email, org.places[0].slug);
    await good(sender(service, session.sessionToken)('POST', '/account/erasure', { confirm: email }), 200);
  });
});

describe('on behalf of somebody', () => {
  it('is the account owner’s to ask, by account or by member, with the consent in the audit log of each workspace', async () => {
    const one = await somebody(org.places.slice(0, 2));
    const [owner] = org.owners;
    const foreseen = await good(owner('POST', '/organization/erasures?dryRun=true', { memberId: one.ids[0], consent }), 200);
    const done = await good(owner('POST', '/organization/erasures', { memberId: one.ids[0], consent, reason: 'asked by letter' }), 200);
    expect(done).toEqual({ ...foreseen, dryRun: false });
    expect(done).toMatchObject({ accountId: one.accountId, memberships: 2, seats: -1 });
    const rows = await service.query(`select e.workspace_id, e.actor_kind, e.metadata, r.reason from audit_event e left join audit_reason r on r.event_id = e.id where action = 'user_account_erase' and e.target_id = any($1)`, [one.ids]);
    const digest = createHash('sha256').update(consent.reference).digest('hex');
    expect(rows.map(({ metadata }) => JSON.parse(String(metadata)) as object)).toEqual([0, 1].map(() => expect.objectContaining({ account: one.accountId, consent: digest, consentGivenAt: '2026-01-02T02:04:05.000Z' })));
    // The owner's membership stays in its workspace: elsewhere an account acts.
    const actors = new Map(rows.map((row) => [row['workspace_id'], row['actor_kind']]));
    expect([actors.get(org.places[0].tenant.workspaceId), actors.get(org.places[1].tenant.workspaceId)]).toEqual(['person', 'account']);
    expect(await placesOf(service, one.email)).toEqual([]);
    expect(await placesOf(service, 'letter 4711')).toEqual([]);
    // Once more there is nothing to erase, and nothing is written.
    const before = await fingerprint(service);
    expect(await good(owner('POST', '/organization/erasures', { accountId: one.accountId, consent }), 200)).toMatchObject({ accountId: one.accountId, memberships: 0, seats: 0, rows: {} });
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
  });

  it('is nobody else’s, and nobody learns which accounts there are', async () => {
    const one = await somebody([org.places[0]]);
    const nobody = '00000000-0000-4000-8000-000000000001';
    const admin = sender(service, (await org.places[0].personToken(await person(service, org.places[0], 'admin'))).token);
    const other = await organization(service);
    for (const accountId of [one.accountId, nobody]) {
      for (const send of [admin, org.owners[1]]) {
        expectProblem(await send('POST', '/organization/erasures', { accountId, consent }), { status: 403, code: 'permission-denied' });
        expectProblem(await send('GET', `/organization/accounts/${accountId}/export?consentReference=x&consentGivenAt=2026-01-01T00:00:00Z`), { status: 403, code: 'permission-denied' });
      }
      expectProblem(await other.owners[0]('POST', '/organization/erasures', { accountId, consent }), { status: 404, code: 'not-found' });
      expectProblem(await one.home('POST', '/organization/erasures', { accountId, consent }), { status: 403, code: 'permission-denied' });
    }
    expectProblem(await org.owners[0]('POST', '/organization/erasures', { memberId: nobody, consent }), { status: 404, code: 'not-found' });
    // A member of another workspace of the organization is not found by its id.
    const far = await somebody([org.places[1]]);
    expectProblem(await org.owners[0]('POST', '/organization/erasures', { memberId: far.ids[0], consent }), { status: 404, code: 'not-found' });
    expect(await service.query('select count(*)::int as count from user_account where erased_at is not null and id = any($1)', [[one.accountId, far.accountId]])).toEqual([{ count: 0 }]);
  });

  it('does not go past the guards, nor without a consent', async () => {
    const owner = org.owners[0];
    const [mine] = await service.query('select account_id from membership where id = $1', [org.places[0].ownerId]);
    expectProblem(await owner('POST', '/organization/erasures', { accountId: mine?.['account_id'], consent }), { status: 403, code: 'self-removal', blockers: ['self-removal', 'last-owner', 'account-owner-protected'] });
    const [theirs] = await service.query('select account_id from membership where id = $1', [org.places[1].ownerId]);
    expectProblem(await owner('POST', '/organization/erasures', { accountId: theirs?.['account_id'], consent }), { status: 409, code: 'last-owner', blockers: ['last-owner'] });
    const one = await somebody([org.places[0]]);
    const wrong = [{ accountId: one.accountId }, { consent }, { accountId: one.accountId, memberId: one.ids[0], consent }, { accountId: one.accountId, consent: { reference: 'x' } }, { accountId: one.accountId, consent: { ...consent, givenAt: '2999-01-01T00:00:00Z' } }];
    for (const body of wrong) expect((await owner('POST', '/organization/erasures', body)).status, JSON.stringify(body)).toBe(400);
    expect((await one.home('GET', '/account')).status).toBe(200);
  });
});
