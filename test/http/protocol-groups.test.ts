// What the verbs mean for a group beyond the transcripts: members as deltas, users and groups as members, and what is never read.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedTables, fingerprint } from '../support/fingerprint.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

const core = 'urn:ietf:params:scim:schemas:core:2.0:Group';

let service: StartedServer;
let workspace: TestWorkspace;
let scim: Scim;
let crew: readonly string[];

beforeAll(async () => {
  service = await startForTest({ DATABASE_LOCK_TIMEOUT_MS: '250' });
  workspace = await service.workspace();
  scim = scimClient(service, (await workspace.connectionToken()).token);
  crew = await Promise.all(Array.from({ length: 6 }, async (_, n) => (await scim.post('/Users', newUser(`m${n}@home.example`, { displayName: `M${n}` }))).body.id as string));
});
afterAll(async () => await service.stop());

let groups = 0;
const name = () => `Group ${(groups += 1)}`;
const values = (...ids: (string | undefined)[]) => ids.map((value) => ({ value }));

interface Group {
  readonly id: string;
  readonly displayName: string;
  readonly members?: readonly { readonly value: string; readonly $ref: string; readonly type: string; readonly display: string }[];
  readonly meta: { readonly version: string; readonly location: string };
}

async function create(...members: (string | undefined)[]): Promise<Group> {
  const { status, body } = await scim.post('/Groups', { schemas: [core], displayName: name(), members: values(...members) });
  expect(status, JSON.stringify(body)).toBe(201);
  return body as Group;
}

const read = async (id: string) => (await scim.get(`/Groups/${id}`)).body as Group;
const membersOf = async (id: string) => ((await read(id)).members ?? []).map(({ value }) => value).toSorted();
const sorted = (...ids: (string | undefined)[]) => ids.map(String).toSorted();

describe('POST', () => {
  it('answers with the members, their names, types and addresses', async () => {
    const [user, inner] = [crew[0], await create()];
    const { status, headers, body } = await scim.post('/Groups', {
      ...{ schemas: [core], displayName: name(), externalId: 'g-1', members: [{ value: user, display: 'Somebody else', type: 'Group', $ref: '../x' }, ...values(inner.id, user)] },
    });
    expect([status, headers['location'], headers['etag']]).toEqual([201, body.meta.location, 'W/"1"']);
    expect(body).toMatchObject({ schemas: [core], externalId: 'g-1', meta: { resourceType: 'Group', location: `${service.url}/Groups/${body.id as string}`, version: 'W/"1"' } });
    expect(body.members).toHaveLength(2);
    expect(body.members).toEqual(
      expect.arrayContaining([
        { value: user, $ref: `${service.url}/Users/${String(user)}`, type: 'User', display: 'M0' },
        { value: inner.id, $ref: `${service.url}/Groups/${inner.id}`, type: 'Group', display: inner.displayName },
      ]),
    );
    expect(await read(body.id as string)).toEqual(body);
  });

  it('refuses a displayName that is taken in whatever case', async () => {
    const { displayName } = await create();
    const { status, body } = await scim.post('/Groups', { displayName: displayName.toUpperCase() });
    expect([status, body.scimType]).toEqual([409, 'uniqueness']);
  });

  it.each([[null], [''], [[]]])('takes %j for no members', async (members) => {
    const { status, body } = await scim.post('/Groups', { displayName: name(), members });
    expect([status, 'members' in body]).toEqual([201, false]);
  });

  it('with an unknown member names it and writes nothing', async () => {
    const before = await fingerprint(service);
    const strangers = Array.from({ length: 12 }, () => randomUUID());
    const { status, body } = await scim.post('/Groups', { displayName: name(), members: values(crew[0], ...strangers) });
    expect([status, body.scimType]).toEqual([400, 'invalidValue']);
    expect(body.detail).toContain(strangers[0]);
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
  });

  it('never takes a member of another workspace', async () => {
    const foreign = await service.workspace();
    const other = scimClient(service, (await foreign.connectionToken()).token);
    const { status, body } = await other.post('/Groups', { displayName: name(), members: values(crew[0]) });
    expect([status, body.scimType]).toEqual([400, 'invalidValue']);
  });
});

