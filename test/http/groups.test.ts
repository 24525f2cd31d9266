// Groups over the wire: members of every kind, what changes and what does not, and lists too long for one request.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

interface Member {
  readonly value: string;
  readonly type: string;
  readonly display?: string;
  readonly $ref: string;
}

let service: StartedServer;
let workspace: TestWorkspace;
let idp: Scim;
let made = 0;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  idp = scimClient(service, (await workspace.connectionToken()).token);
});
afterAll(async () => await service.stop());

async function addUser(more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const answer = await idp.post('/Users', newUser(`g${(made += 1)}@groups.example`, more));
  expect(answer.status, answer.text).toBe(201);
  return (answer.body as { id: string }).id;
}

async function addGroup(...members: readonly string[]): Promise<string> {
  const answer = await idp.post('/Groups', { displayName: `Group ${(made += 1)}`, members: listed(members) });
  expect(answer.status, answer.text).toBe(201);
  return (answer.body as { id: string }).id;
}

const listed = (ids: readonly string[]) => ids.map((value) => ({ value }));
const add = (...ids: readonly string[]) => ({ op: 'add', path: 'members', value: listed(ids) });
const remove = (...ids: readonly string[]) => ({ op: 'remove', path: 'members', value: listed(ids) });
const patch = async (group: string, ...operations: readonly unknown[]) => await idp.patch(`/Groups/${group}`, ...operations);

async function membersOf(group: string): Promise<readonly Member[]> {
  return ((await idp.get(`/Groups/${group}`)).body as { members?: readonly Member[] }).members ?? [];
}
const idsOf = async (group: string) => (await membersOf(group)).map(({ value }) => value).toSorted();

/** Versions as the answer and its header agree on them. */
async function versionOf(path: string): Promise<number> {
  const { headers, body } = await idp.get(path);
  const { version } = (body as { meta: { version: string } }).meta;
  expect(headers['etag']).toBe(version);
  return Number(/^W\/"(\d+)"$/.exec(version)?.[1]);
}

/** How far the change raises the version of each path. */
async function raises(paths: readonly string[], change: () => PromiseLike<{ readonly status: number }>): Promise<number[]> {
  const before = await Promise.all(paths.map(versionOf));
  expect((await change()).status).toBeLessThan(300);
  const after = await Promise.all(paths.map(versionOf));
  return after.map((version, at) => version - (before[at] ?? 0));
}

describe('groups in groups', () => {
  it('are stored and returned as what they are, and never expanded', async () => {
    const user = await addUser();
    const inner = await addGroup(user);
    const outer = await addGroup(inner);
    expect(await membersOf(outer)).toEqual([{ value: inner, type: 'Group', $ref: `${service.url}/Groups/${inner}`, display: expect.stringContaining('Group ') as string }]);
    expect(await membersOf(inner)).toEqual([{ value: user, type: 'User', $ref: `${service.url}/Users/${user}`, display: expect.stringContaining('@groups') as string }]);
    const { groups } = (await idp.get(`/Users/${user}`)).body as { groups: { value: string }[] };
    expect(groups.map(({ value }) => value)).toEqual([inner]);
  });

  it('may go round in circles, and every one of them can be removed', async () => {
    const [one, two, three] = [await addGroup(), await addGroup(), await addGroup()];
    await patch(one, add(one, two));
    await patch(two, add(three));
    await patch(three, add(one));
    expect([await idsOf(one), await idsOf(two), await idsOf(three)]).toEqual([[one, two].toSorted(), [three], [one]]);
    expect((await idp.get(`/Groups?filter=${encodeURIComponent(`members.value eq "${one}"`)}`)).body).toMatchObject({ totalResults: 2 });
    expect(await raises([`/Groups/${three}`, `/Groups/${two}`], () => idp.delete(`/Groups/${one}`))).toEqual([1, 0]);
    expect([await idsOf(two), await idsOf(three)]).toEqual([[three], []]);
    for (const group of [three, two]) expect((await idp.delete(`/Groups/${group}`)).status).toBe(204);
    expect(await service.query('select from group_member where group_id = any($1) or member_id = any($1)', [[one, two, three]])).toEqual([]);
  });
});

