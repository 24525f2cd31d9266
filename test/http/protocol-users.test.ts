// What the verbs mean for a user beyond the transcripts of two clients: what is kept, cleared, ignored and refused.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedTables, fingerprint } from '../support/fingerprint.ts';
import { sendRequest } from '../support/raw-http.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const membership = 'urn:usher:params:scim:schemas:extension:membership:2.0:User';

let service: StartedServer;
let workspace: TestWorkspace;
let token: string;
let scim: Scim;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  token = (await workspace.connectionToken()).token;
  scim = scimClient(service, token);
});
afterAll(async () => await service.stop());

let people = 0;
const someone = () => `p${(people += 1)}@home.example`;

type User = Record<string, unknown> & { id: string; meta: { version: string; location: string; created: string; lastModified: string } };

async function create(more: Readonly<Record<string, unknown>> = {}): Promise<User> {
  const { status, body } = await scim.post('/Users', newUser(someone(), more));
  expect(status, JSON.stringify(body)).toBe(201);
  return body as User;
}

/** Every attribute that a client can write, with a value. */
const full = {
  externalId: 'full',
  name: { formatted: 'Dr. Ada B. Lovelace III', familyName: 'Lovelace', givenName: 'Ada', middleName: 'B.', honorificPrefix: 'Dr.', honorificSuffix: 'III' },
  ...{ displayName: 'Ada', nickName: 'A', profileUrl: 'not a url', title: 'Countess', userType: 'Employee', preferredLanguage: 'xx-nonsense', locale: 'nowhere', timezone: 'Mars/Base', active: true },
  phoneNumbers: [{ value: 'extension five', type: 'work', primary: true }],
  ims: [{ value: 'ada', type: 'xmpp' }],
  photos: [{ value: 'https://photos.example/ada', type: 'photo' }],
  addresses: [{ formatted: 'Hill 1\nLondon', streetAddress: 'Hill 1', locality: 'London', region: 'L', postalCode: '1', country: 'Nowhereland', type: 'work', primary: true }],
  entitlements: [{ value: 'desk' }],
  roles: [{ value: 'owner', display: 'Owner', type: 'x', primary: true }, { value: '{"id":"7","value":"x"}' }],
  x509Certificates: [{ value: 'TUlJ', display: 'c' }],
  [enterprise]: { employeeNumber: '7', costCenter: '8', organization: 'O', division: 'D', department: 'E', manager: { value: 'unknown-manager' } },
};