describe('PUT', () => {
  it('replaces the members, and without members there are none', async () => {
    const group = await create(crew[0], crew[1]);
    const path = `/Groups/${group.id}`;
    const swapped = await scim.put(path, { displayName: group.displayName, members: values(crew[1], crew[2]) });
    expect([swapped.status, (swapped.body.members as unknown[]).length, swapped.headers['etag']]).toEqual([200, 2, 'W/"2"']);
    expect(await membersOf(group.id)).toEqual(sorted(crew[1], crew[2]));
    expect((await scim.put(path, { displayName: group.displayName })).body).not.toHaveProperty('members');
    expect(await membersOf(group.id)).toEqual([]);
  });

  it('with what it got back writes nothing', async () => {
    const group = await create(crew[0], crew[1]);
    const before = await fingerprint(service);
    expect((await scim.put(`/Groups/${group.id}`, group)).body).toEqual(group);
    expect((await scim.put(`/Groups/${group.id}`, { ...group, id: randomUUID(), members: [...(group.members ?? [])].toReversed() })).body).toEqual(group);
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
  });

  it('with one unknown member changes nothing', async () => {
    const group = await create(crew[0]);
    const before = await fingerprint(service);
    const { status } = await scim.put(`/Groups/${group.id}`, { displayName: name(), members: values(crew[1], randomUUID()) });
    expect([status, changedTables(before, await fingerprint(service))]).toEqual([400, []]);
  });

  it('renames, but not to a name that is taken', async () => {
    const [one, other] = [await create(), await create()];
    expect((await scim.put(`/Groups/${one.id}`, { displayName: other.displayName.toLowerCase() })).status).toBe(409);
    const fresh = name();
    expect((await scim.put(`/Groups/${one.id}`, { displayName: fresh })).body.displayName).toBe(fresh);
    expect((await scim.post('/Groups', { displayName: one.displayName })).status).toBe(201);
  });
});

