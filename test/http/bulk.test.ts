// Bulk requests of RFC 7644 section 3.7 against the whole server: references, order, errors, versions, limits.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint, changedTables } from '../support/fingerprint.ts';
import { halfDone } from '../support/half-done.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { bulk, bulkRequest, idOf, outline, patchOp, post } from './bulk-support.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let scim: Scim;

beforeAll(async () => {
  service = await startForTest();
});
beforeEach(async () => {
  workspace = await service.workspace();
  scim = scimClient(service, (await workspace.connectionToken()).token);
});
afterAll(async () => await service.stop());

const members = async (id: string) => ((await scim.get(`/Groups/${id}`)).body as { members?: { value: string; type: string }[] }).members ?? [];
const total = async (path: string) => ((await scim.get(`${path}?count=0`)).body as { totalResults: number }).totalResults;
/** Literals in any row of the database that hold what people and groups are called. */
const literals = async () =>
  await service.query(`select id::text from membership where profile::text ~* 'bulkid:' or user_name ~* 'bulkid:'
    union all select id::text from scim_group where profile::text ~* 'bulkid:' or display_name ~* 'bulkid:'
    union all select membership_id::text from membership_link where external_id ~* 'bulkid:'`);

describe('references', () => {
  it('lead from a group to a user of the same request', async () => {
    const [alice, guides] = await bulk(scim, [
      post('/Users', 'qwerty', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'Alice' }),
      post('/Groups', 'ytrewq', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Tour Guides', members: [{ type: 'User', value: 'bulkId:qwerty' }] }),
    ]);
    expect(alice).toEqual({ method: 'POST', bulkId: 'qwerty', location: `${service.url}/Users/${idOf(alice)}`, version: expect.stringMatching(/^W\/"\d+"$/), status: '201' });
    expect(guides).toMatchObject({ method: 'POST', bulkId: 'ytrewq', location: `${service.url}/Groups/${idOf(guides)}`, status: '201' });
    expect(await members(idOf(guides))).toMatchObject([{ value: idOf(alice), type: 'User' }]);
    const { body } = await scim.get(`/Groups/${idOf(guides)}`);
    expect((body as { meta: { version: string } }).meta.version).toBe(guides?.version);
  });

  it('lead to a manager in an extension, forward, in any case', async () => {
    const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const [bob, alice] = await bulk(scim, [
      post('/Users', 'b', { userName: 'Bob', [urn]: { employeeNumber: '1', manager: { value: 'BULKID:a', $ref: '../Users/bulkId:a' } } }),
      post('/Users', 'a', { userName: 'Alice' }),
    ]);
    expect([bob?.status, alice?.status]).toEqual(['201', '201']);
    expect((await scim.get(`/Users/${idOf(bob)}`)).body).toMatchObject({ [urn]: { manager: { value: idOf(alice), $ref: alice?.location } } });
    expect(await literals()).toEqual([]);
  });

  it('may run in a circle between groups', async () => {
    const group = (name: string, other: string) => ({ displayName: `Group ${name}`, members: [{ type: 'Group', value: `bulkId:${other}` }] });
    const results = await bulk(scim, [post('/Groups', 'qwerty', group('A', 'ytrewq')), post('/Groups', 'ytrewq', group('B', 'qwerty'))]);
    expect(outline(results)).toEqual(['201', '201']);
    const [a, b] = results.map(idOf);
    expect((await members(a ?? '')).map(({ value }) => value)).toEqual([b]);
    expect((await members(b ?? '')).map(({ value }) => value)).toEqual([a]);
    for (const { location = '', version } of results) {
      expect(((await scim.get(location.slice(service.url.length))).body as { meta: { version: string } }).meta.version).toBe(version);
    }
  });

  it('may run in a circle of users, to oneself, and through three', async () => {
    const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const user = (name: string, manager: string) => newUser(`${name}@circle.example`, { title: 'T', [urn]: { manager: { value: `bulkId:${manager}`, displayName: 'x' } } });
    const results = await bulk(scim, [
      post('/Users', 'self', user('self', 'self')),
      post('/Users', '1', user('one', '2')),
      post('/Users', '2', user('two', '3')),
      post('/Users', '3', user('three', '1')),
      post('/Groups', 'g', { displayName: 'All', members: ['self', '1', '2', '3', 'g'].map((one) => ({ value: `bulkId:${one}` })) }),
    ]);
    expect(outline(results)).toEqual(['201', '201', '201', '201', '201']);
    const ids = results.map(idOf);
    const managers = await Promise.all(ids.slice(0, 4).map(async (id) => ((await scim.get(`/Users/${id}`)).body as Record<string, { manager: { value: string } }>)[urn]?.manager.value));
    expect(managers).toEqual([ids[0], ids[2], ids[3], ids[1]]);
    expect((await members(ids[4] ?? '')).map(({ value }) => value).toSorted()).toEqual(ids.toSorted());
    expect(await literals()).toEqual([]);
  });

  it('stand in paths, in PATCH values and in filters', async () => {
    const results = await bulk(scim, [
      { method: 'PATCH', path: '/Users/bulkId:u', data: patchOp({ op: 'replace', path: 'title', value: 'Guide' }) },
      { method: 'PATCH', path: '/Groups/bulkId:g', data: patchOp({ op: 'add', path: 'members', value: [{ value: 'bulkId:u' }, { value: 'bulkId:v' }] }) },
      { method: 'PATCH', path: '/Groups/bulkId:g', data: patchOp({ op: 'remove', path: String.raw`members[value eq "bulkId:v" or value eq "\u0062ulkId:w"]` }) },
      { method: 'PUT', path: 'Users/bulkId%3Av/', bulkId: 'other', data: newUser('v2@x.example') },
      { method: 'DELETE', path: `${service.url}/Users/bulkId:w?attributes=id` },
      post('/Groups', 'g', { displayName: 'G', members: [{ value: 'bulkId:w' }] }),
      post('/Users', 'u', newUser('u@x.example')),
      post('/Users', 'v', newUser('v@x.example')),
      post('/Users', 'w', newUser('w@x.example')),
    ]);
    expect(outline(results)).toEqual(['200', '204', '204', '200', '204', '201', '201', '201', '201']);
    expect(results.slice(0, 5).map(({ location }) => location)).toEqual([6, 5, 5, 7, 8].map((index) => results[index]?.location));
    expect((await members(idOf(results[5]))).map(({ value }) => value)).toEqual([idOf(results[6])]);
    expect((await scim.get(`/Users/${idOf(results[6])}`)).body).toMatchObject({ title: 'Guide' });
    expect((await scim.get(`/Users/${idOf(results[7])}`)).body).toMatchObject({ userName: 'v2@x.example' });
    expect((await scim.get(`/Users/${idOf(results[8])}`)).status).toBe(404);
  });

  it('that never resolve are an error and are stored nowhere', async () => {
    const user = await scim.post('/Users', newUser('here@x.example'));
    const results = await bulk(scim, [
      post('/Groups', 'a', { displayName: 'A', members: [{ value: 'bulkId:nobody' }] }),
      post('/Groups', 'b', { displayName: 'B', members: [{ value: 'bulkId:a' }] }),
      post('/Users', 'c', newUser('c@x.example', { title: 'bulkId:nobody' })),
      post('/Users', 'd', newUser('d@x.example', { nickName: 'bulkId:put' })),
      { method: 'PUT', path: `/Users/${user.body.id as string}`, bulkId: 'put', data: newUser('here@x.example', { title: 'bulkId:nobody' }) },
      { method: 'PATCH', path: `/Users/${user.body.id as string}`, data: patchOp({ op: 'add', path: 'emails[type eq "bulkId:q"].value', value: 'a@x.example' }) },
      { method: 'PATCH', path: '/Users/bulkId:c', data: patchOp({ op: 'add', path: 'title', value: 'x' }) },
      post('/Users', 'e', newUser('e@x.example', { password: 'bulkId:secret' })),
    ]);
    expect(outline(results)).toEqual(['400 invalidValue', '409 invalidValue', '400 invalidValue', '400 invalidValue', '400 invalidValue', '400 invalidValue', '409 invalidValue', '201']);
    expect(results[0]?.response?.detail).toContain('bulkId:nobody');
    expect(results[1]?.response?.detail).toContain('bulkId:a');
    expect(results[0]).not.toHaveProperty('location');
    expect(results[4]?.location).toBe(`${service.url}/Users/${user.body.id as string}`);
    expect([await total('/Groups'), await total('/Users')]).toEqual([0, 3]);
    expect((await scim.get(`/Users/${user.body.id as string}`)).body).toEqual(user.body);
    expect(await literals()).toEqual([]);
  });

  it('in a circle of which one fails leave nothing of it', async () => {
    await scim.post('/Groups', { displayName: 'Taken' });
    const before = [await total('/Groups'), await total('/Users')];
    const results = await bulk(scim, [
      post('/Groups', 'a', { displayName: 'A', members: [{ value: 'bulkId:b' }] }),
      post('/Groups', 'b', { displayName: 'B', members: [{ value: 'bulkId:c' }, { value: 'bulkId:u' }] }),
      post('/Groups', 'c', { displayName: 'taken', members: [{ value: 'bulkId:a' }] }),
      post('/Users', 'u', newUser('u@x.example')),
      post('/Groups', 'd', { displayName: 'D', members: [{ value: 'bulkId:a' }] }),
    ]);
    expect(outline(results)).toEqual(['409 invalidValue', '409 invalidValue', '409 uniqueness', '201', '409 invalidValue']);
    expect([await total('/Groups'), await total('/Users')]).toEqual([before[0], (before[1] ?? 0) + 1]);
  });

  it('in a circle that cannot be completed leave nothing of it', async () => {
    const results = await bulk(scim, [
      post('/Groups', 'a', { displayName: 'A', members: [{ value: 'bulkId:b' }, { value: '01890000-0000-7000-8000-000000000000' }] }),
      post('/Groups', 'b', { displayName: 'B', members: [{ value: 'bulkId:a' }] }),
    ]);
    expect(outline(results)).toEqual(['400 invalidValue', '409 invalidValue']);
    expect(await total('/Groups')).toBe(0);
  });
});

