// Sorting over the wire: name forms, missing values, ties, and what cannot be sorted by.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser, scimClient, startForTest, type Scim, type StartedServer } from '../support/started-server.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const membership = 'urn:usher:params:scim:schemas:extension:membership:2.0:User';

let service: StartedServer;
let scim: Scim;

/** In the order of their creation; every value but the userName is missing somewhere. */
const people = [
  { key: 'eva', title: 'beta', name: { familyName: 'Zimmer' }, externalId: 'B', emails: [{ value: 'z@x.example', type: 'work' }, { value: 'a@x.example', primary: true }] },
  { key: 'Bob', name: { familyName: 'Ärger' }, active: false, [enterprise]: { employeeNumber: '10', manager: { value: 'boss' } } },
  { key: 'ada', title: 'Alpha', externalId: 'a', emails: [{ value: 'M@x.example' }, { value: 'b@x.example' }], [enterprise]: { employeeNumber: '9' } },
  { key: 'Dan', title: 'ALPHA', name: { familyName: 'adam', givenName: 'D' }, externalId: 'C' },
  { key: 'cy', phoneNumbers: [{ value: '2', type: 'work' }] },
];

beforeAll(async () => {
  service = await startForTest();
  const workspace = await service.workspace({ owner: 'zz-owner@x.example' });
  scim = scimClient(service, (await workspace.connectionToken()).token);
  for (const { key, ...more } of people) {
    const { status } = await scim.post('/Users', { ...newUser(`${key}@x.example`), emails: undefined, ...more });
    if (status !== 201) throw new Error(`a user was not created: ${status}`);
  }
  for (const displayName of ['beta', 'Alpha', 'Gamma']) await scim.post('/Groups', { displayName });
});
afterAll(async () => await service.stop());

interface List {
  readonly Resources: { readonly userName?: string; readonly displayName?: string }[];
}

const namesOf = ({ Resources }: List) => Resources.map(({ userName, displayName }) => (userName ?? displayName ?? '').replace('@x.example', '')).join(' ');

async function sorted(sortBy: string, sortOrder?: string): Promise<string> {
  const { status, body } = await scim.get(`/Users?attributes=userName&sortBy=${encodeURIComponent(sortBy)}${sortOrder === undefined ? '' : `&sortOrder=${sortOrder}`}`);
  expect(status).toBe(200);
  return namesOf(body as List);
}

const everybody = 'zz-owner eva Bob ada Dan cy';

describe('sortBy', () => {
  it.each([
    ['', everybody],
    ['id', everybody],
    ['meta.created', everybody],
    ['userName', 'ada Bob cy Dan eva zz-owner'],
    ['USERNAME', 'ada Bob cy Dan eva zz-owner'],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName', 'ada Bob cy Dan eva zz-owner'],
    ['title', 'ada Dan eva zz-owner Bob cy'],
    ['name.familyName', 'Dan eva Bob zz-owner ada cy'],
    ['externalId', 'eva Dan ada zz-owner Bob cy'],
    ['emails', 'eva ada zz-owner Bob Dan cy'],
    ['emails.value', 'eva ada zz-owner Bob Dan cy'],
    [`${enterprise}:employeeNumber`, 'Bob ada zz-owner eva Dan cy'],
    ['employeeNumber', 'Bob ada zz-owner eva Dan cy'],
    ['manager', 'Bob zz-owner eva ada Dan cy'],
    ['active', 'Bob zz-owner eva ada Dan cy'],
    ['phoneNumbers.type', 'cy zz-owner eva Bob ada Dan'],
    [`${membership}:role`, 'eva Bob ada Dan cy zz-owner'],
    ['nickName', everybody],
  ])('%s: %s', async (sortBy, expected) => {
    expect(await sorted(sortBy)).toBe(expected);
    expect(await sorted(sortBy, 'aScending')).toBe(expected);
    if (sortBy !== '') expect(await sorted(sortBy, 'DESCENDING')).toBe(expected.split(' ').toReversed().join(' '));
  });

  it('sorts groups', async () => {
    for (const [query, expected] of [['sortBy=displayName', 'Alpha beta Gamma'], ['sortBy=displayName&sortOrder=descending', 'Gamma beta Alpha'], ['sortOrder=descending', 'beta Alpha Gamma']]) {
      expect(namesOf((await scim.get(`/Groups?${query}`)).body as List)).toBe(expected);
    }
  });

  it('sorts what a filter finds, in a search too', async () => {
    const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter: 'title pr', sortBy: 'name.familyName', sortOrder: 'descending', attributes: ['userName'] };
    expect(namesOf((await scim.post('/Users/.search', search)).body as List)).toBe('ada eva Dan');
  });

  it('sorts texts too long for a cursor by their beginning', async () => {
    const long = 'long '.repeat(3_000);
    for (const [index, text] of [`${long}b`, `${long}a`, 'Long', 'zero'].entries()) await scim.post('/Users', newUser(`long${index}@x.example`, { nickName: text }));
    const query = 'filter=nickName%20pr&sortBy=nickName&count=1';
    const names: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const { status, body } = await scim.get(`/Users?${query}&attributes=userName&cursor=${cursor}`);
      expect(status).toBe(200);
      names.push(namesOf(body as List));
      cursor = (body as { nextCursor?: string }).nextCursor;
      expect(cursor?.length ?? 0).toBeLessThan(4_000);
    }
    expect(names).toEqual(['long2', 'long0', 'long1', 'long3']);
  });
});

describe('what cannot be', () => {
  it.each([
    ['sortBy=nonsense', /nonsense/],
    ['sortBy=name', /name\.familyName/],
    ['sortBy=addresses', /addresses\.formatted/],
    ['sortBy=meta', /meta\.created/],
    ['sortBy=name.nonsense', /name\.nonsense/],
    ['sortBy=password', /password.*never returned/],
    ['sortBy=emails[type%20eq%20%22work%22].value', /sortBy/],
    ['sortBy=__proto__', /__proto__/],
    ['sortBy=userName%20pr', /sortBy/],
    [`sortBy=${'a.'.repeat(3_000)}`, /sortBy/],
    [`sortBy=${enterprise}`, /sortBy|enterprise/],
    ['sortOrder=up', /sortOrder/],
    ['sortBy=userName&sortOrder=desc', /sortOrder/],
    ['sortBy=userName&sortBy=title', /sortBy/],
    ['sortBy=%FF', /sortBy/],
  ])('%s', async (query, detail) => {
    const { status, body } = await scim.get(`/Users?${query}`);
    expect([status, body]).toEqual([400, expect.objectContaining({ scimType: 'invalidValue', detail: expect.stringMatching(detail) as string })]);
  });

  it.each([[7], [['userName']], [{}], [true]])('the sortBy %j of a search', async (sortBy) => {
    for (const wrong of [{ sortBy }, { sortBy: 'userName', sortOrder: sortBy }]) expect((await scim.post('/Users/.search', wrong)).body).toMatchObject({ status: '400', scimType: 'invalidValue' });
  });
});