describe('PATCH', () => {
  const patch = async (id: string, ...operations: unknown[]) => await scim.patch(`/Groups/${id}`, ...operations);

  it('answers 204 with the version, and with a body when attributes are asked for', async () => {
    const group = await create();
    const { status, text, headers } = await patch(group.id, { op: 'add', path: 'members', value: values(crew[0]) });
    expect([status, text, headers['etag'], headers['location']]).toEqual([204, '', 'W/"2"', group.meta.location]);
    const asked = await scim.patch(`/Groups/${group.id}?attributes=members.value`, { op: 'add', path: 'members', value: values(crew[1]) });
    expect([asked.status, asked.body]).toEqual([200, { schemas: [core], id: group.id, members: expect.arrayContaining([{ value: crew[0] }, { value: crew[1] }]) }]);
  });

  it.each<[string, readonly unknown[], readonly number[]]>([
    ['adds', [{ op: 'Add', path: 'members', value: '$2 $3' }], [0, 1, 2, 3]],
    ['adds without a path', [{ op: 'add', value: { members: '$2' } }], [0, 1, 2]],
    ['adds one as an object', [{ op: 'add', path: 'members', value: '{$2}' }], [0, 1, 2]],
    ['adds the same twice', [{ op: 'add', path: 'members', value: '$1 $2 $2' }], [0, 1, 2]],
    ['adds nothing', [{ op: 'add', path: 'members', value: [] }], [0, 1]],
    ['removes by list', [{ op: 'Remove', path: 'members', value: '$0 $5' }], [1]],
    ['removes by filter', [{ op: 'remove', path: 'members[value eq "$0"]' }], [1]],
    ['removes by two filters', [{ op: 'remove', path: 'members[value eq "$0" or value eq "$1"]' }], []],
    ['removes by a filter on what is derived', [{ op: 'remove', path: 'members[display eq "m1"]' }], [0]],
    ['removes all but one', [{ op: 'remove', path: 'members[not (value eq "$1")]' }], [1]],
    ['removes all', [{ op: 'remove', path: 'members' }], []],
    ['removes none for an empty list', [{ op: 'remove', path: 'members', value: [] }], [0, 1]],
    ['removes nobody who is not there', [{ op: 'remove', path: 'members', value: '$4' }, { op: 'remove', path: 'members[value eq "$5"]' }, { op: 'remove', path: 'members', value: [{ value: 'no-id' }] }], [0, 1]],
    ['replaces', [{ op: 'replace', path: 'members', value: '$3' }], [3]],
    ['replaces by nothing', [{ op: 'replace', path: 'members', value: [] }], []],
    ['replaces without a path', [{ op: 'replace', value: { members: '$2 $3' } }], [2, 3]],
    ['does one thing after the other', [{ op: 'remove', path: 'members' }, { op: 'add', path: 'members', value: '$2' }, { op: 'remove', path: 'members', value: '$2' }, { op: 'add', path: 'members', value: '$3' }], [3]],
    ['adds again what it removed', [{ op: 'remove', path: 'members[value eq "$0"]' }, { op: 'add', path: 'members', value: '$0' }], [0, 1]],
  ])('%s', async (_, operations, expected) => {
    const group = await create(crew[0], crew[1]);
    const id = (digit: string) => String(crew[Number(digit)]);
    const filled = operations.map((operation) => {
      const { value, path, ...rest } = operation as { value?: unknown; path?: string };
      const members = (text: unknown): unknown => {
        if (typeof text !== 'string') return text;
        if (text.startsWith('{')) return { value: id(text[2] ?? '') };
        return text.split(' ').map((one) => ({ value: id(one[1] ?? ''), $ref: null, display: 'x' }));
      };
      const whole = typeof value === 'object' && value !== null && 'members' in value ? { members: members(value.members) } : members(value);
      return { ...rest, ...(path === undefined ? {} : { path: path.replaceAll(/\$(\d)/g, (__, digit: string) => id(digit)) }), ...(value === undefined ? {} : { value: whole }) };
    });
    expect((await patch(group.id, ...filled)).status).toBe(204);
    expect(await membersOf(group.id)).toEqual(sorted(...expected.map((n) => crew[n])));
  });

  it('that changes nothing keeps the version and writes nothing', async () => {
    const group = await create(crew[0]);
    const before = await fingerprint(service);
    for (const operation of [
      { op: 'add', path: 'members', value: values(crew[0]) },
      { op: 'replace', path: 'members', value: values(crew[0]) },
      { op: 'remove', path: 'members', value: values(crew[3]) },
      { op: 'replace', value: { id: group.id, displayName: group.displayName } },
    ]) {
      expect((await patch(group.id, operation)).headers['etag']).toBe('W/"1"');
    }
    expect(changedTables(before, await fingerprint(service))).toEqual([]);
  });

  it('with an unknown member applies nothing', async () => {
    const group = await create(crew[0]);
    const before = await fingerprint(service);
    const { status, body } = await patch(group.id, { op: 'replace', path: 'displayName', value: name() }, { op: 'remove', path: 'members' }, { op: 'add', path: 'members', value: values(randomUUID()) });
    expect([status, body.scimType, changedTables(before, await fingerprint(service))]).toEqual([400, 'invalidValue', []]);
  });

  it('keeps all of 20 concurrent single members', async () => {
    const group = await create();
    const users = await Promise.all(Array.from({ length: 20 }, async (_, n) => (await scim.post('/Users', newUser(`c${n}@home.example`))).body.id as string));
    const answers = await Promise.all(users.map(async (id) => await patch(group.id, { op: 'add', path: 'members', value: values(id) })));
    expect(answers.map(({ status }) => status)).toEqual(users.map(() => 204));
    expect(await membersOf(group.id)).toEqual(sorted(...users));
  });

  it('renames with an id in the value, and refuses another id', async () => {
    const [group, other] = [await create(), await create()];
    const fresh = name();
    expect((await patch(group.id, { op: 'replace', value: { id: group.id, displayName: fresh } })).status).toBe(204);
    expect((await read(group.id)).displayName).toBe(fresh);
    const refused = await patch(group.id, { op: 'replace', value: { id: other.id, displayName: name() } });
    expect([refused.status, refused.body.scimType]).toEqual([400, 'mutability']);
    expect((await patch(group.id, { op: 'replace', path: 'displayName', value: other.displayName })).status).toBe(409);
  });
});

