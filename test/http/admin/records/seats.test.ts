// The seats of an organization through the team API: the count, who holds one and why, the ledger, the forecast, and whose names are shown to whom.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sealSeats } from '../../../../src/persistence/audit/seal.ts';
import { invite } from '../../../support/invite.ts';
import { startForTest, type StartedServer, type TestWorkspace } from '../../../support/started-server.ts';
import { expectProblem, person, pushed } from '../team.ts';
import { apiClient, type Api } from './api.ts';

let service: StartedServer;
let home: TestWorkspace;
let other: TestWorkspace;
let owner: Api;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  home = await service.workspace({ seats: 10 });
  other = await service.workspace({ organization: home.organization, owner: `other@${home.slug}.example` });
  owner = await asPerson(home, home.ownerId);
});
afterAll(async () => await service.stop());

interface Holder {
  readonly accountId: string;
  readonly places: readonly { readonly here: boolean; readonly workspace: { readonly id: string | null; readonly name: string }; readonly memberId: string | null; readonly userName: string | null; readonly status: string }[];
}

const asPerson = async (workspace: TestWorkspace, id: string) => apiClient(service, (await workspace.personToken(id)).token);
const get = async <T>(path: string, api = owner): Promise<T> => {
  const answer = await api('GET', `/organization/seats${path}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.json as T;
};
const count = async () => (await get<{ used: number }>('')).used;

describe('the count', () => {
  it('is of persons, not of memberships', async () => {
    expect(await get('')).toEqual({ used: 2, limit: 10, free: 8 });
    const mail = `both@${home.slug}.example`;
    await pushed(service, home, mail);
    await pushed(service, other, mail);
    expect(await get('')).toEqual({ used: 3, limit: 10, free: 7 });
    await invite(service, home.tenant, `invited@${home.slug}.example`);
    expect(await count()).toBe(4);
  });

  it('is shown to admins, who invite; all else of seats to owners only', async () => {
    const [admin, member] = [await asPerson(home, await person(service, home, 'admin')), await asPerson(home, await person(service, home))];
    expect((await admin('GET', '/organization/seats')).status).toBe(200);
    expectProblem(await member('GET', '/organization/seats'), { status: 403, code: 'permission-denied' });
    for (const path of ['/holders', '/ledger', '/forecast']) expectProblem(await admin('GET', `/organization/seats${path}`), { status: 403, code: 'permission-denied' });
  });
});

describe('the holders', () => {
  it('are persons with every workspace that counts them, page by page', async () => {
    const mail = `both@${home.slug}.example`;
    const [here, there] = [await pushed(service, home, mail), await pushed(service, other, mail)];
    const { items, total } = await get<{ items: Holder[]; total: number }>('/holders');
    expect([total, items.length]).toEqual([3, 3]);
    const both = items.find(({ places }) => places.length === 2);
    expect(both?.places.toSorted((one) => (one.here ? -1 : 1))).toEqual([
      { here: true, workspace: { id: home.tenant.workspaceId, name: expect.any(String) }, memberId: here, userName: mail, status: 'active' },
      { here: false, workspace: { id: other.tenant.workspaceId, name: expect.any(String) }, memberId: null, userName: mail, status: 'active' },
    ]);
    expect(there).not.toBe(here);
    const first = await get<{ items: Holder[]; nextCursor: string }>('/holders?limit=2');
    const second = await get<{ items: Holder[]; nextCursor: null }>(`/holders?limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items]).toEqual(items);
    expect(second.nextCursor).toBeNull();
  });

  it('name other workspaces only to whoever may know them', async () => {
    // A role that sees the bills and not the organization.
    await service.query(`insert into workspace_role (workspace_id, key, name, rank, permissions) values ($1, 'billing', 'Billing', 30, '{billing.read}')`, [home.tenant.workspaceId]);
    const clerk = await person(service, home);
    await service.query(`update membership set role = 'billing', base_role = 'billing' where id = $1`, [clerk]);
    const { items } = await get<{ items: Holder[] }>('/holders', await asPerson(home, clerk));
    const elsewhere = items.flatMap(({ places }) => places.filter(({ here }) => !here));
    expect(elsewhere).toEqual([{ here: false, workspace: { id: null, name: 'another workspace of the organization' }, memberId: null, userName: null, status: 'active' }]);
    const ledger = await get<{ items: { here: boolean; workspace: object; auditId: string | null }[] }>('/ledger', await asPerson(home, clerk));
    expect(ledger.items.filter(({ here }) => !here)).toMatchObject([{ workspace: { id: null, name: 'another workspace of the organization' }, auditId: null }]);
    expect(JSON.stringify([items, ledger])).not.toContain(other.tenant.workspaceId);
  });

  it('are those of the own organization', async () => {
    const stranger = await service.workspace();
    const { items } = await get<{ items: Holder[] }>('/holders', await asPerson(stranger, stranger.ownerId));
    expect(items.map(({ places }) => places.map(({ memberId }) => memberId))).toEqual([[stranger.ownerId]]);
    const { rows } = await service.ports.database.pool.query('select * from usher_seat_places(array[]::uuid[]) union all select null, id, name, null, null, null from usher_workspace_names($1::uuid[])', [[home.tenant.workspaceId]]);
    expect(rows).toEqual([]);
  });
});

describe('the ledger', () => {
  it('has a step for each seat, with the balance once it is sealed', async () => {
    const id = await person(service, home);
    await owner('DELETE', `/team/members/${id}`);
    await sealSeats(service.ports.database.pool, home.tenant.organizationId, 100);
    await person(service, home);
    const { items, total } = await get<{ total: number; items: { delta: number; balance: number | null; auditId: string | null; here: boolean }[] }>('/ledger');
    expect(items.map(({ delta, balance, here }) => [delta, balance, here])).toEqual([[1, null, true], [-1, 2, true], [1, 3, true], [1, 2, false], [1, 1, true]]);
    expect([total, items.reduce((sum, { delta }) => sum + delta, 0)]).toEqual([5, await count()]);
    const found = await owner('GET', `/audit?target=${id}`);
    expect((found.json as { items: { id: string }[] }).items.map((event) => event.id)).toContain(items[1]?.auditId);
  });
});

describe('the forecast', () => {
  it('says when seats become free, across the workspaces', async () => {
    await invite(service, other.tenant, `late@${home.slug}.example`);
    await invite(service, home.tenant, `both@${home.slug}.example`);
    await pushed(service, other, `both@${home.slug}.example`);
    const booked = await person(service, home);
    await owner('POST', `/team/members/${booked}/deactivate`, { on: '2090-01-01' });
    const { items } = await get<{ items: { kind: string; change: number; here: boolean; at: string; workspace: { id: string } }[] }>('/forecast');
    expect(items.map(({ kind, change, here }) => [kind, change, here])).toEqual([['invitation', -1, false], ['invitation', 0, true], ['deactivation', 0, true]]);
    expect([items[0]?.workspace.id, items[2]?.at]).toEqual([other.tenant.workspaceId, '2090-01-01T23:59:00.000Z']);
  });
});
