// The root as a list of everything: users and groups in one order, with one total, each projected by its own type.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

let service: StartedServer;
let workspace: TestWorkspace;
let scim: Scim;
let adaId: string;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace({ owner: 'owner@x.example' });
  scim = scimClient(service, (await workspace.connectionToken()).token);
  const ada = await scim.post('/Users', newUser('ada@x.example', { displayName: 'Middle', externalId: 'A' }));
  adaId = (ada.body as { id: string }).id;
  await scim.post('/Groups', { displayName: 'Beta', externalId: 'B', members: [{ value: adaId }] });
  await scim.post('/Users', newUser('bob@x.example', { displayName: 'alpha', title: 'T' }));
  await scim.post('/Groups', { displayName: 'zeta' });
  const stranger = scimClient(service, (await (await service.workspace()).connectionToken()).token);
  await stranger.post('/Groups', { displayName: 'Elsewhere' });
});
afterAll(async () => await service.stop());

interface Found {
  readonly id: string;
  readonly userName?: string;
  readonly displayName?: string;
  readonly members?: readonly { readonly value: string }[];
  readonly meta?: { readonly resourceType: string; readonly location: string };
}
interface List {
  readonly totalResults: number;
  readonly startIndex?: number;
  readonly nextCursor?: string;
  readonly previousCursor?: string;
  readonly Resources: readonly Found[];
}

const nameOf = ({ userName, displayName }: Found) => userName?.replace('@x.example', '') ?? displayName ?? '';