describe('POST', () => {
  it('keeps every attribute as it was sent, and says where the user is and in which version', async () => {
    const sent = newUser(someone(), full);
    const { status, headers, body } = await scim.post('/Users', sent);
    expect(status).toBe(201);
    expect(body).toEqual({ ...sent, schemas: [core, enterprise], id: expect.any(String), meta: expect.any(Object) });
    expect(body.meta).toEqual({ resourceType: 'User', created: expect.any(String), lastModified: body.meta.created, location: `${service.url}/Users/${body.id as string}`, version: 'W/"1"' });
    expect([headers['location'], headers['etag'], headers['content-type']]).toEqual([body.meta.location, 'W/"1"', 'application/scim+json']);
    expect((await scim.get(`/Users/${body.id as string}`)).body).toEqual(body);
  });

  it('takes a user with nothing but a userName', async () => {
    const { status, body } = await scim.post('/Users', { userName: someone() });
    expect([status, body.active, body.schemas]).toEqual([201, true, [core]]);
  });

  it.each([[null], [''], [[]]])('takes %j for no value', async (nothing) => {
    const lists = ['emails', 'phoneNumbers', 'addresses', 'roles', 'groups', 'entitlements', 'x509Certificates'];
    const names = ['name', 'displayName', 'title', 'externalId', 'active', 'password', 'nickName', enterprise, membership, ...lists];
    const { status, body } = await scim.post('/Users', { userName: someone(), ...Object.fromEntries(names.map((name) => [name, nothing])) });
    expect([status, body.active, Object.keys(body as object).toSorted()]).toEqual([201, true, ['active', 'id', 'meta', 'schemas', 'userName']]);
  });

  it('passes over what it does not know and what only the server writes', async () => {
    const { status, body } = await scim.post('/Users', {
      ...newUser(someone()),
      ...{ schemas: [core, 'urn:acme:unknown'], id: 'mine', meta: { version: 'W/"9"', created: 'yesterday' }, groups: [{ value: 'g' }], favouriteColour: 'blue', 'urn:acme:unknown': { a: 1 } },
      [membership]: { role: 'owner', status: 'invited' },
    });
    expect(status).toBe(201);
    expect([body.id === 'mine', body.meta.version, body.schemas, 'favouriteColour' in body, 'urn:acme:unknown' in body, 'groups' in body]).toEqual([false, 'W/"1"', [core], false, false, false]);
    expect((await scim.get(`/Users/${body.id as string}?attributes=${membership}:role`)).body[membership]).toEqual({ role: 'member' });
  });

  it('reads the dialects of clients', async () => {
    const userName = someone();
    const { status, body } = await scim.post('/Users', {
      ...{ USERNAME: userName, Active: 'False', 'name.givenName': 'Ada', Name: { FamilyName: 'L' }, emails: { Value: userName, Primary: 'True' } },
      [`${enterprise}:department`]: 'R',
      [enterprise.toUpperCase()]: { CostCenter: 7 },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ userName, active: false, name: { givenName: 'Ada', familyName: 'L' }, emails: [{ value: userName, primary: true }], [enterprise]: { department: 'R', costCenter: '7' } });
  });

  it('refuses a userName that is taken in whatever case, and an externalId of the same connection', async () => {
    const { userName } = await create({ externalId: 'Taken' });
    const again = await scim.post('/Users', { userName: String(userName).toUpperCase() });
    expect([again.status, again.body.scimType]).toEqual([409, 'uniqueness']);
    const linked = await scim.post('/Users', newUser(someone(), { externalId: 'Taken' }));
    expect([linked.status, linked.body.scimType]).toEqual([409, 'uniqueness']);
    expect((await scim.post('/Users', newUser(someone(), { externalId: 'taken' }))).status).toBe(201);
  });

  it('does not share the person behind a mailbox that is in use, and is no conflict', async () => {
    const mailbox = [{ value: someone(), primary: true }];
    const [one, other] = [await scim.post('/Users', { userName: someone(), emails: mailbox }), await scim.post('/Users', { userName: someone(), emails: mailbox })];
    expect([one.status, other.status]).toEqual([201, 201]);
    const accounts = await service.query('select count(distinct account_id)::int as n from membership where id = any($1)', [[one.body.id, other.body.id]]);
    expect(accounts).toEqual([{ n: 2 }]);
  });

  it('never keeps a password anywhere', async () => {
    const secret = 'correct-horse-battery-staple-9431';
    const user = await create({ password: secret });
    expect(user).not.toHaveProperty('password');
    await scim.put(`/Users/${user.id}`, { userName: user['userName'], password: secret });
    await scim.patch(`/Users/${user.id}`, { op: 'replace', path: 'password', value: secret }, { op: 'replace', value: { password: secret, title: 'T' } });
    expect((await scim.get(`/Users/${user.id}?attributes=password`)).body).not.toHaveProperty('password');
    const tables = await service.query(`select tablename as name from pg_tables where schemaname = 'public'`);
    for (const { name } of tables) {
      const found = await service.query(`select count(*)::int as n from "${String(name)}" t where t::text like '%' || $1 || '%'`, ['battery-staple']);
      expect([name, found[0]?.['n']]).toEqual([name, 0]);
    }
  });
});

