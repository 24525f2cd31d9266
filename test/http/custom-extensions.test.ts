// Extensions of User and Group that the operator describes, over the wire, and what happens when their files go away.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHandlers } from '../../src/provisioning/resource-handlers.ts';
import { defaultProjection } from '../../src/scim/projection.ts';
import { resourceTypes } from '../../src/scim/schema/resource-types.ts';
import { newDevice, withExamples, workplaceUrn } from '../support/example-schemas.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

const squadUrn = 'urn:example:params:scim:schemas:extension:squad:2.0:Group';
const folder = mkdtempSync(join(tmpdir(), 'usher-schemas-'));
const squad = {
  id: squadUrn,
  name: 'Squad',
  extends: ['Group'],
  attributes: [
    { name: 'code', type: 'string', uniqueness: 'server' },
    { name: 'founded', type: 'dateTime', mutability: 'immutable' },
    { name: 'pin', type: 'string', mutability: 'writeOnly', returned: 'never' },
  ],
};

let server: StartedServer;
let groups: StartedServer;
let workspace: TestWorkspace;
let scim: Scim;

beforeAll(async () => {
  writeFileSync(join(folder, 'squad.schema.json'), JSON.stringify(squad));
  [server, groups] = await Promise.all([startForTest(withExamples), startForTest({ SCHEMAS_DIR: folder })]);
  workspace = await server.workspace();
  scim = scimClient(server, (await workspace.connectionToken()).token);
});

afterAll(async () => {
  await Promise.all([server.stop(), groups.stop()]);
  rmSync(folder, { recursive: true });
});

type Shown = { readonly id: string; readonly meta: { readonly version: string } } & Record<string, unknown>;

let people = 0;
const person = (extension?: object) => {
  people += 1;
  return newUser(`p${people}@x.example`, extension === undefined ? {} : { [workplaceUrn]: extension });
};

async function create(extension?: object): Promise<Shown> {
  const answer = await scim.post('/Users', person(extension));
  expect([answer.status, answer.body]).toMatchObject([201, {}]);
  return answer.body as Shown;
}

/** How often each status was answered. */
function tally(answers: readonly { readonly status: number }[]): Record<number, number> {
  return Object.fromEntries([...Map.groupBy(answers, ({ status }) => status)].map(([status, all]) => [status, all.length]));
}