describe('members', () => {
  it('count once however often and however they are written', async () => {
    const user = await addUser();
    const group = await addGroup(user, user.toUpperCase(), user);
    expect(await idsOf(group)).toEqual([user]);
    const noise = () => patch(group, add(user, user), { op: 'Add', path: 'members', value: [{ value: user, $ref: null }] }, { op: 'add', value: { members: [{ value: user }] } });
    expect(await raises([`/Groups/${group}`], noise)).toEqual([0]);
    expect(await idsOf(group)).toEqual([user]);
  });

  it('that do not exist are named, all of them, and nothing is applied', async () => {
    const [user, group] = [await addUser(), await addGroup()];
    const unknown = [randomUUID(), randomUUID()];
    for (const send of [
      () => patch(group, add(user), { op: 'replace', path: 'displayName', value: 'Half done' }, add(...unknown)),
      () => idp.put(`/Groups/${group}`, { displayName: 'Half done', members: listed([user, ...unknown]) }),
      () => idp.post('/Groups', { displayName: 'Half done', members: listed([user, ...unknown]) }),
    ]) {
      const answer = await send();
      expect([answer.status, (answer.body as { scimType: string }).scimType]).toEqual([400, 'invalidValue']);
      for (const id of unknown) expect((answer.body as { detail: string }).detail).toContain(id);
      expect((answer.body as { detail: string }).detail).not.toContain(user);
    }
    const many = await patch(group, add(...Array.from({ length: 25 }, () => randomUUID())));
    expect((many.body as { detail: string }).detail).toMatch(/and 15 more/);
    const wrong = await patch(group, add('not-an-id'));
    expect([wrong.status, (wrong.body as { detail: string }).detail]).toEqual([400, expect.stringContaining('"not-an-id"')]);
    expect([await idsOf(group), await versionOf(`/Groups/${group}`)]).toEqual([[], 1]);
    expect((await idp.get(`/Groups?filter=${encodeURIComponent('displayName eq "Half done"')}`)).body).toMatchObject({ totalResults: 0 });
  });

  it('that were removed from the workspace are unknown', async () => {
    const [user, group] = [await addUser(), await addGroup()];
    await idp.delete(`/Users/${user}`);
    expect((await patch(group, add(user))).status).toBe(400);
  });

  it('are replaced, cleared, removed by list, by filter and all together', async () => {
    const ids = await Promise.all([1, 2, 3, 4].map(async (at) => await addUser({ displayName: `Filtered ${at}` })));
    const [a = '', b = '', c = '', d = ''] = ids;
    const group = await addGroup(a, b);
    const steps: readonly (readonly [unknown[], string[]])[] = [
      [[{ op: 'replace', path: 'members', value: listed([c, d]) }], [c, d]],
      [[add(a, b), remove(c)], [a, b, d]],
      [[remove(randomUUID(), a)], [b, d]],
      [[{ op: 'remove', path: `members[value eq "${b}"]` }, { op: 'remove', path: `members[value eq "${randomUUID()}"]` }], [d]],
      [[add(a, b, c), remove(d), add(d), remove(a)], [b, c, d]],
      [[{ op: 'remove', path: `members[display ew "3"]` }], [b, d]],
      [[remove(b), { op: 'replace', path: 'members', value: listed([a]) }, add(c)], [a, c]],
      [[{ op: 'replace', path: 'members', value: [] }], []],
      [[add(...ids)], ids],
      [[{ op: 'remove', path: 'members' }], []],
      [[{ op: 'remove', path: 'members' }, add(d)], [d]],
    ];
    for (const [operations, expected] of steps) {
      const answer = await patch(group, ...operations);
      expect([answer.status, await idsOf(group)], JSON.stringify(operations)).toEqual([204, expected.toSorted()]);
    }
  });

  it('are cleared by a PUT that names none, and kept by one that names them', async () => {
    const user = await addUser();
    const group = await addGroup(user);
    const { displayName } = (await idp.get(`/Groups/${group}`)).body as { displayName: string };
    expect(await raises([`/Groups/${group}`], () => idp.put(`/Groups/${group}`, { displayName, members: listed([user]) }))).toEqual([0]);
    expect((await idp.put(`/Groups/${group}`, { displayName })).status).toBe(200);
    expect(await idsOf(group)).toEqual([]);
  });

  it('who are deactivated stay', async () => {
    const user = await addUser();
    const group = await addGroup(user);
    expect(await raises([`/Groups/${group}`], () => idp.patch(`/Users/${user}`, { op: 'replace', path: 'active', value: false }))).toEqual([0]);
    expect(await idsOf(group)).toEqual([user]);
  });
});

describe('the name of a group', () => {
  it('is taken whatever its case, for a new group and for a rename by either verb', async () => {
    const [first, second] = [await idp.post('/Groups', { displayName: 'Éclair Makers' }), await addGroup()];
    const { id } = first.body as { id: string };
    const before = await versionOf(`/Groups/${second}`);
    const clashes = [
      await idp.post('/Groups', { displayName: 'ÉCLAIR makers' }),
      await idp.put(`/Groups/${second}`, { displayName: 'e\u0301clair makers' }),
      await patch(second, { op: 'replace', path: 'displayName', value: 'éCLAIR MAKERS' }),
      await patch(second, { op: 'replace', value: { id: second, displayName: 'éclair makers' } }, add(await addUser())),
    ];
    for (const { status, body } of clashes) expect([status, (body as { scimType: string }).scimType]).toEqual([409, 'uniqueness']);
    expect([await versionOf(`/Groups/${second}`), await idsOf(second)]).toEqual([before, []]);
    expect((await patch(id, { op: 'replace', path: 'displayName', value: 'ÉCLAIR MAKERS' })).status).toBe(204);
    expect((await idp.get(`/Groups/${id}`)).body).toMatchObject({ displayName: 'ÉCLAIR MAKERS' });
    await idp.delete(`/Groups/${id}`);
    expect((await idp.post('/Groups', { displayName: 'éclair makers' })).status).toBe(201);
  });

  it('and its external id belong to the group, the latter to one connection', async () => {
    const group = (await idp.post('/Groups', { displayName: 'Linked', externalId: 'grp-1' })).body as { id: string };
    const clash = await idp.post('/Groups', { displayName: 'Linked too', externalId: 'grp-1' });
    expect([clash.status, (clash.body as { scimType: string }).scimType]).toEqual([409, 'uniqueness']);
    expect(await raises([`/Groups/${group.id}`], () => patch(group.id, { op: 'replace', value: { externalId: 'grp-2' } }))).toEqual([1]);
    expect((await idp.get(`/Groups?filter=${encodeURIComponent('externalId eq "grp-2"')}`)).body).toMatchObject({ totalResults: 1, Resources: [{ id: group.id }] });
  });
});