describe('PUT', () => {
  it('clears what it does not name and leaves the status alone', async () => {
    const user = await create({ ...full, externalId: 'put-clears', active: false });
    const { status, body, headers } = await scim.put(`/Users/${user.id}`, { schemas: [core], userName: user['userName'], title: 'T' });
    expect(status).toBe(200);
    expect(body).toEqual({ schemas: [core], id: user.id, userName: user['userName'], title: 'T', active: false, meta: { ...user.meta, lastModified: expect.any(String), version: 'W/"2"' } });
    expect([headers['etag'], headers['location']]).toEqual(['W/"2"', user.meta.location]);
    expect((await scim.get(`/Users/${user.id}`)).body).toEqual(body);
    expect((await scim.get('/Users?filter=externalId%20eq%20%22put-clears%22')).body.totalResults).toBe(0);
  });

  it('ignores what it gets back of its own words, and an identical one writes nothing', async () => {
    const user = await create({ ...full, externalId: 'put-echo' });
    await scim.post('/Groups', { displayName: `Echo of ${user.id}`, members: [{ value: user.id }] });
    const { body: read } = await scim.get(`/Users/${user.id}`);
    expect(read.groups).toHaveLength(1);
    const before = await fingerprint(service);
    const echoed = await scim.put(`/Users/${user.id}`, { ...(read as object), id: user.id, meta: { ...(read.meta as object), version: 'W/"77"' }, groups: [] });
    expect([echoed.status, echoed.body]).toEqual([200, read]);
    expect((await scim.put(`/Users/${user.id}`, read)).body).toEqual(read);
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
  });

  it('with another id in the body changes the user of the address', async () => {
    const [user, other] = [await create(), await create()];
    const { status, body } = await scim.put(`/Users/${user.id}`, { ...newUser(String(user['userName'])), id: other.id, title: 'T' });
    expect([status, body.id, body.title]).toEqual([200, user.id, 'T']);
    expect((await scim.get(`/Users/${other.id}`)).body).toEqual(other);
  });

  it('renames, but not to a name that is taken', async () => {
    const [user, other] = [await create(), await create()];
    const before = await fingerprint(service);
    const taken = await scim.put(`/Users/${user.id}`, { userName: String(other['userName']).toUpperCase() });
    expect([taken.status, taken.body.scimType]).toEqual([409, 'uniqueness']);
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
    const fresh = someone();
    expect((await scim.put(`/Users/${user.id}`, { userName: fresh })).body).toMatchObject({ id: user.id, userName: fresh });
    expect((await scim.post('/Users', newUser(String(user['userName'])))).status).toBe(201);
  });

  it('changes the case of a userName', async () => {
    const user = await create();
    const upper = String(user['userName']).toUpperCase();
    expect((await scim.put(`/Users/${user.id}`, { userName: upper })).body).toMatchObject({ id: user.id, userName: upper, meta: { version: 'W/"2"' } });
  });

  it('deactivates and reactivates when it says so', async () => {
    const user = await create();
    const body = newUser(String(user['userName']));
    expect((await scim.put(`/Users/${user.id}`, { ...body, active: 'False' })).body.active).toBe(false);
    expect((await scim.put(`/Users/${user.id}`, { ...body, active: null })).body.active).toBe(false);
    expect((await scim.put(`/Users/${user.id}`, { ...body, active: true })).body.active).toBe(true);
  });

  it('without a userName is refused', async () => {
    const user = await create();
    const { status, body } = await scim.put(`/Users/${user.id}`, { title: 'T' });
    expect([status, body.scimType]).toEqual([400, 'invalidValue']);
  });
});

describe('PATCH', () => {
  it('counts one version for all of its operations, and none for what changes nothing', async () => {
    const user = await create({ title: 'T' });
    const path = `/Users/${user.id}`;
    const changed = await scim.patch(path, { op: 'replace', path: 'title', value: 'U' }, { op: 'add', path: 'nickName', value: 'N' });
    expect([changed.status, changed.headers['etag'], changed.body.meta.version]).toEqual([200, 'W/"2"', 'W/"2"']);
    const before = await fingerprint(service);
    const repeats = [{ op: 'replace', path: 'title', value: 'U' }, { op: 'add', path: 'nickName', value: 'N' }, { op: 'remove', path: 'displayName' }, { op: 'remove', path: 'emails[type eq "none"]' }, { op: 'replace', path: 'active', value: 'True' }];
    for (const operation of repeats) expect((await scim.patch(path, operation)).body.meta.version).toBe('W/"2"');
    const back = await scim.patch(path, { op: 'replace', path: 'title', value: 'X' }, { op: 'replace', path: 'title', value: 'U' });
    expect(back.body.meta).toEqual(changed.body.meta);
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
  });

  it('is all or nothing', async () => {
    const user = await create();
    const before = await fingerprint(service);
    const { status } = await scim.patch(`/Users/${user.id}`, { op: 'replace', path: 'title', value: 'T' }, { op: 'replace', path: 'active', value: false }, { op: 'replace', path: 'emails[type eq "work"].primary', value: 'maybe' });
    expect(status).toBe(400);
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
  });

  it('renames, but not to a name that is taken', async () => {
    const [user, other] = [await create({ externalId: 'rename-1' }), await create({ externalId: 'rename-2' })];
    for (const [path, value] of [['userName', String(other['userName']).toUpperCase()], ['externalId', 'rename-2']] as const) {
      const { status, body } = await scim.patch(`/Users/${user.id}`, { op: 'replace', path, value });
      expect([path, status, body.scimType]).toEqual([path, 409, 'uniqueness']);
    }
    expect((await scim.get(`/Users/${user.id}`)).body).toEqual(user);
    const fresh = someone();
    expect((await scim.patch(`/Users/${user.id}`, { op: 'replace', value: { id: user.id, userName: fresh } })).body).toMatchObject({ userName: fresh });
  });

  it('keeps emails and their filters in step', async () => {
    const user = await create();
    const [one, two] = [someone(), someone()];
    await scim.patch(`/Users/${user.id}`, { op: 'add', path: 'emails', value: [{ value: one, type: 'home', primary: true }] }, { op: 'replace', path: 'emails[type eq "work"].value', value: two });
    const { body } = await scim.get(`/Users/${user.id}`);
    expect(body.emails).toEqual([{ value: two, type: 'work', primary: false }, { value: one, type: 'home', primary: true }]);
    const found = async (filter: string) => (await scim.get(`/Users?filter=${encodeURIComponent(filter)}`)).body.totalResults as number;
    expect(await found(`emails.value eq "${String(user['userName']).toUpperCase()}"`)).toBe(0);
    expect(await found(`emails[type eq "home" and value eq "${one.toUpperCase()}"]`)).toBe(1);
    await scim.patch(`/Users/${user.id}`, { op: 'remove', path: 'emails' });
    expect(await found(`emails.value eq "${one}"`)).toBe(0);
  });
});