describe('the example of section 3.7.3', () => {
  const setUp = async () => await Promise.all(['bob', 'dave', 'eve'].map(async (name) => (await scim.post('/Users', newUser(`${name}@x.example`, { nickName: 'N' }))).body as { id: string; meta: { version: string } }));
  const operations = ([bob, dave, eve]: { id: string; meta: { version: string } }[], alice: string) => [
    post('/Users', 'qwerty', { userName: alice }),
    { method: 'PUT', path: `/Users/${bob?.id}`, version: bob?.meta.version, data: { id: bob?.id, userName: 'Bob' } },
    { method: 'PATCH', path: `/Users/${dave?.id}`, version: dave?.meta.version, data: patchOp({ op: 'remove', path: 'nickName' }, { op: 'add', path: 'userName', value: 'Dave' }) },
    { method: 'DELETE', path: `/Users/${eve?.id}`, version: eve?.meta.version },
  ];

  it('adds, replaces, changes and removes', async () => {
    const people = await setUp();
    const results = await bulk(scim, operations(people, 'Alice'), { failOnErrors: 1 });
    expect(outline(results)).toEqual(['201', '200', '200', '204']);
    expect(results.slice(1).map(({ location }) => location)).toEqual(people.map(({ id }) => `${service.url}/Users/${id}`));
    expect(results[3]).toEqual({ method: 'DELETE', location: `${service.url}/Users/${people[2]?.id}`, status: '204' });
    const repeated = await bulk(scim, operations(people, 'Alice'));
    expect(outline(repeated)).toEqual(['409 uniqueness', '412', '412', '404']);
    expect(outline(await bulk(scim, operations(people, 'Alice')))).toEqual(outline(repeated));
    expect(repeated[0]).not.toHaveProperty('location');
    expect(repeated[1]).toMatchObject({ location: results[1]?.location, response: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '412' } });
  });

  it('stops at the first error when it has to', async () => {
    const people = await setUp();
    const before = await fingerprint(service);
    const results = await bulk(scim, operations(people, `owner@${workspace.slug}.example`), { failOnErrors: 1 });
    expect(outline(results)).toEqual(['409 uniqueness']);
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
  });
});