describe('versions', () => {
  it('rise once with each change that changes something', async () => {
    const [user, other] = [await addUser(), await addUser()];
    const group = await addGroup(user);
    const paths = [`/Groups/${group}`, `/Users/${user}`];
    const changes: readonly (readonly [() => PromiseLike<{ status: number }>, number[]])[] = [
      [() => patch(group, add(other), { op: 'replace', path: 'displayName', value: `Renamed ${group}` }), [1, 0]],
      [() => patch(group, add(other)), [0, 0]],
      [() => patch(group, remove(other), add(other)), [0, 0]],
      [() => patch(group, { op: 'replace', path: 'displayName', value: `Renamed ${group}` }), [0, 0]],
      [() => patch(group, remove(other)), [1, 0]],
      [() => patch(group, remove(other)), [0, 0]],
      // The display of a member is derived.
      [() => idp.patch(`/Users/${user}`, { op: 'replace', path: 'displayName', value: 'New display' }), [0, 1]],
    ];
    for (const [change, expected] of changes) expect(await raises(paths, change)).toEqual(expected);
    expect(await membersOf(group)).toEqual([expect.objectContaining({ value: user, display: 'New display' })]);
  });

  it('of all its groups and of no other rise when a user is removed', async () => {
    const user = await addUser();
    const [one, two, without] = [await addGroup(user), await addGroup(user), await addGroup()];
    const outer = await addGroup(one);
    expect(await raises([one, two, without, outer].map((id) => `/Groups/${id}`), () => idp.delete(`/Users/${user}`))).toEqual([1, 1, 0, 0]);
    expect([await idsOf(one), await idsOf(two)]).toEqual([[], []]);
  });
});

describe('five thousand members', () => {
  it('come in PATCHes of five hundred, and go in one', async () => {
    const ids = await addManyUsers(5_000);
    const group = await addGroup();
    for (let at = 0; at < ids.length; at += 500) {
      const answer = await patch(group, add(...ids.slice(at, at + 500)));
      expect([answer.status, answer.headers['etag']]).toEqual([204, `W/"${at / 500 + 2}"`]);
    }
        expect(await idsOf(group)).toEqual(ids.toSorted());
    const again = await patch(group, add(...ids));
    expect([again.status, again.headers['etag']]).toEqual([204, 'W/"11"']);
    const replaced = await patch(group, { op: 'replace', path: 'members', value: listed(ids.slice(0, 2_500)) });
    expect([replaced.status, (await idsOf(group)).length]).toEqual([204, 2_500]);
    expect((await idp.put(`/Groups/${group}`, { displayName: 'Big', members: listed(ids) })).status).toBe(200);
    expect((await patch(group, { op: 'remove', path: 'members' })).status).toBe(204);
    expect(await idsOf(group)).toEqual([]);
    const rows = await service.query(
      `select action, count(*)::int as rows, max(jsonb_array_length(coalesce(metadata::jsonb->'added', metadata::jsonb->'removed'))) as most
        from audit_event where target_id = $1 group by 1 order by 1`,
      [group],
    );
    expect(rows).toEqual([
      { action: 'group_create', rows: 1, most: null },
      { action: 'group_member_add', rows: 10, most: 500 },
      { action: 'group_member_remove', rows: 8, most: 1_000 },
      { action: 'group_update', rows: 3, most: 1_000 },
    ]);
  });
});

/** Straight into the database: provisioning them one by one is not what is looked at. */
async function addManyUsers(count: number): Promise<string[]> {
  const { workspaceId, organizationId } = workspace.tenant;
  const ids = Array.from({ length: count }, () => randomUUID());
  await service.query('insert into user_account (organization_id, id) select $1, id from unnest($2::uuid[]) as id', [organizationId, ids]);
  await service.query(
    `insert into membership (workspace_id, id, organization_id, account_id, user_name, user_name_key, status, base_role, role, accepted_at)
      select $1, id, $2, id, id::text, id::text, 'active', 'member', 'member', now() from unnest($3::uuid[]) as id`,
    [workspaceId, organizationId, ids],
  );
  return ids;
}
