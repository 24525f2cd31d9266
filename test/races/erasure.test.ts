// Erasures against whatever brings the person back at the same moment, and against each other, on real connections.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser, scimClient, startForTest, type StartedServer } from '../support/started-server.ts';
import { seatCounts } from '../support/seat-counts.ts';
import { makeHost, sender, type Send } from '../http/host/host.ts';
import { organization, type Organization } from '../http/privacy/everywhere.ts';
import { activeOwners, deadlocks, giveRole, newName } from './racing.ts';

let service: StartedServer;
let org: Organization;

beforeAll(async () => {
  service = await startForTest();
  org = await organization(service);
});
afterAll(async () => await service.stop());

const rounds = 6;

interface Person {
  readonly email: string;
  readonly id: string;
  readonly accountId: string;
  readonly home: Send;
}

async function newPerson(place = org.places[0]): Promise<Person> {
  const email = newName();
  const made = await scimClient(service, (await place.connectionToken(`for ${email}`)).token).post('/Users', newUser(email));
  const session = await org.host.signIn(`s-${email}`, email);
  return { email, id: (made.body as { id: string }).id, accountId: session.accountId, home: sender(service, session.sessionToken) };
}

/** The seats agree, and no live membership is left of an erased account. */
async function expectWhole(): Promise<void> {
  const { persons, ledger, claimed } = await seatCounts(service, org.places[0].tenant.organizationId);
  expect([ledger, claimed]).toEqual([persons, persons]);
  expect(await service.query('select m.id from membership m join user_account a on a.id = m.account_id where a.erased_at is not null and m.deleted_at is null')).toEqual([]);
}

describe('an erasure', () => {
  it('and the same e-mail provisioned elsewhere: it is erased with the rest, or it is somebody new', async () => {
    const scim = scimClient(service, (await org.places[1].connectionToken('racing')).token);
    const before = await deadlocks(service);
    const outcomes = new Set<string>();
    for (let round = 0; round < rounds; round += 1) {
      const one = await newPerson();
      const [made, erased] = await Promise.all([scim.post('/Users', newUser(one.email)), one.home('POST', '/account/erasure', { confirm: one.email })]);
      expect([made.status, erased.status], erased.text).toEqual([201, 200]);
      const [row] = await service.query('select account_id, deleted_at is null as live from membership where id = $1', [(made.body as { id: string }).id]);
      const same = row?.['account_id'] === one.accountId;
      expect(row?.['live']).toBe(!same);
      outcomes.add(same ? 'erased' : 'new');
      expect((erased.json as { memberships: number }).memberships).toBe(same ? 2 : 1);
      await expectWhole();
    }
    expect(outcomes.size).toBeGreaterThan(0);
    expect(await deadlocks(service)).toBe(before);
  });

  it('and another one of the same account: one is done, and the audit log has it once', async () => {
    const owner = org.owners[0];
    const consent = { reference: 'form 1', givenAt: '2026-01-01T00:00:00Z' };
    for (let round = 0; round < rounds; round += 1) {
      const one = await newPerson();
      const answers = await Promise.all([one.home('POST', '/account/erasure', { confirm: one.email }), owner('POST', '/organization/erasures', { accountId: one.accountId, consent })]);
      expect([200, 401]).toContain(answers[0].status);
      expect(answers[1].status).toBe(200);
      expect(answers.filter(({ json }) => (json as { memberships?: number }).memberships === 1).length).toBe(1);
      expect(await service.query(`select count(*)::int as count from audit_event where action = 'user_account_erase' and target_id = $1`, [one.id])).toEqual([{ count: 1 }]);
      await expectWhole();
    }
  });

  it('of two last owners at once, each in another workspace of both: one is refused', async () => {
    const before = await deadlocks(service);
    for (let round = 0; round < rounds; round += 1) {
      const apart = await organization(service);
      const host = await makeHost(service, apart.places[0]);
      const place = apart.places[1];
      const scim = scimClient(service, (await place.connectionToken()).token);
      const two = await Promise.all([0, 1].map(async () => {
        const email = newName();
        const id = ((await scim.post('/Users', newUser(email))).body as { id: string }).id;
        await giveRole(service, place, id, 'owner');
        return { email, home: sender(service, (await host.signIn(`o-${email}`, email)).sessionToken) };
      }));
      await apart.owners[1]('PATCH', `/team/members/${place.ownerId}`, { role: 'member' });
      const answers = await Promise.all(two.map(async ({ email, home }) => await home('POST', '/account/erasure', { confirm: email })));
      expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 409]);
      expect((await activeOwners(service, place)).length).toBe(1);
    }
    expect(await deadlocks(service)).toBe(before);
  });
});