async function search(parameters: Readonly<Record<string, unknown>>): Promise<List> {
  const { status, body } = await scim.post('/.search', { schemas: [searchUrn], ...parameters });
  expect([status, body]).toEqual([200, expect.objectContaining({ schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'] })]);
  return body as List;
}

const names = async (parameters: Readonly<Record<string, unknown>>) => (await search(parameters)).Resources.map(nameOf).join(' ');

describe('everything', () => {
  it.each<[Readonly<Record<string, unknown>>, string]>([
    [{}, 'owner ada Beta bob zeta'],
    [{ sortBy: 'displayName' }, 'bob Beta ada zeta owner'],
    [{ sortBy: 'displayName', sortOrder: 'descending' }, 'owner zeta ada Beta bob'],
    [{ sortBy: 'userName' }, 'ada bob owner Beta zeta'],
    [{ sortBy: 'userName', sortOrder: 'descending' }, 'zeta Beta owner bob ada'],
    [{ sortBy: 'externalId' }, 'ada Beta owner bob zeta'],
    [{ sortBy: 'meta.resourceType', sortOrder: 'ascending' }, 'Beta zeta owner ada bob'],
    [{ sortBy: 'members' }, 'Beta owner ada bob zeta'],
    [{ filter: 'meta.resourceType eq "Group"' }, 'Beta zeta'],
    [{ filter: 'meta.resourceType eq "User" or meta.resourceType eq "Group"', startIndex: 2, count: 3 }, 'ada Beta bob'],
    [{ filter: 'title pr' }, 'bob'],
    [{ filter: 'title ne "T"' }, 'owner ada Beta zeta'],
    [{ filter: 'displayName gt "a" and displayName lt "n"', sortBy: 'displayName' }, 'bob Beta ada'],
    [{ filter: 'userName sw "ada" or members pr' }, 'ada Beta'],
    [{ count: 0 }, ''],
    [{ startIndex: 9 }, ''],
  ])('%j: %s', async (parameters, expected) => {
    expect(await names({ ...parameters })).toBe(expected);
  });

  it('has exact totals on every page', async () => {
    for (const page of [{}, { count: 0 }, { count: 2 }, { startIndex: 4, count: 2 }, { startIndex: 9 }, { cursor: '', count: 2 }]) expect((await search(page)).totalResults).toBe(5);
    expect((await search({ filter: 'displayName co "eta"', count: 1 })).totalResults).toBe(2);
    expect(await search({ filter: 'title eq "none"' })).toMatchObject({ totalResults: 0, startIndex: 1, Resources: [] });
  });

  it.each([{}, { sortBy: 'displayName' }, { sortBy: 'userName', sortOrder: 'descending' }, { sortBy: 'externalId', filter: 'displayName pr' }])('is walked by cursor: %j', async (parameters) => {
    const whole = (await search(parameters)).Resources.map(({ id }) => id);
    const pages = [await search({ ...parameters, count: 2, cursor: '' })];
    for (let next = pages[0]?.nextCursor; next !== undefined; next = pages.at(-1)?.nextCursor) pages.push(await search({ ...parameters, count: 2, cursor: next }));
    expect(pages.flatMap(({ Resources }) => Resources.map(({ id }) => id))).toEqual(whole);
    const back: string[] = [];
    for (let previous = pages.at(-1)?.previousCursor; previous !== undefined; ) {
      const page = await search({ ...parameters, count: 2, cursor: previous });
      back.unshift(...page.Resources.map(({ id }) => id));
      previous = page.previousCursor;
    }
    expect(back).toEqual(whole.slice(0, back.length));
    expect(back.length).toBe(2 * (pages.length - 1));
  });

  it('shows each resource as its own address does', async () => {
    for (const { id, meta } of (await search({})).Resources) expect((await scim.get(`/${meta?.resourceType ?? ''}s/${id}`)).body).toEqual((await search({ filter: `id eq "${id}"` })).Resources[0]);
  });

  it('is projected by type', async () => {
    const { Resources } = await search({ attributes: ['userName', 'members.value'], sortBy: 'displayName' });
    const [bob, beta] = Resources;
    expect(bob).toEqual({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], id: bob?.id, userName: 'bob@x.example' });
    expect(beta).toEqual({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], id: beta?.id, members: [{ value: adaId }] });
    for (const found of (await search({ excludedAttributes: ['members', 'emails'] })).Resources) expect(Object.keys(found)).not.toEqual(expect.arrayContaining(['members']));
  });

  it.each(['', '/', '?aadOptscim062020'])('answers GET on the base%s the same', async (suffix) => {
    expect((await scim.get(suffix)).body).toEqual(await search({}));
    const { body } = await scim.get(`${suffix.split('?')[0] ?? ''}?filter=${encodeURIComponent('displayName pr')}&sortBy=displayName&count=2&startIndex=2&attributes=displayName`);
    expect(body).toEqual(await search({ filter: 'displayName pr', sortBy: 'displayName', count: 2, startIndex: 2, attributes: ['displayName'] }));
  });
});

describe('what is refused', () => {
  it.each<[Readonly<Record<string, unknown>>, string]>([
    [{ filter: 'nonsense eq "x"' }, 'invalidFilter'],
    [{ sortBy: 'nonsense' }, 'invalidValue'],
    [{ sortBy: 'name' }, 'invalidValue'],
    [{ sortBy: 'password' }, 'invalidValue'],
    [{ sortBy: 'userName', sortOrder: 'x' }, 'invalidValue'],
    [{ cursor: 'x' }, 'invalidCursor'],
    [{ cursor: '', startIndex: 1 }, 'invalidValue'],
    [{ cursor: '', count: 'x' }, 'invalidCount'],
    [{ schemas: ['urn:other'] }, 'invalidSyntax'],
  ])('%j is %s', async (parameters, scimType) => {
    expect((await scim.post('/.search', parameters)).body).toMatchObject({ status: '400', scimType });
  });

  it('is every method that is not meant, and everybody without a token', async () => {
    for (const method of ['post', 'put'] as const) {
      const { status, headers } = await scim[method]('/', {});
      expect([status, headers['allow']]).toEqual([405, expect.stringContaining('GET, HEAD')]);
    }
    expect((await scim.get('/.search')).headers['allow']).toContain('POST');
    expect((await scimClient(service, 'x').post('/.search', {})).status).toBe(401);
  });
});
