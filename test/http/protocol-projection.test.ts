// What answers show: attributes and excludedAttributes on every verb, and what each attribute's `returned` promises.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser, scimClient, startForTest, type Scim, type StartedServer } from '../support/started-server.ts';

const user = 'urn:ietf:params:scim:schemas:core:2.0:User';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const membership = 'urn:usher:params:scim:schemas:extension:membership:2.0:User';
const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'] };

let service: StartedServer;
let scim: Scim;
let id: string;
let groupId: string;

const body = newUser('ada@home.example', {
  ...{ name: { givenName: 'Ada', familyName: 'L' }, title: 'T', externalId: 'e-1' },
  emails: [{ value: 'ada@home.example', type: 'work', primary: true, display: 'Ada' }],
  [enterprise]: { department: 'D', costCenter: 'C', manager: { value: 'm-1' } },
});

beforeAll(async () => {
  service = await startForTest();
  scim = scimClient(service, (await (await service.workspace()).connectionToken()).token);
  id = (await scim.post('/Users', body)).body.id as string;
  groupId = (await scim.post('/Groups', { displayName: 'Crew', members: [{ value: id }] })).body.id as string;
});
afterAll(async () => await service.stop());

type Resource = Record<string, unknown>;

/** The same projection on each verb that answers with a user. */
const verbs: readonly (readonly [string, (query: string) => Promise<Resource>])[] = [
  ['GET', async (query) => (await scim.get(`/Users/${id}?${query}`)).body as Resource],
  ['a list', async (query) => (await scim.get(`/Users?filter=${encodeURIComponent(`id eq "${id}"`)}&${query}`)).body.Resources[0] as Resource],
  [
    'a search',
    async (query) => {
      const [name = '', value = ''] = query.split('=');
      const lists = { [name]: value.split(',') };
      return (await scim.post('/Users/.search', { ...search, ...lists, filter: `id eq "${id}"` })).body.Resources[0] as Resource;
    },
  ],
  ['PUT', async (query) => (await scim.put(`/Users/${id}?${query}`, body)).body as Resource],
  ['PATCH', async (query) => (await scim.patch(`/Users/${id}?${query}`, { op: 'replace', path: 'title', value: 'T' })).body as Resource],
  [
    'POST',
    async (query) => {
      const created = await scim.post('/Users', { ...body, userName: 'post@home.example', externalId: 'e-2' });
      await scim.delete(`/Users/${created.body.id as string}`);
      const again = await scim.post(`/Users?${query}`, { ...body, externalId: 'e-2', userName: 'post@home.example' });
      await scim.delete(`/Users/${again.body.id as string}`);
      return again.body as Resource;
    },
  ],
];

const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['attributes=userName', ['userName'], []],
  ['attributes=USERNAME,Name.GivenName', ['name.givenName', 'userName'], []],
  ['attributes=name', ['name.familyName', 'name.givenName'], []],
  [`attributes=${user}:userName,${user}:name.familyName`, ['name.familyName', 'userName'], []],
  ['attributes=emails.value', ['emails.value'], []],
  ['attributes=emails.type,emails.primary', ['emails.primary', 'emails.type'], []],
  ['attributes=meta.version', ['meta.version'], []],
  ['attributes=id', [], []],
  ['attributes=nonsense', [], []],
  ['attributes=password,groups.nonsense', [], []],
  [`attributes=${enterprise}:department`, [`${enterprise}.department`], [enterprise]],
  [`attributes=${enterprise.toLowerCase()}`, [`${enterprise}.costCenter`, `${enterprise}.department`, `${enterprise}.manager`], [enterprise]],
  [`attributes=${enterprise}:manager.value`, [`${enterprise}.manager`], [enterprise]],
  [`attributes=${membership}:status,${membership}:role`, [`${membership}.role`, `${membership}.status`], [membership]],
];