describe('an extension of users', () => {
  it('travels with the user through every verb, under its URN or without', async () => {
    const user = await create({ BADGE: 'B-1', desk: '4.12', remoteDays: 2, keys: ['k1', 'K1'] });
    expect(user).toMatchObject({ [workplaceUrn]: { badge: 'B-1', desk: '4.12', remoteDays: 2, keys: ['k1', 'K1'] } });
    expect(user['schemas']).toContain(workplaceUrn);
    const patched = await scim.patch(`/Users/${user.id}`, { op: 'replace', path: 'desk', value: '5.1' }, { op: 'remove', path: `${workplaceUrn}:keys`, value: ['k1'] }, { op: 'replace', value: { [`${workplaceUrn}:remoteDays`]: 3 } });
    expect([patched.status, patched.body]).toMatchObject([200, { [workplaceUrn]: { badge: 'B-1', desk: '5.1', remoteDays: 3, keys: ['K1'] }, meta: { version: 'W/"2"' } }]);
    const read = await scim.get(`/Users/${user.id}?attributes=${workplaceUrn}:desk`);
    expect(read.body).toMatchObject({ id: user.id, [workplaceUrn]: { desk: '5.1' } });
    expect(read.text).not.toContain('badge');
    const replaced = await scim.put(`/Users/${user.id}`, newUser(String(user['userName'])));
    expect(replaced.body).not.toHaveProperty([workplaceUrn]);
    const [last] = await server.query(`select metadata from audit_event where target_id = $1 and action = 'team_membership_update' order by id desc limit 1`, [user.id]);
    expect(JSON.parse(String(last?.['metadata']))).toEqual({ fields: ['badge', 'desk', 'remoteDays', 'keys'].map((name) => `${workplaceUrn}:${name}`) });
  });

  it.each<[object, string]>([
    [{ remoteDays: 'two' }, `must be a whole number`],
    [{ keys: [1] }, `must be a string`],
    [{ badge: 'x'.repeat(513) }, `at most 512`],
  ])('refuses %j', async (extension, detail) => {
    const answer = await scim.post('/Users', person(extension));
    expect([answer.status, answer.body]).toMatchObject([400, { scimType: 'invalidValue', detail: expect.stringContaining(detail) as string }]);
  });

  it('keeps a badge for one person of the workspace, until it is given back or the person goes', async () => {
    const one = await create({ badge: 'Gold' });
    const taken = await scim.post('/Users', person({ badge: 'GOLD' }));
    expect([taken.status, taken.body]).toMatchObject([409, { scimType: 'uniqueness', detail: expect.stringContaining(`${workplaceUrn}:badge`) as string }]);
    const two = await create({ badge: 'Silver' });
    expect((await scim.patch(`/Users/${two.id}`, { op: 'replace', path: 'badge', value: 'gold' })).status).toBe(409);
    expect((await scim.put(`/Users/${two.id}`, { ...newUser(String(two['userName'])), [workplaceUrn]: { badge: 'gold' } })).status).toBe(409);
    expect((await scim.get(`/Users/${two.id}`)).body).toMatchObject({ [workplaceUrn]: { badge: 'Silver' }, meta: { version: 'W/"1"' } });
    // Another type, another workspace: no collision.
    expect((await scim.post('/Devices', newDevice({ assetTag: 'gold' }))).status).toBe(201);
    const elsewhere = scimClient(server, (await (await server.workspace()).connectionToken()).token);
    expect((await elsewhere.post('/Users', person({ badge: 'gold' }))).status).toBe(201);
    await scim.patch(`/Users/${one.id}`, { op: 'replace', value: { active: false } });
    expect((await scim.patch(`/Users/${two.id}`, { op: 'replace', path: 'badge', value: 'gold' })).status).toBe(409);
    await scim.delete(`/Users/${one.id}`);
    expect((await scim.patch(`/Users/${two.id}`, { op: 'replace', path: 'badge', value: 'gold' })).status).toBe(200);
  });

  it('is found and sorted by', async () => {
    const here = scimClient(server, (await (await server.workspace()).connectionToken()).token);
    const made = new Map<string, string>();
    for (const [name, extension] of Object.entries({ a: { badge: 'N1', remoteDays: 10 }, b: { badge: 'n2', remoteDays: 9, keys: ['x'] }, c: {} })) {
      const answer = await here.post('/Users', newUser(`${name}@list.example`, { [workplaceUrn]: extension }));
      made.set((answer.body as Shown).id, name);
    }
    const names = async (query: string) => {
      const answer = await here.get(`/Users?${query}`);
      expect([answer.status, answer.body]).toMatchObject([200, {}]);
      return (answer.body as { Resources: Shown[] }).Resources.map(({ id }) => made.get(id) ?? '').join('');
    };
    const filtered = async (filter: string) => await names(`sortBy=userName&filter=${encodeURIComponent(filter)}`);
    expect(await filtered('badge eq "N2"')).toBe('b');
    expect(await filtered(`${workplaceUrn}:badge eq "n1" or ${workplaceUrn}:keys eq "x"`)).toBe('ab');
    expect(await filtered(`${workplaceUrn}:remoteDays gt 9`)).toBe('a');
    expect(await filtered(`not (badge pr) and userName ew "@list.example"`)).toBe('c');
    expect(await filtered(`schemas eq "${workplaceUrn}"`)).toBe('ab');
    // The owner of the workspace has no such value and comes last.
    expect(await names(`sortBy=${workplaceUrn}:remoteDays`)).toBe('bac');
    const none = await here.get(`/Users?filter=${encodeURIComponent(`${workplaceUrn}:keys eq "X"`)}`);
    expect([none.status, none.body], none.text).toMatchObject([200, { totalResults: 0 }]);
  });

  it('one of twenty people gets the badge they all ask for at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const answers = await Promise.all(Array.from({ length: 20 }, async () => await scim.post('/Users', person({ badge: `race ${round}` }))));
      expect(tally(answers)).toEqual({ 201: 1, 409: 19 });
    }
    const users = await Promise.all(Array.from({ length: 8 }, async () => await create()));
    const changes = await Promise.all(users.map(async ({ id }) => await scim.patch(`/Users/${id}`, { op: 'add', path: 'badge', value: 'late race' })));
    expect(tally(changes)).toEqual({ 200: 1, 409: 7 });
  });

  it('two who swap badges in each other\'s way are both answered, and nobody has two', async () => {
    const [one, two] = [await create({ badge: 'swap 1' }), await create({ badge: 'swap 2' })];
    for (let round = 0; round < 10; round += 1) {
      const give = async ({ id }: Shown, badge: string) => await scim.patch(`/Users/${id}`, { op: 'replace', path: 'badge', value: badge });
      const answers = await Promise.all([give(one, 'swap 2'), give(two, 'swap 1'), give(one, `free ${round}`), give(two, 'swap 2')]);
      for (const { status } of answers) expect([200, 409]).toContain(status);
      const shown = await Promise.all([one, two].map(async ({ id }) => ((await scim.get(`/Users/${id}`)).body as Record<string, { badge: string }>)[workplaceUrn]?.badge));
      const kept = await server.query(`select resource_id, key from unique_value where resource_id = any ($1::uuid[])`, [[one.id, two.id]]);
      expect(new Set(kept.map(({ key }) => key))).toEqual(new Set(shown));
      expect(kept).toHaveLength(2);
    }
  });
});

