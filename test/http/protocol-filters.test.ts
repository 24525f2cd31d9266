// Filters over the wire on real rows: every operator and kind of attribute, the forms of clients, and who sees what.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const membership = 'urn:usher:params:scim:schemas:extension:membership:2.0:User';

let service: StartedServer;
let workspace: TestWorkspace;
let scim: Scim;
/** Ids of ada, bob, cleo, dan and the owner, and of two groups. */
const ids = new Map<string, string>();
const created = new Map<string, string>();

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  scim = scimClient(service, (await workspace.connectionToken()).token);
  const add = async (name: string, more: Readonly<Record<string, unknown>>) => {
    const { status, body } = await scim.post('/Users', newUser(`${name}@x.example`, more));
    expect(status).toBe(201);
    ids.set(name, body.id as string);
    created.set(name, (body.meta as { created: string }).created);
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await add('ada', {
    ...{ externalId: 'Ext-A', title: '100% right_', displayName: 'Ada', name: { familyName: 'Lovelace' }, roles: [{ value: 'r1', primary: true }] },
    emails: [{ value: 'ada@work.example', type: 'work', primary: true }, { value: 'ada@home.example', type: 'home' }],
    [enterprise]: { department: 'Research', costCenter: 42 },
  });
  await add('bob', {
    ...{ externalId: 'ext-a', title: 'O"Neil\\', displayName: 'Ünal', active: false },
    emails: [{ value: 'bob@home.example', type: 'work' }, { value: 'ada@work.example', type: 'other' }],
    [enterprise]: { department: 'Sales', manager: { value: ids.get('ada') } },
  });
  await add('cleo', { title: 'right', phoneNumbers: [{ value: '+1', type: 'mobile' }], emails: [] });
  await add('dan', { title: '', emails: [{ value: 'dan@work.example', type: 'work', primary: true }] });
  ids.set('owner', workspace.ownerId);
  for (const [name, ...members] of [['crew', 'ada', 'bob'], ['staff', 'ada']] as const) {
    const { body } = await scim.post('/Groups', { displayName: name, externalId: `g-${name}`, members: members.map((member) => ({ value: ids.get(member) })) });
    ids.set(name, body.id as string);
  }
});
afterAll(async () => await service.stop());

/** Puts ids and times where a filter names them: {ada} is the id of ada, {created:bob} when bob was made. */
const filled = (filter: string) => filter.replaceAll(/\{(created:)?(\w+)\}/g, (_, time: string | undefined, name: string) => String((time === undefined ? ids : created).get(name)));

async function found(client: Scim, type: string, filter: string): Promise<string[]> {
  const { status, body } = await client.get(`${type}?filter=${encodeURIComponent(filled(filter))}`);
  expect([filter, status, body.detail]).toEqual([filter, 200, undefined]);
  const { totalResults, Resources } = body as { totalResults: number; Resources: { id: string }[] };
  expect([filter, totalResults]).toEqual([filter, Resources.length]);
  return Resources.map(({ id }) => [...ids].find(([, known]) => known === id)?.[0] ?? id).toSorted();
}

const everybody = ['ada', 'bob', 'cleo', 'dan', 'owner'];
const but = (...names: string[]) => everybody.filter((name) => !names.includes(name));