describe('the manager', () => {
  const managerOf = async (id: string) => ((await scim.get(`/Users/${id}`)).body[enterprise] as { manager?: unknown } | undefined)?.manager;

  it('may be a text, an object or a list of one, on every verb', async () => {
    const boss = await create({ displayName: 'Boss' });
    const shown = { value: boss.id, displayName: 'Boss', $ref: boss.meta.location };
    const { id, userName } = await create();
    for (const manager of [boss.id, { value: boss.id }, [{ value: boss.id }], { value: boss.id, displayName: 'Somebody', $ref: '../x' }]) {
      for (const write of [
        async () => await scim.patch(`/Users/${id}`, { op: 'add', path: `${enterprise}:manager`, value: manager }),
        async () => await scim.patch(`/Users/${id}`, { op: 'replace', value: { [enterprise]: { manager } } }),
        async () => await scim.put(`/Users/${id}`, { userName, [enterprise]: { manager } }),
      ]) {
        await scim.patch(`/Users/${id}`, { op: 'remove', path: `${enterprise}:manager` });
        expect((await write()).status).toBe(200);
        expect(await managerOf(id)).toEqual(shown);
      }
    }
  });

  it.each([[''], [{ value: '' }], [null], [{ value: null }], [[]]])('is taken away by %j', async (nothing) => {
    const user = await create({ [enterprise]: { manager: { value: 'm' }, department: 'D' } });
    expect((await scim.patch(`/Users/${user.id}`, { op: 'replace', path: `${enterprise}:manager`, value: nothing })).status).toBe(200);
    expect((await scim.get(`/Users/${user.id}`)).body[enterprise]).toEqual({ department: 'D' });
  });

  it('may be nobody yet, and gets name and address once it is somebody and loses them with that', async () => {
    const boss = await create();
    const { id } = await create({ [enterprise]: { manager: { value: boss.id } } });
    expect(await managerOf(id)).toEqual({ value: boss.id, displayName: boss['userName'], $ref: boss.meta.location });
    const { version } = (await scim.get(`/Users/${id}`)).body.meta as { version: string };
    await scim.patch(`/Users/${boss.id}`, { op: 'replace', path: 'displayName', value: 'Chief' });
    expect(await managerOf(id)).toMatchObject({ displayName: 'Chief' });
    await scim.delete(`/Users/${boss.id}`);
    expect(await managerOf(id)).toEqual({ value: boss.id });
    expect((await scim.get(`/Users/${id}`)).body.meta.version).toBe(version);
  });
});

describe('roles', () => {
  it('are kept as sent and never touch the role in the workspace', async () => {
    const roles = [{ value: 'owner', primary: true }, { value: 'admin' }, { value: '{"id":"1","displayName":"Owner"}', type: 'WindowsAzureActiveDirectoryRole' }];
    const user = await create({ roles });
    expect(user['roles']).toEqual(roles);
    await scim.patch(`/Users/${user.id}`, { op: 'Add', path: 'roles', value: [{ value: 'billing' }] }, { op: 'replace', path: 'roles[primary eq "True"].value', value: 'admin' });
    const role = (await scim.get(`/Users/${user.id}?attributes=${membership}:role,roles`)).body;
    expect([role[membership], role.roles]).toEqual([{ role: 'member' }, expect.arrayContaining([expect.objectContaining({ value: 'billing' })])]);
    await scim.put(`/Users/${user.id}`, { userName: user['userName'], roles: [] });
    expect((await scim.get(`/Users/${user.id}`)).body).not.toHaveProperty('roles');
  });
});