describe('failOnErrors', () => {
  it.each([[1, 2], [2, 3], [3, 5], [4, 6]])('%i ends a request of three errors after %i results', async (failOnErrors, ends) => {
    const bad = (bulkId: string) => post('/Users', bulkId, { title: 'nobody' });
    const results = await bulk(scim, [post('/Users', '1', newUser('1@x.example')), bad('2'), { method: 'GET', path: '/Users/1' }, post('/Users', '4', newUser('4@x.example')), bad('5'), post('/Users', '6', newUser('6@x.example'))], { failOnErrors });
    const all = ['201', '400 invalidValue', '400 invalidValue', '201', '400 invalidValue', '201'];
    expect(outline(results)).toEqual(all.slice(0, ends));
    expect(await total('/Users')).toBe(1 + all.slice(0, ends).filter((status) => status === '201').length);
  });

  it('counts a circle that fails as one error at most where one is the limit', async () => {
    await scim.post('/Groups', { displayName: 'Taken' });
    const group = (name: string, other: string) => ({ displayName: name, members: [{ value: `bulkId:${other}` }] });
    const results = await bulk(scim, [post('/Groups', 'a', group('A', 'b')), post('/Groups', 'b', group('B', 'a')), post('/Groups', 'x', group('X', 'y')), post('/Groups', 'y', group('Taken', 'x'))], { failOnErrors: 1 });
    expect(outline(results)).toEqual(['201', '201', '409 uniqueness']);
    expect(await total('/Groups')).toBe(3);
  });
});