describe('an extension of groups', () => {
  it('is enforced as on any resource', async () => {
    const here = scimClient(groups, (await (await groups.workspace()).connectionToken()).token);
    const created = await here.post('/Groups', { displayName: 'A', [squadUrn]: { code: 'X1', founded: '2026-01-01T00:00:00Z', pin: '0000' } });
    expect([created.status, created.body]).toMatchObject([201, { [squadUrn]: { code: 'X1' } }]);
    expect(created.text).not.toContain('0000');
    const { id } = created.body as Shown;
    const taken = await here.post('/Groups', { displayName: 'B', [squadUrn]: { code: 'x1' } });
    expect([taken.status, taken.body]).toMatchObject([409, { scimType: 'uniqueness', detail: expect.stringContaining('code') as string }]);
    expect((await here.put(`/Groups/${id}`, { displayName: 'A', [squadUrn]: { code: 'X1', founded: '2027-01-01T00:00:00Z' } })).body).toMatchObject({ scimType: 'mutability' });
    expect((await here.put(`/Groups/${id}`, { displayName: 'A' })).body).toMatchObject({ [squadUrn]: { founded: '2026-01-01T00:00:00Z' } });
    expect((await groups.query('select profile from scim_group where id = $1', [id]))[0]).toEqual({ profile: { [squadUrn]: { founded: '2026-01-01T00:00:00Z', pin: '0000' } } });
    expect((await here.post('/Groups', { displayName: 'B', [squadUrn]: { code: 'x1' } })).status).toBe(201);
    const found = await here.get(`/Groups?filter=${encodeURIComponent('code eq "X1"')}`);
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ displayName: 'B' }] });
  });
});

describe('in a bulk request', () => {
  it('devices are made and changed, and a taken value is the fault of its operation alone', async () => {
    const body = newDevice({ assetTag: 'bulk' });
    const answer = await scim.post('/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        { method: 'POST', path: '/Devices', bulkId: 'd', data: body },
        { method: 'PATCH', path: '/Devices/bulkId:d', data: { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [{ op: 'add', path: 'ports', value: 5 }] } },
        { method: 'POST', path: '/Users', bulkId: 'u', data: person({ badge: 'bulk' }) },
      ],
    });
    const { Operations } = answer.body as { Operations: { status: string; location?: string }[] };
    expect([answer.status, Operations.map(({ status }) => status)]).toEqual([200, ['201', '200', '201']]);
    expect((await scim.get(`/Devices?filter=${encodeURIComponent('assetTag eq "BULK"')}`)).body).toMatchObject({ totalResults: 1, Resources: [{ ports: 5 }] });
  });
});

describe('a schema whose file is gone', () => {
  it('keeps its values stored, unseen and untouched by PUT and PATCH', async () => {
    const user = await create({ desk: 'kept' });
    const [users] = createHandlers(resourceTypes);
    if (users === undefined) throw new Error('there is a handler of users');
    const context = { ...server.ports, baseUrl: server.url };
    const body = newUser(String(user['userName']), { title: 'Chief' });
    const replaced = await users.replace(context, workspace.operator, user.id, body, defaultProjection);
    expect(replaced).toMatchObject({ ok: true, value: { resource: { title: 'Chief' } } });
    expect(JSON.stringify(replaced)).not.toContain('kept');
    const patched = await users.patch(context, workspace.operator, user.id, { Operations: [{ op: 'replace', path: 'title', value: 'Boss' }] }, defaultProjection);
    expect(patched).toMatchObject({ ok: true, value: { resource: { title: 'Boss' } } });
    expect((await scim.get(`/Users/${user.id}`)).body).toMatchObject({ title: 'Boss', [workplaceUrn]: { desk: 'kept' } });
  });
});
