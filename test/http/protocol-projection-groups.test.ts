// What answers about groups show on every verb, in every form of a name, and that what they do not show is not even read.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser, scimClient, startForTest, type Scim, type StartedServer } from '../support/started-server.ts';

const group = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const user = 'urn:ietf:params:scim:schemas:core:2.0:User';
const people = 40;

let service: StartedServer;
let scim: Scim;
let ids: string[];
let id: string;
let names = 0;

beforeAll(async () => {
  service = await startForTest({ DATABASE_POOL_SIZE: '2' });
  scim = scimClient(service, (await (await service.workspace()).connectionToken()).token);
  ids = await Promise.all(Array.from({ length: people }, async (_, at) => (await scim.post('/Users', newUser(`p${at}@home.example`))).body.id as string));
  id = (await scim.post('/Groups?attributes=id', body('Crew'))).body.id as string;
});
afterAll(async () => await service.stop());

type Resource = Record<string, unknown>;
const body = (displayName: string) => ({ displayName, externalId: `e-${displayName}`, members: ids.map((value) => ({ value })) });
const rename = (displayName: string) => ({ op: 'replace', path: 'displayName', value: displayName });

/** Each verb that answers with the group, for a query. */
const verbs: readonly (readonly [string, (query: string) => Promise<Resource>])[] = [
  ['GET', async (query) => (await scim.get(`/Groups/${id}?${query}`)).body as Resource],
  ['a list', async (query) => (await scim.get(`/Groups?filter=${encodeURIComponent(`id eq "${id}"`)}&${query}`)).body.Resources[0] as Resource],
  ['a search', async (query) => (await searchFor('/Groups/.search', query)).Resources[0] as Resource],
  ['a search of everything', async (query) => (await searchFor('/.search', query)).Resources[0] as Resource],
  ['PUT', async (query) => (await scim.put(`/Groups/${id}?${query}`, body('Crew'))).body as Resource],
  ['PATCH', async (query) => (await scim.patch(`/Groups/${id}?${query}`, rename('Crew'))).body as Resource],
  ['POST', async (query) => (await scim.post(`/Groups?${query}`, body(`New ${(names += 1)}`))).body as Resource],
];

async function searchFor(path: string, query: string): Promise<{ Resources: unknown[] }> {
  const [name = '', value = ''] = query.split('=');
  return (await scim.post(path, { [name.toUpperCase()]: value.split(','), filter: `id eq "${id}"` })).body as { Resources: unknown[] };
}

/** Names of what a resource holds, one level into objects; of lists those of the first element. */
function namesOf(resource: Resource): string[] {
  return Object.entries(resource)
    .flatMap(([name, value]) => {
      const inner: unknown = Array.isArray(value) && typeof value[0] === 'object' ? value[0] : value;
      return typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.keys(inner).map((part) => `${name}.${part}`) : [name];
    })
    .toSorted();
}

const meta = ['meta.created', 'meta.lastModified', 'meta.location', 'meta.resourceType', 'meta.version'];
const members = ['members.$ref', 'members.display', 'members.type', 'members.value'];
const always = ['id', 'schemas'];

const cases: readonly (readonly [string, readonly string[]])[] = [
  ['attributes=displayName', ['displayName']],
  ['attributes=DISPLAYNAME,ExternalID', ['displayName', 'externalId']],
  [`attributes=${group}:displayName`, ['displayName']],
  [`attributes=${group.toUpperCase()}:DISPLAYNAME`, ['displayName']],
  [`attributes=${group}`, ['displayName', ...members]],
  ['attributes=members', members],
  ['attributes=members.value', ['members.value']],
  [`attributes=${group}:members.value,Members.$REF`, ['members.$ref', 'members.value']],
  ['attributes=members,members.value', members],
  ['attributes=meta.location,META.Version', ['meta.location', 'meta.version']],
  ['attributes=id', []],
  ['attributes=userName,nonsense', []],
  [`attributes=${user}:displayName`, []],
  ['excludedAttributes=members', ['displayName', 'externalId', ...meta]],
  [`excludedAttributes=${group}:MEMBERS,meta`, ['displayName', 'externalId']],
  ['excludedAttributes=members.display,members.$ref', ['displayName', 'externalId', 'members.type', 'members.value', ...meta]],
  ['excludedAttributes=members.value,members.type,members.display,members.$ref', ['displayName', 'externalId', ...meta]],
  [`excludedAttributes=${group}`, ['externalId', ...meta]],
  ['excludedAttributes=id,schemas,SCHEMAS,Id,nonsense', ['displayName', 'externalId', ...members, ...meta]],
];