describe('a request as a whole', () => {
  const nothing = [post('/Users', 'a', newUser('never@x.example'))];
  it.each([
    ['no object', [1], 400, 'invalidSyntax'],
    ['no operations', {}, 400, 'invalidSyntax'],
    ['an empty list', bulkRequest([]), 400, 'invalidSyntax'],
    ['another schema', bulkRequest(nothing, { schemas: ['urn:x'] }), 400, 'invalidSyntax'],
    ['an operation that is none', bulkRequest([...nothing, 'x']), 400, 'invalidSyntax'],
    ['two spellings of one name', bulkRequest(nothing, { operations: [] }), 400, 'invalidSyntax'],
    ['a bulkId twice', bulkRequest([...nothing, ...nothing]), 400, 'invalidValue'],
    ['failOnErrors 0', bulkRequest(nothing, { failOnErrors: 0 }), 400, 'invalidValue'],
    ['failOnErrors as text', bulkRequest(nothing, { failOnErrors: '1' }), 400, 'invalidValue'],
    ['too many operations', bulkRequest(Array.from({ length: 1001 }, (_, n) => post('/Users', String(n), newUser(`${n}@never.example`)))), 413, undefined],
    ['20,000 operations', bulkRequest(Array.from({ length: 20_000 }, (_, n) => post('/Users', String(n), { userName: `${n}` }))), 413, undefined],
    ['too large a body', bulkRequest([post('/Users', 'a', newUser('never@x.example', { title: 'x'.repeat(4_200_000) }))]), 413, undefined],
  ] as const)('is refused for %s before anything is done', async (_, body, status, scimType) => {
    const before = await fingerprint(service);
    const answer = await scim.post('/Bulk', body);
    expect([answer.status, (answer.body as { scimType?: string }).scimType]).toEqual([status, scimType]);
    if (status === 413) expect((answer.body as { detail: string }).detail).toMatch(/exceeds the maxOperations \(1000\)|exceeds the maxPayloadSize \(4194304\)/);
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
  });

  it('knows POST only, and is advertised as it is', async () => {
    const got = await scim.get('/Bulk');
    expect([got.status, got.headers['allow']]).toEqual([405, expect.stringMatching(/^POST(, OPTIONS)?$/)]);
    expect((await scim.get('/ServiceProviderConfig')).body).toMatchObject({ bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 4_194_304 } });
    expect(await bulk(scim, Array.from({ length: 1000 }, (_, n) => ({ METHOD: 'delete', Path: `/Users/${n}` })))).toHaveLength(1000);
  });
});

it('nothing of all that was done by halves', async () => {
  expect(await halfDone(service.query)).toEqual([]);
});