describe('users', () => {
  it.each<[string, readonly string[]]>([
    // Texts without and with case.
    ['userName eq "ADA@X.example"', ['ada']],
    ['userName ne "ada@x.example"', but('ada')],
    ['userName sw "A"', ['ada']],
    ['userName ew "@X.EXAMPLE"', but('owner')],
    ['userName co "o"', ['bob', 'cleo', 'owner']],
    ['userName gt "bob@x.example"', ['cleo', 'dan', 'owner']],
    ['userName ge "bob@x.example" and userName le "cleo@x.example"', ['bob', 'cleo']],
    ['userName lt "b"', ['ada']],
    ['userName pr', everybody],
    ['displayName eq "ünal"', ['bob']],
    ['displayName eq "u\u0308NAL"', ['bob']],
    ['id eq "{ada}"', ['ada']],
    ['id eq "nonsense"', []],
    ['id ne "{ada}"', but('ada')],
    ['externalId eq "Ext-A"', ['ada']],
    ['externalId eq "ext-a"', ['bob']],
    ['externalId sw "EXT"', []],
    ['not (externalId pr)', ['cleo', 'dan', 'owner']],
    // Characters that mean something to SQL, to LIKE and to JSON.
    ['title co "%"', ['ada']],
    ['title ew "_"', ['ada']],
    ['title sw "100%"', ['ada']],
    [String.raw`title eq "O\"Neil\\"`, ['bob']],
    [String.raw`title co "\u0022"`, ['bob']],
    [`title eq "'; drop table membership; --"`, []],
    ['title pr', ['ada', 'bob', 'cleo']],
    ['title eq null', ['dan', 'owner']],
    ['title ne null', ['ada', 'bob', 'cleo']],
    ['title co ""', ['ada', 'bob', 'cleo']],
    // Booleans in the spellings of clients.
    ['active eq true', but('bob')],
    ['active eq "False"', ['bob']],
    ['active ne true', ['bob']],
    ['not (active eq true)', ['bob']],
    ['roles[primary eq "True"].value eq "r1"', ['ada']],
    // Complex values and lists.
    ['name.familyName eq "lovelace"', ['ada']],
    ['name pr', ['ada']],
    ['emails pr', but('cleo')],
    ['emails.type eq "home"', ['ada']],
    ['emails eq "ADA@work.example"', ['ada', 'bob']],
    ['emails co "home"', ['ada', 'bob']],
    ['emails.value eq "ada@work.example"', ['ada', 'bob']],
    ['emails[type eq "work"]', but('cleo')],
    ['emails[type eq "work" and value co "home"]', ['bob']],
    ['emails[type eq "work"].value eq "ada@work.example"', ['ada']],
    ['emails[type eq "work" and value eq "ada@work.example"]', ['ada']],
    ['emails.type eq "work" and emails.value eq "ada@work.example"', ['ada', 'bob']],
    ['emails[not (type eq "work")]', ['ada', 'bob']],
    ['not (emails[type eq "work"])', ['cleo']],
    ['emails[primary eq true and value ew "@work.example"]', ['ada', 'dan']],
    ['phoneNumbers[type eq "mobile"].value pr', ['cleo']],
    ['addresses pr', []],
    // Groups from the side of their members.
    ['groups.value eq "{crew}"', ['ada', 'bob']],
    ['groups.display eq "STAFF"', ['ada']],
    ['groups[value eq "{crew}" and display sw "s"]', []],
    ['groups pr', ['ada', 'bob']],
    ['not (groups.value eq "{staff}")', but('ada')],
    // Extensions and qualified names.
    [`${enterprise}:department eq "research"`, ['ada']],
    [`${enterprise.toUpperCase()}:Department sw "S"`, ['bob']],
    [`${enterprise}:costCenter eq "42"`, ['ada']],
    [`${enterprise}:costCenter eq 42`, ['ada']],
    [`${enterprise}:manager.value eq "{ada}"`, ['bob']],
    [`${enterprise}:manager eq "{ada}"`, ['bob']],
    [`${enterprise}:manager.displayName eq "ada"`, ['bob']],
    [`${core}:userName eq "dan@x.example"`, ['dan']],
    [`${core}:emails[type eq "home"]`, ['ada']],
    [`${core}:name.familyName sw "love"`, ['ada']],
    ['USERNAME Eq "dan@x.example"', ['dan']],
    [`${membership}:status eq "deactivated"`, ['bob']],
    [`${membership}:role eq "owner"`, ['owner']],
    [`${membership}:seatHeld eq false`, ['bob']],
    [`${membership}:holds.source sw "idp:"`, ['bob']],
    ['schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"', ['ada', 'bob']],
    // What the server records.
    ['meta.created ge "{created:cleo}"', ['cleo', 'dan']],
    ['meta.created lt "{created:ada}"', ['owner']],
    ['meta.created eq "{created:bob}"', ['bob']],
    ['meta.created gt "2000-01-01T02:00:00+05:00"', everybody],
    ['meta.lastModified gt "2999-01-01T00:00:00Z"', []],
    ['meta.resourceType eq "User"', everybody],
    ['meta.resourceType eq "Group"', []],
    ['meta.location ew "/Users/{dan}"', ['dan']],
    [String.raw`meta.version eq "W/\"1\""`, everybody],
    // Precedence.
    ['userName sw "ada" or userName sw "bob" and active eq true', ['ada']],
    ['(userName sw "ada" or userName sw "bob") and active eq true', ['ada']],
    ['(userName sw "ada" or userName sw "bob") and not (active eq true)', ['bob']],
    ['not (userName sw "ada") and not (userName sw "bob" or userName sw "cleo")', ['dan', 'owner']],
    ['not (not (userName sw "ada"))', ['ada']],
  ])('%s', async (filter, expected) => {
    expect(await found(scim, '/Users', filter)).toEqual([...expected].toSorted());
  });
});

