// What each kind of request may cost in exchanges, statements and rows, in a tenant that is too large to be read by accident; no time is measured.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenParties } from '../../src/cli/own-issuer.ts';
import { mintToken } from '../../src/http/auth/mint-token.ts';
import { loadSettings } from '../../config/settings.ts';
import { loadGroup, loadOthers, loadTenant, settle, type LoadedTenant } from '../bench/load.ts';
import { addressOf, nameOf, userBody } from '../bench/population.ts';
import { halfDone } from '../support/half-done.ts';
import { seatCounts } from '../support/seat-counts.ts';
import { scimClient, startForTest, type Scim, type StartedServer } from '../support/started-server.ts';
import { watchDatabase, type WatchedDatabase } from '../support/watched-database.ts';

const users = 3_000;
const inGroup = 2_500;

let service: StartedServer;
let watched: WatchedDatabase;
let loaded: LoadedTenant;
let groupId: string;
let scim: Scim;

beforeAll(async () => {
  service = await startForTest({ DATABASE_POOL_SIZE: '1' });
  watched = watchDatabase(service);
  const owner = new pg.Pool({ ...service.database.owner, max: 2 });
  // With many tenants the average one is small, and plans that serve every tenant are made for that.
  await loadOthers(owner, 200);
  loaded = await loadTenant(service.ports, owner, 'measured', users);
  await owner.query('analyze');
  groupId = await loadGroup(service.ports, loaded, inGroup);
  await settle(owner);
  await owner.end();
  scim = scimClient(service, await mintToken(service.keys, tokenParties(loadSettings({})), loaded.tenant, loaded.record));
  // PostgreSQL turns to such plans after five executions.
  for (let time = 0; time < 7; time += 1) {
    await scim.get(`/Users/${loaded.ids[time]}`);
    await scim.get('/Users?count=10');
    await scim.get(`/Groups/${groupId}?excludedAttributes=members`);
    await scim.patch(`/Users/${loaded.ids[time]}`, { op: 'replace', path: 'title', value: 'Lead' });
  }
});
afterAll(async () => await service.stop());

/** Rows that were looked at in the tables that grow with the tenant. */
function lookedAt(looked: Readonly<Record<string, number>>): number {
  return ['membership', 'membership_email', 'membership_link', 'group_member', 'user_account', 'seat_claim'].reduce((sum, table) => sum + (looked[table] ?? 0), 0);
}

async function read(path: string) {
  return await watched.costOf(async () => expect((await scim.get(path)).status).toBe(200));
}

describe('a read', () => {
  it('of one user is one exchange and looks at that user', async () => {
    const { exchanges, rows, looked } = await read(`/Users/${loaded.ids[5]}`);
    expect([exchanges, rows]).toEqual([1, 3]);
    expect(lookedAt(looked)).toBeLessThan(20);
  });

  it('by a long filter leaves no statement prepared that others would not use', async () => {
    const longest = async (): Promise<number> => {
      const { rows } = await service.ports.database.pool.query<{ length: number }>('select max(length(statement)) as length from pg_prepared_statements');
      return rows[0]?.length ?? 0;
    };
    for (const path of ['/Users', '/Groups', '']) {
      const filter = Array.from({ length: 50 }, (_, n) => `displayName co "${n}"`).join(' or ');
      expect((await scim.post(`${path}/.search`, { filter, sortBy: 'displayName', count: 1 })).status).toBe(200);
    }
    expect(await longest()).toBeGreaterThan(0);
    expect(await longest()).toBeLessThan(5_000);
  });

  it.each([
    ['userName', `userName eq "${addressOf(nameOf(11))}"`],
    ['an e-mail', `emails[type eq "work" and value eq "${addressOf(nameOf(11))}"]`],
    ['externalId', `externalId eq "ext-${nameOf(11)}"`],
    ['id', 'id eq "{id}"'],
  ])('by %s is one exchange and looks at what it finds', async (_, filter) => {
    const { exchanges, rows, looked } = await read(`/Users?filter=${encodeURIComponent(filter.replace('{id}', loaded.ids[11] ?? ''))}`);
    expect([exchanges, rows]).toEqual([1, 3]);
    expect(lookedAt(looked)).toBeLessThan(30);
  });

  it.each(['1', '1000'])('of a page from %s fetches the page and not the tenant', async (startIndex) => {
    const { exchanges, rows, looked } = await read(`/Users?count=10&startIndex=${startIndex}`);
    expect(exchanges).toBe(1);
    expect(rows).toBeLessThanOrEqual(10 + 3);
    // Each row that is shown has look-ups of its own; rows that are skipped or counted are passed in the index, or once in the table.
    expect(looked['membership_email'] ?? 0).toBeLessThan(20);
    expect(looked['group_member'] ?? 0).toBeLessThan(40);
    expect(looked['seat_claim'] ?? 0).toBeLessThan(40);
    expect(looked['membership'] ?? 0).toBeLessThan(users / 2);
  });

  it('of a group without its members does not look at them', async () => {
    for (const path of [`/Groups/${groupId}?excludedAttributes=members`, `/Groups/${groupId}?attributes=displayName`, '/Groups?excludedAttributes=members', '/Groups?attributes=displayName']) {
      const { exchanges, looked } = await read(path);
      expect(exchanges).toBe(1);
      expect(looked['group_member'] ?? 0).toBe(0);
      expect(looked['membership'] ?? 0).toBe(0);
    }
  });
});