describe('members', () => {
  it('that are removed leave their groups, which count a version more', async () => {
    const { id } = (await scim.post('/Users', newUser('leaver@home.example'))).body as { id: string };
    const group = await create(id, crew[0]);
    await scim.delete(`/Users/${id}`);
    expect(await read(group.id)).toMatchObject({ members: [{ value: crew[0] }], meta: { version: 'W/"2"' } });
  });

  it('that are deactivated stay', async () => {
    const { id } = (await scim.post('/Users', newUser('resting@home.example'))).body as { id: string };
    const group = await create(id);
    await scim.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false });
    expect(await membersOf(group.id)).toEqual([id]);
    expect((await scim.get(`/Users/${id}`)).body).toMatchObject({ active: false, groups: [{ value: group.id, display: group.displayName, type: 'direct', $ref: group.meta.location }] });
  });

  it('may be groups, also in a circle, and are never expanded', async () => {
    const [inner, outer] = [await create(crew[0]), await create()];
    await scim.patch(`/Groups/${outer.id}`, { op: 'add', path: 'members', value: values(inner.id) });
    await scim.patch(`/Groups/${inner.id}`, { op: 'add', path: 'members', value: values(outer.id, inner.id) });
    expect(await membersOf(inner.id)).toEqual(sorted(crew[0], outer.id, inner.id));
    const shown = (await scim.get(`/Users/${String(crew[0])}`)).body.groups as { value: string }[];
    expect(shown.map(({ value }) => value)).toContain(inner.id);
    expect(shown.map(({ value }) => value)).not.toContain(outer.id);
    expect((await scim.delete(`/Groups/${outer.id}`)).status).toBe(204);
    expect(await membersOf(inner.id)).toEqual(sorted(crew[0], inner.id));
  });
});

describe('DELETE', () => {
  it('ends the group and nobody in it', async () => {
    const group = await create(crew[0]);
    expect((await scim.delete(`/Groups/${group.id}`)).status).toBe(204);
    const gone = [await scim.get(`/Groups/${group.id}`), await scim.delete(`/Groups/${group.id}`), await scim.patch(`/Groups/${group.id}`, { op: 'remove', path: 'members' }), await scim.put(`/Groups/${group.id}`, { displayName: 'x' })];
    expect(gone.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect((await scim.get(`/Users/${String(crew[0])}`)).status).toBe(200);
    expect((await scim.post('/Groups', { displayName: group.displayName })).status).toBe(201);
  });
});

describe('an answer without members', () => {
  it('never reads them: it does not wait for their table', async () => {
    const group = await create(crew[0]);
    const path = `/Groups/${group.id}`;
    const locker = new pg.Client(service.database.owner);
    await locker.connect();
    try {
      await locker.query('begin');
      await locker.query('lock table group_member in access exclusive mode');
      for (const query of ['excludedAttributes=members', 'attributes=displayName', 'excludedAttributes=MEMBERS,meta', `excludedAttributes=${core}:members`]) {
        expect((await scim.get(`${path}?${query}`)).body).not.toHaveProperty('members');
        expect((await scim.get(`/Groups?${query}`)).status).toBe(200);
        expect((await scim.get(`/Groups?${query}&filter=${encodeURIComponent(`id eq "${group.id}"`)}`)).body.totalResults).toBe(1);
      }
      const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], excludedAttributes: ['members'] };
      expect((await scim.post('/Groups/.search', search)).status).toBe(200);
      expect((await scim.get('/Groups?count=0')).status).toBe(200);
      expect((await scim.get('/Users?attributes=userName,displayName')).status).toBe(200);
      expect((await scim.get('/Users?excludedAttributes=groups')).status).toBe(200);
      const waited = await scim.get(path);
      expect([waited.status, waited.headers['x-problem-code'], waited.headers['retry-after']]).toEqual([503, 'busy', '1']);
      const stuck = await scim.patch(path, { op: 'remove', path: 'members' });
      expect([stuck.status, stuck.headers['x-problem-code']]).toEqual([503, 'busy']);
    } finally {
      await locker.query('rollback');
      await locker.end();
    }
    expect((await read(group.id)).members).toHaveLength(1);
  });
});