describe('groups', () => {
  it.each<[string, readonly string[]]>([
    ['displayName eq "CREW"', ['crew']],
    ['displayName co "r" and members.value eq "{bob}"', ['crew']],
    ['members.value eq "{ada}"', ['crew', 'staff']],
    ['members[value eq "{bob}"]', ['crew']],
    ['members eq "{bob}"', ['crew']],
    ['members[type eq "User" and display eq "ÜNAL"]', ['crew']],
    ['members pr', ['crew', 'staff']],
    ['not (members.value eq "{bob}")', ['staff']],
    ['members.value ne "{ada}"', ['crew']],
    ['externalId eq "g-staff"', ['staff']],
    ['id eq "{crew}" or id eq "{ada}"', ['crew']],
    ['meta.resourceType eq "Group"', ['crew', 'staff']],
    ['urn:ietf:params:scim:schemas:core:2.0:Group:displayName sw "s"', ['staff']],
  ])('%s', async (filter, expected) => {
    expect(await found(scim, '/Groups', filter)).toEqual([...expected]);
  });
});

describe('who asks', () => {
  it('finds its own externalIds alone', async () => {
    const other = scimClient(service, (await workspace.connectionToken('entra')).token);
    expect(await found(other, '/Users', 'externalId pr')).toEqual([]);
    expect(await found(other, '/Users', 'externalId eq "Ext-A"')).toEqual([]);
    expect(await found(other, '/Groups', 'externalId pr')).toEqual([]);
    expect(await found(other, '/Users', 'userName sw "ada"')).toEqual(['ada']);
  });

  it('finds nothing of another workspace', async () => {
    const foreign = await service.workspace();
    const other = scimClient(service, (await foreign.connectionToken()).token);
    for (const filter of ['id eq "{ada}"', 'userName eq "ada@x.example"', 'emails.value eq "ada@work.example"', 'groups.value eq "{crew}"', 'not (id eq "{ada}") and userName co "x.example"']) {
      expect(await found(other, '/Users', filter)).toEqual([]);
    }
    expect(await found(other, '/Groups', 'members.value eq "{ada}"')).toEqual([]);
    expect((await other.get('/Users')).body.totalResults).toBe(1);
  });

  it('finds itself alone as a person without a view of the others', async () => {
    const person = scimClient(service, (await workspace.personToken(String(ids.get('dan')))).token);
    expect(await found(person, '/Users', 'userName pr')).toEqual(['dan']);
    expect(await found(person, '/Users', 'userName sw "ada"')).toEqual([]);
    expect((await person.get(`/Users/${String(ids.get('ada'))}`)).status).toBe(404);
    const owner = scimClient(service, (await workspace.personToken(workspace.ownerId)).token);
    expect(await found(owner, '/Users', 'userName pr')).toEqual(everybody);
  });
});

describe('a search by POST', () => {
  it('finds the same as the query', async () => {
    const filter = filled('emails[type eq "work"].value eq "ada@work.example" or groups.value eq "{crew}"');
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'];
    const [query, search] = [await scim.get(`/Users?filter=${encodeURIComponent(filter)}&count=1&attributes=userName`), await scim.post('/Users/.search', { schemas, filter, count: 1, attributes: ['userName'] })];
    expect([search.status, search.body]).toEqual([200, query.body]);
    expect(search.body).toMatchObject({ totalResults: 2, itemsPerPage: 1, startIndex: 1 });
  });

  it('takes a longer filter than an address could carry, up to its limit', async () => {
    const filter = Array.from({ length: 64 }, (_, n) => `userName eq "${String(n).padStart(40, 'x')}"`).join(' or ');
    const { status, body } = await scim.post('/Users/.search', { filter });
    expect([status, body.totalResults]).toEqual([200, 0]);
  });
});