/** Names of what a resource holds besides schemas and id, one level into objects; of lists those of the first element. */
function namesOf(resource: Resource): string[] {
  return Object.entries(resource)
    .filter(([name]) => name !== 'schemas' && name !== 'id')
    .flatMap(([name, value]) => {
      const inner: unknown = Array.isArray(value) ? value[0] : value;
      return typeof inner === 'object' && inner !== null ? Object.keys(inner).map((part) => `${name}.${part}`) : [name];
    })
    .toSorted();
}

describe.each(verbs)('on %s', (verb, ask) => {
  it.each(cases)('%s shows that alone', async (query, names, extensions) => {
    const shown = await ask(query);
    expect(namesOf(shown)).toEqual([...names].toSorted());
    expect([shown['schemas'], typeof shown['id']]).toEqual([[user, ...extensions], 'string']);
  });

  it('excludedAttributes leaves that out and nothing else', async () => {
    const whole = namesOf(await ask('attributes='));
    expect(whole).toContain('name.givenName');
    const leftOut = (all: readonly string[], ...gone: string[]) => all.filter((name) => !gone.some((one) => name === one || name.startsWith(`${one}.`)));
    expect(namesOf(await ask('excludedAttributes=name,EMAILS'))).toEqual(leftOut(whole, 'name', 'emails'));
    expect(namesOf(await ask('excludedAttributes=name.givenName,emails.value'))).toEqual(leftOut(whole, 'name.givenName', 'emails.value'));
    expect(namesOf(await ask(`excludedAttributes=${enterprise}`))).toEqual(leftOut(whole, enterprise));
    expect(namesOf(await ask(`excludedAttributes=${enterprise}:department,meta`))).toEqual(leftOut(whole, `${enterprise}.department`, 'meta'));
    expect(namesOf(await ask('excludedAttributes=id,schemas,nonsense'))).toEqual(whole);
  });

  it('shows what is returned on request only then, and always tells the schemas that are in use', async () => {
    const whole = await ask('attributes=');
    expect([verb, whole['schemas'], membership in whole]).toEqual([verb, [user, enterprise], false]);
    const [asked, without] = [await ask(`attributes=${membership}`), await ask('excludedAttributes=title')];
    expect(asked[membership]).toMatchObject({ status: 'active', role: 'member', roleSource: 'direct', seatHeld: true });
    expect([without[membership], 'password' in whole, 'password' in asked]).toEqual([undefined, false, false]);
  });
});

describe('groups', () => {
  it('show members in part, and no member at all', async () => {
    const path = `/Groups/${groupId}`;
    expect((await scim.get(`${path}?attributes=members.value`)).body.members).toEqual([{ value: id }]);
    expect((await scim.get(`${path}?excludedAttributes=members.display,members.$ref`)).body.members).toEqual([{ value: id, type: 'User' }]);
    expect((await scim.get(`${path}?excludedAttributes=members`)).body).toEqual({ schemas: expect.any(Array), id: groupId, displayName: 'Crew', meta: expect.any(Object) });
    expect((await scim.post('/Groups?attributes=displayName', { displayName: 'Other', members: [{ value: id }] })).body).toEqual({ schemas: expect.any(Array), id: expect.any(String), displayName: 'Other' });
    expect((await scim.put(`${path}?excludedAttributes=members`, { displayName: 'Crew', members: [{ value: id }] })).body).not.toHaveProperty('members');
  });

  it('show of a user what was asked for', async () => {
    expect((await scim.get(`/Users/${id}?attributes=groups.display`)).body.groups).toContainEqual({ display: 'Crew' });
    expect((await scim.get(`/Users/${id}?excludedAttributes=groups`)).body).not.toHaveProperty('groups');
  });
});

describe('HEAD', () => {
  it('answers like GET without a body', async () => {
    for (const path of [`/Users/${id}`, '/Users', `/Groups/${groupId}`, '/Schemas']) {
      const [get, head] = [await scim.get(path), await scim.head(path)];
      const of = ({ status, headers }: typeof get) => [status, headers['etag'], headers['location'], headers['content-type']];
      expect(of(head)).toEqual(of(get));
      expect(head.text ?? '').toBe('');
    }
    expect((await scim.head('/Users/none')).status).toBe(404);
  });
});
