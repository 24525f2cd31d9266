// Pages by index: one stable order, exact totals with and without a filter, the edges of both parameters, and the forms of the base address.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRequest } from '../support/raw-http.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer } from '../support/started-server.ts';

/** Users besides the owner; more than the largest page. */
const users = 230;
const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

let service: StartedServer;
let token: string;
let scim: Scim;

beforeAll(async () => {
  service = await startForTest();
  token = (await (await service.workspace()).connectionToken()).token;
  scim = scimClient(service, token);
  const queue = Array.from({ length: users }, (_, n) => n);
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let n = queue.shift(); n !== undefined; n = queue.shift()) {
      const { status } = await scim.post('/Users', newUser(`u${String(n).padStart(3, '0')}@x.example`, { title: n % 2 === 0 ? 'even' : 'odd' }));
      if (status !== 201) throw new Error(`a user was not created: ${status}`);
    }
  }));
});
afterAll(async () => await service.stop());

interface List {
  readonly schemas: string[];
  readonly totalResults: number;
  readonly startIndex: number;
  readonly itemsPerPage: number;
  readonly Resources: { readonly id: string; readonly userName: string }[];
}

async function list(query: string): Promise<List> {
  const { status, body } = await scim.get(`/Users?attributes=userName&${query}`);
  expect(status).toBe(200);
  const page = body as List;
  expect([page.schemas, page.itemsPerPage]).toEqual([['urn:ietf:params:scim:api:messages:2.0:ListResponse'], page.Resources.length]);
  return page;
}

async function walk(query: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let startIndex = 1; ; startIndex += count) {
    const page = await list(`${query}&startIndex=${startIndex}&count=${count}`);
    expect([page.startIndex, page.Resources.length <= count]).toEqual([startIndex, true]);
    ids.push(...page.Resources.map(({ id }) => id));
    if (page.Resources.length === 0 || ids.length >= page.totalResults) return ids;
  }
}

const filter = (text: string) => `filter=${encodeURIComponent(text)}`;
const all = users + 1;

describe('the pages of a list', () => {
  it('hold everybody exactly once, in the same order whatever their size', async () => {
    const [bySeven, byFifty, byMost] = [await walk('', 7), await walk('', 50), await walk('', 200)];
    expect([bySeven.length, new Set(bySeven).size]).toEqual([all, all]);
    expect(byFifty).toEqual(bySeven);
    expect(byMost).toEqual(bySeven);
  });

  it('hold everybody whom a filter matches exactly once, in the same order', async () => {
    const everybody = await walk('', 200);
    const [odd, even] = [await walk(filter('title eq "odd"'), 9), await walk(filter('title eq "even"'), 100)];
    expect([odd.length, even.length]).toEqual([users / 2, users / 2]);
    expect(everybody.filter((id) => odd.includes(id))).toEqual(odd);
    expect(new Set([...odd, ...even]).size).toBe(users);
  });

  it('stay in order while users change', async () => {
    const before = await walk('', 100);
    await scim.patch(`/Users/${String(before[3])}`, { op: 'replace', path: 'nickName', value: 'N' });
    await scim.patch(`/Users/${String(before[150])}`, { op: 'replace', path: 'userName', value: 'aaa@x.example' });
    expect(await walk('', 100)).toEqual(before);
  });
});