describe('a write', () => {
  it('of a new user takes two exchanges', async () => {
    const { exchanges, statements, looked } = await watched.costOf(async () => expect((await scim.post('/Users', userBody('new'))).status).toBe(201));
    expect(exchanges).toBe(2);
    expect(statements.length).toBeLessThanOrEqual(20);
    expect(lookedAt(looked)).toBeLessThan(50);
  });

  it('of active takes two exchanges', async () => {
    const cost = await watched.costOf(async () => expect((await scim.patch(`/Users/${loaded.ids[3]}`, { op: 'replace', path: 'active', value: false })).status).toBe(200));
    expect(cost.exchanges).toBe(2);
    expect(cost.statements.length).toBeLessThanOrEqual(16);
    expect(lookedAt(cost.looked)).toBeLessThan(50);
  });

  it('of one member of a large group neither reads nor touches the others', async () => {
    const [outside = '', inside = ''] = [loaded.ids[users - 1], loaded.ids[20]];
    const operations = [
      { op: 'add', path: 'members', value: [{ value: outside }] },
      { op: 'remove', path: `members[value eq "${inside}"]` },
      { op: 'remove', path: 'members', value: [{ value: outside }] },
    ];
    for (const operation of operations) {
      const { exchanges, rows, looked } = await watched.costOf(async () => expect((await scim.patch(`/Groups/${groupId}`, operation)).status).toBe(204));
      expect(exchanges).toBe(2);
      expect(rows).toBeLessThan(10);
      expect(looked['group_member'] ?? 0).toBeLessThan(10);
      expect(looked['membership'] ?? 0).toBeLessThan(10);
    }
  });

  it('that is refused by the rules of the protocol asks only whether the token works', async () => {
    const { exchanges, statements } = await watched.costOf(async () => expect((await scim.get('/Users?filter=nonsense')).status).toBe(400));
    expect(exchanges).toBe(1);
    expect(statements).toHaveLength(2);
  });
});

// Last, because PostgreSQL tells late of what other sessions have looked at.
describe('a loaded tenant', () => {
  it('stands as if it had been pushed', async () => {
    const persons = users + ['the owner', 'the new one'].length;
    expect(await halfDone(service.query)).toEqual([]);
    expect(await seatCounts(service, loaded.tenant.organizationId)).toEqual({ persons, ledger: persons, claimed: persons });
  });

  it('has the rows that a request writes', async () => {
    const name = nameOf(7);
    const shape = async () =>
      await service.query(
        `select to_jsonb(m) - '{id,account_id,accepted_at,created_at,updated_at,deleted_at}'::text[] as member, m.accepted_at = m.created_at as accepted, to_jsonb(e) - 'membership_id' as email,
            to_jsonb(l) - 'membership_id' as link, a.email_key, a.service, c.workspace_id as claim, g.delta, g.workspace_id as of, g.id = g.audit_id as audited,
            to_jsonb(v) - '{id,at,target_id,request_id,metadata}'::text[] as event, replace(v.metadata, m.account_id::text, '') as metadata, v.at = m.created_at as at,
            o.topic, o.aggregate_id = m.id as aggregate, o.audit_id = v.id as cause
          from membership m join user_account a on a.id = m.account_id join membership_email e on e.membership_id = m.id join membership_link l on l.membership_id = m.id
          join seat_claim c on c.account_id = a.id join seat_ledger g on g.account_id = a.id join audit_event v on v.target_id = m.id join outbox_event o on o.aggregate_id = m.id
          where m.user_name = $1 and m.deleted_at is null`,
        [addressOf(name)],
      );
    const byCopy = await shape();
    const id = loaded.ids[7] ?? '';
    for (const table of ['membership_email', 'membership_link', 'group_member', 'seat_claim']) {
      await service.query(`delete from ${table} where ${table === 'seat_claim' ? 'account_id = (select account_id from membership where id = $1)' : `${table === 'group_member' ? 'member_id' : 'membership_id'} = $1`}`, [id]);
    }
    await service.query(`update user_account set email_key = null where id = (select account_id from membership where id = $1)`, [id]);
    await service.query(`update membership set deleted_at = now() where id = $1`, [id]);
    expect((await scim.post('/Users', userBody(name, 7))).status).toBe(201);
    expect(byCopy).toHaveLength(1);
    expect(await shape()).toEqual(byCopy);
  });
});