describe('DELETE', () => {
  it('frees the userName and the externalId, and the id is never used again', async () => {
    const user = await create({ externalId: 'again' });
    expect((await scim.delete(`/Users/${user.id}`)).status).toBe(204);
    const gone = [await scim.get(`/Users/${user.id}`), await scim.put(`/Users/${user.id}`, newUser(someone())), await scim.patch(`/Users/${user.id}`, { op: 'replace', path: 'active', value: true }), await scim.delete(`/Users/${user.id}`)];
    expect(gone.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    for (const filter of [`id eq "${user.id}"`, `userName eq "${String(user['userName'])}"`, 'externalId eq "again"', `emails.value eq "${String(user['userName'])}"`]) {
      expect((await scim.get(`/Users?filter=${encodeURIComponent(filter)}`)).body.totalResults).toBe(0);
    }
    const back = await scim.post('/Users', newUser(String(user['userName']), { externalId: 'again' }));
    expect([back.status, back.body.id === user.id]).toEqual([201, false]);
  });

  it('ignores a body', async () => {
    const user = await create();
    const answer = await sendRequest(service.root, { method: 'DELETE', path: `/scim/v2/Users/${user.id}`, headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'text/plain' }, body: '{' });
    expect([answer.status, answer.text]).toEqual([204, '']);
  });
});

describe('the owner of the workspace', () => {
  it('looks like a user who was pushed, and stays whatever a connection wants', async () => {
    const { body } = await scim.get(`/Users/${workspace.ownerId}`);
    const address = `owner@${workspace.slug}.example`;
    expect(body).toMatchObject({ userName: address, emails: [{ value: address, type: 'work', primary: true }], active: true });
    for (const refused of [
      await scim.delete(`/Users/${workspace.ownerId}`),
      await scim.patch(`/Users/${workspace.ownerId}`, { op: 'replace', path: 'active', value: false }, { op: 'replace', path: 'title', value: 'X' }),
      await scim.put(`/Users/${workspace.ownerId}`, { userName: address, active: false }),
    ]) {
      expect([refused.status, refused.headers['x-problem-code'], refused.body.scimType]).toEqual([409, 'last-owner', undefined]);
      expect(refused.body.detail).toContain(address);
    }
    expect((await scim.get(`/Users/${workspace.ownerId}`)).body).toEqual(body);
    const denied = await service.query(`select count(*)::int as n from audit_event where target_id = $1 and outcome = 'denied'`, [workspace.ownerId]);
    expect(denied).toEqual([{ n: 3 }]);
  });
});

describe('two connections', () => {
  it('see one user, each with its own externalId', async () => {
    const other = scimClient(service, (await workspace.connectionToken('entra')).token);
    const user = await create({ externalId: 'mine' });
    expect((await other.get(`/Users/${user.id}`)).body).not.toHaveProperty('externalId');
    expect((await other.get('/Users?filter=externalId%20eq%20%22mine%22')).body.totalResults).toBe(0);
    await other.patch(`/Users/${user.id}`, { op: 'add', path: 'externalId', value: 'theirs' });
    expect((await scim.get(`/Users/${user.id}`)).body.externalId).toBe('mine');
    expect((await other.get('/Users?filter=externalId%20eq%20%22theirs%22')).body.Resources[0].id).toBe(user.id);
    const taken = await other.post('/Users', newUser(someone(), { externalId: 'mine' }));
    expect(taken.status).toBe(201);
  });

  it('lift only their own hold', async () => {
    const other = scimClient(service, (await workspace.connectionToken('entra')).token);
    const user = await create();
    await scim.patch(`/Users/${user.id}`, { op: 'replace', path: 'active', value: false });
    const { status, body } = await other.patch(`/Users/${user.id}`, { op: 'replace', path: 'active', value: true });
    expect([status, body.active]).toEqual([200, false]);
    expect((await scim.patch(`/Users/${user.id}`, { op: 'replace', path: 'active', value: true })).body.active).toBe(true);
  });
});