describe('the parameters', () => {
  it.each<[string, number, number, number]>([
    ['', all, 1, 100],
    ['count=1', all, 1, 1],
    ['count=200', all, 1, 200],
    ['count=201', all, 1, 200],
    ['count=100000', all, 1, 200],
    ['count=0', all, 1, 0],
    ['count=-1', all, 1, 0],
    ['startIndex=0', all, 1, 100],
    ['startIndex=-10&count=2', all, 1, 2],
    [`startIndex=${all}`, all, all, 1],
    [`startIndex=${all + 1}`, all, all + 1, 0],
    ['startIndex=2147483647&count=200', all, 2_147_483_647, 0],
    ['startIndex=222&count=50', all, 222, 10],
    [filter('title eq "odd"'), users / 2, 1, 100],
    [`${filter('title eq "odd"')}&count=0`, users / 2, 1, 0],
    [`${filter('title eq "odd"')}&count=3`, users / 2, 1, 3],
    [`${filter('title eq "odd"')}&startIndex=101`, users / 2, 101, 15],
    [`${filter('title eq "odd"')}&startIndex=116`, users / 2, 116, 0],
    [filter('title eq "none"'), 0, 1, 0],
    [`${filter('title eq "none"')}&startIndex=5`, 0, 5, 0],
    [`${filter('userName eq "u007@x.example"')}&count=1`, 1, 1, 1],
    ['sortBy=userName&sortOrder=descending&count=2', all, 1, 2],
  ])('?%s tell %i in all, from %i, %i of them', async (query, totalResults, startIndex, length) => {
    const page = await list(query);
    expect([page.totalResults, page.startIndex, page.Resources.length]).toEqual([totalResults, startIndex, length]);
  });

  it('mean the same in a search', async () => {
    const search = async (more: Record<string, unknown>) => (await scim.post('/Users/.search', { schemas: [searchUrn], attributes: ['userName'], ...more })).body as List;
    expect(await search({ startIndex: 11, count: 7 })).toEqual(await list('startIndex=11&count=7'));
    expect(await search({ startIndex: -3, count: 1000 })).toEqual(await list('startIndex=-3&count=1000'));
    expect(await search({ filter: 'title eq "odd"', count: 0 })).toEqual(await list(`${filter('title eq "odd"')}&count=0`));
    expect(await search({ startIndex: null, count: null, filter: null })).toEqual(await list(''));
  });

  it('count removed people no more and deactivated ones still', async () => {
    const { body } = await scim.post('/Users', newUser('brief@x.example'));
    const { id } = body as { id: string };
    await scim.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false });
    expect((await list('count=0')).totalResults).toBe(all + 1);
    await scim.delete(`/Users/${id}`);
    expect((await list('count=0')).totalResults).toBe(all);
  });

  it('make pages of groups too', async () => {
    const names = Array.from({ length: 5 }, (_, n) => `group ${n}`);
    for (const displayName of names) await scim.post('/Groups', { displayName });
    const pages = await Promise.all([1, 3, 5].map(async (startIndex) => (await scim.get(`/Groups?startIndex=${startIndex}&count=2`)).body as { totalResults: number; Resources: { displayName: string }[] }));
    expect(pages.map(({ totalResults }) => totalResults)).toEqual([5, 5, 5]);
    expect(pages.flatMap(({ Resources }) => Resources.map(({ displayName }) => displayName))).toEqual(names);
  });
});

describe('addresses that clients make of the base', () => {
  it.each([
    '/scim/v2/Users?count=1',
    '/scim/v2/Users/?count=1',
    '/scim/v2//Users?count=1',
    '/scim/v2/Users?aadOptscim062020&count=1',
    '/scim/v2/Users?count=1&aadOptscim062020=',
    '/scim/v2/Users?count=1&unknown=%zz&_=1',
    '/scim/v2/Users?%63ount=1',
    '/scim/v2/%55sers?count=1',
    '/scim/v2/Users?count=1#fragment',
  ])('%s', async (path) => {
    const { status, json } = await sendRequest(service.root, { path, headers: { Authorization: `bearer ${token}` } });
    expect([status, (json as List).itemsPerPage]).toEqual([200, 1]);
  });

  it('lead to the one address that every answer tells', async () => {
    const { body } = await scim.post('//Users/?aadOptscim062020', newUser('slash@x.example'));
    const { location } = body.meta as { location: string };
    expect(location).toBe(`${service.url}/Users/${body.id as string}`);
    for (const suffix of ['', '/', '?aadOptscim062020', '/?aadOptscim062020=1']) expect((await scim.get(`/Users/${body.id as string}${suffix}`)).body.meta.location).toBe(location);
    expect((await scim.delete(`/Users/${body.id as string}/`)).status).toBe(204);
  });
});