describe.each(verbs)('a group on %s', (verb, ask) => {
  it.each(cases)('%s', async (query, shown) => {
    expect(namesOf(await ask(query))).toEqual([...always, ...shown].toSorted());
  });

  it('shows its members whole or not at all', async () => {
    const { members: all } = (await ask('attributes=members.value')) as { members: { value: string }[] };
    expect([verb, all.map(({ value }) => value).toSorted()]).toEqual([verb, ids.toSorted()]);
  });
});

it('both parameters at once are refused on every verb, and nothing is done', async () => {
  const before = (await scim.get(`/Groups/${id}`)).body as Resource;
  const both = '?attributes=id&excludedAttributes=members';
  const lists = { attributes: ['id'], excludedAttributes: ['members'] };
  const attempts = [
    ...[scim.get(`/Groups/${id}${both}`), scim.get(`/Groups${both}`), scim.get(`/${both}`), scim.post('/Groups/.search', lists), scim.post('/.search', lists)],
    ...[scim.post(`/Groups${both}`, body('Refused')), scim.put(`/Groups/${id}${both}`, body('Refused')), scim.patch(`/Groups/${id}${both}`, rename('Refused'))],
  ];
  for (const attempt of attempts) {
    const { status, body: answer } = await attempt;
    expect([status, answer.scimType]).toEqual([400, 'invalidValue']);
  }
  expect((await scim.get(`/Groups/${id}`)).body).toEqual(before);
  expect((await scim.get(`/Groups?filter=${encodeURIComponent('displayName eq "Refused"')}`)).body.totalResults).toBe(0);
});

/** Rows of group_member that PostgreSQL has read so far, through an index or not; the pool's connections are made to report first. */
async function rowsRead(): Promise<number> {
  const { pool } = service.ports.database;
  const clients = await Promise.all(Array.from({ length: pool.totalCount }, async () => await pool.connect()));
  await Promise.all(clients.map(async (client) => await client.query('select pg_stat_force_next_flush()')));
  for (const client of clients) client.release();
  const [row] = await service.query(
    `select (select sum(idx_tup_read) from pg_stat_user_indexes where relname = 'group_member') + (select seq_tup_read from pg_stat_user_tables where relname = 'group_member') as count`,
  );
  return Number(row?.['count']);
}

async function readBy(request: () => PromiseLike<{ status: number; text: string }>): Promise<number> {
  const before = await rowsRead();
  const { status, text } = await request();
  expect(status, text).toBeLessThan(300);
  return (await rowsRead()) - before;
}

describe('members', () => {
  const searched = (path: string, more: Resource) => async () => await scim.post(path, { count: 5, ...more });
  const unshown: readonly (readonly [string, () => PromiseLike<{ status: number; text: string }>])[] = [
    ['GET', () => scim.get(`/Groups/${id}?excludedAttributes=members`)],
    ['GET of another attribute', () => scim.get(`/Groups/${id}?attributes=displayName`)],
    ['GET without the core', () => scim.get(`/Groups/${id}?excludedAttributes=${group}`)],
    ['HEAD', () => scim.head(`/Groups/${id}?excludedAttributes=${group}:members`)],
    ['GET that ends in 304', async () => ({ ...(await scim.get(`/Groups/${id}`).set('If-None-Match', '*')), status: 200, text: '' })],
    ['a list', () => scim.get('/Groups?excludedAttributes=members')],
    ['a list of names', () => scim.get('/Groups?attributes=displayName&sortBy=displayName')],
    ['a search', searched('/Groups/.search', { excludedAttributes: ['members'] })],
    ['a search of everything', searched('/.search', { attributes: ['displayName'] })],
    ['a list of users without groups', () => scim.get('/Users?excludedAttributes=groups')],
    ['a user without groups', () => scim.get(`/Users/${String(ids[0])}?attributes=userName,emails`)],
    ['PATCH of a name', () => scim.patch(`/Groups/${id}`, rename('Crew'))],
    ['PATCH of a name that shows it', () => scim.patch(`/Groups/${id}?attributes=displayName`, rename(`Crew ${(names += 1)}`))],
    ['PATCH of a user without groups', () => scim.patch(`/Users/${String(ids[1])}?excludedAttributes=groups`, { op: 'replace', path: 'title', value: 'T' })],
  ];

  it.each(unshown)('are not read by %s', async (_, request) => {
    expect(await readBy(request)).toBe(0);
  });

  it.each<[string, () => PromiseLike<{ status: number; text: string }>]>([
    ['GET', () => scim.get(`/Groups/${id}?attributes=members.value`)],
    ['a list', () => scim.get('/Groups?count=200')],
    ['PATCH that shows them', () => scim.patch(`/Groups/${id}?attributes=members`, rename('Crew'))],
  ])('are read by %s', async (_, request) => {
    expect(await readBy(request)).toBeGreaterThanOrEqual(people);
  });
});
