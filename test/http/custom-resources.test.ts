// Resources of a type that the operator describes, over the wire: every verb, every characteristic, filters, sorts and pages.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceUrn, newDevice, warrantyUrn, withExamples } from '../support/example-schemas.ts';
import { scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

let server: StartedServer;
let workspace: TestWorkspace;
let scim: Scim;

interface Shown {
  readonly id: string;
  readonly meta: { readonly version: string; readonly location: string; readonly resourceType: string };
  readonly [name: string]: unknown;
}

beforeAll(async () => {
  server = await startForTest(withExamples);
  workspace = await server.workspace();
  scim = scimClient(server, (await workspace.connectionToken()).token);
});

afterAll(async () => await server.stop());

async function create(more: Readonly<Record<string, unknown>> = {}): Promise<Shown> {
  const answer = await scim.post('/Devices', newDevice(more));
  expect(answer.body).toMatchObject({ id: expect.any(String) as string });
  expect(answer.status).toBe(201);
  return answer.body as Shown;
}

async function found(filter: string, more = ''): Promise<string[]> {
  const answer = await scim.get(`/Devices?attributes=id${more}&filter=${encodeURIComponent(filter)}`);
  expect([answer.status, answer.body]).toEqual([200, expect.objectContaining({ totalResults: expect.any(Number) as number })]);
  return (answer.body as { Resources: Shown[] }).Resources.map(({ id }) => id);
}

describe('the life of a device', () => {
  it('is created, read, replaced, patched and removed', async () => {
    const body = newDevice({ externalId: 'x-1', active: true, ports: 4, weight: 1.5, tags: ['a', 'b'], location: { building: 'B', floor: 2 }, [warrantyUrn]: { contract: 'C-1' }, unknown: 1 });
    const created = await scim.post('/Devices', body);
    expect(created.status).toBe(201);
    const { id } = created.body as Shown;
    const { unknown: _, ...sent } = body;
    expect(created.body).toEqual({
      ...sent,
      schemas: [deviceUrn, warrantyUrn],
      id,
      meta: { resourceType: 'Device', created: expect.any(String) as string, lastModified: expect.any(String) as string, location: `${server.url}/Devices/${id}`, version: 'W/"1"' },
    });
    expect(created.headers).toMatchObject({ location: `${server.url}/Devices/${id}`, etag: 'W/"1"' });
    expect((await scim.get(`/Devices/${id.toUpperCase()}`)).body).toEqual(created.body);
    const replaced = await scim.put(`/Devices/${id}`, { displayName: 'New', serialNumber: sent['serialNumber'] });
    expect(replaced.body).toMatchObject({ schemas: [deviceUrn], displayName: 'New', meta: { version: 'W/"2"' } });
    expect(replaced.body).not.toHaveProperty('tags');
    expect(replaced.body).not.toHaveProperty('externalId');
    const patched = await scim.patch(`/Devices/${id}`, { op: 'add', path: 'tags', value: ['z'] }, { op: 'replace', path: 'location.floor', value: 7 }, { op: 'add', path: `${warrantyUrn}:contract`, value: 'C-2' });
    expect([patched.status, patched.body]).toMatchObject([200, { tags: ['z'], location: { floor: 7 }, [warrantyUrn]: { contract: 'C-2' }, meta: { version: 'W/"3"' } }]);
    expect((await scim.delete(`/Devices/${id}`)).status).toBe(204);
    for (const answer of [await scim.get(`/Devices/${id}`), await scim.delete(`/Devices/${id}`), await scim.put(`/Devices/${id}`, body)]) expect(answer.status).toBe(404);
    expect((await scim.post('/Devices', body)).status).toBe(201);
  });

  it('an identical repeat writes nothing and keeps the version', async () => {
    const body = newDevice({ tags: ['t'], unlockCode: '1234' });
    const { id } = (await scim.post('/Devices', body)).body as Shown;
    expect((await scim.put(`/Devices/${id}`, body)).body).toMatchObject({ meta: { version: 'W/"1"' } });
    expect((await scim.patch(`/Devices/${id}`, { op: 'replace', path: 'tags', value: ['t'] })).body).toMatchObject({ meta: { version: 'W/"1"' } });
  });

  it('a change names the version it is for', async () => {
    const device = await create();
    const stale = await scim.patch(`/Devices/${device.id}`, { op: 'replace', path: 'displayName', value: 'A' }).set('If-Match', 'W/"9"');
    expect([stale.status, (await scim.delete(`/Devices/${device.id}`).set('If-Match', 'W/"9"')).status]).toEqual([412, 412]);
    const good = await scim.patch(`/Devices/${device.id}`, { op: 'replace', path: 'displayName', value: 'A' }).set('If-Match', device.meta.version);
    expect([good.status, (good.body as Shown).meta.version]).toEqual([200, 'W/"2"']);
    expect((await scim.get(`/Devices/${device.id}`).set('If-None-Match', 'W/"2"')).status).toBe(304);
  });

  it('each effective change is audited once, by names and never by values', async () => {
    const { id } = await create({ displayName: 'Secret name' });
    await scim.patch(`/Devices/${id}`, { op: 'replace', path: 'ports', value: 9 });
    await scim.patch(`/Devices/${id}`, { op: 'replace', path: 'ports', value: 9 });
    await scim.delete(`/Devices/${id}`);
    const rows = await server.query('select action, outcome, metadata from audit_event where target_id = $1 order by id', [id]);
    expect(rows.map(({ action, outcome, metadata }) => [action, outcome, JSON.parse(String(metadata)) as unknown])).toEqual([
      ['resource_create', 'success', { type: 'Device' }],
      ['resource_update', 'success', { type: 'Device', fields: ['ports'] }],
      ['resource_delete', 'success', { type: 'Device' }],
    ]);
  });
});

describe('characteristics', () => {
  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ['a required attribute is left out', { displayName: undefined }, /"displayName" is required/],
    ['of the wrong type: boolean', { active: 'perhaps' }, /"active" must be true or false/],
    ['of the wrong type: integer', { ports: 1.5 }, /"ports" must be a whole number/],
    ['of the wrong type: decimal', { weight: 'x' }, /"weight" must be a number/],
    ['of the wrong type: dateTime', { purchasedAt: 'yesterday' }, /"purchasedAt" must be a date and time/],
    ['of the wrong type: string', { kind: 5 }, /"kind" must be a string/],
    ['of the wrong type: complex', { location: 5 }, /"location" must be an object/],
    ['an element without what it requires', { certificates: [{ display: 'x' }] }, /"certificates\[0\]\.value" is required/],
    ['two primary elements', { certificates: [{ value: 'YQ==', primary: true }, { value: 'Yg==', primary: true }] }, /more than one element as primary/],
    ['a unique text that no index takes', { assetTag: 'a'.repeat(513) }, /at most 512/],
    ['an extension without what it requires', { [warrantyUrn]: { until: '2030-01-01T00:00:00Z' } }, /contract" is required/],
  ])('refuses %s', async (_, more, detail) => {
    const answer = await scim.post('/Devices', newDevice(more));
    expect([answer.status, answer.body]).toMatchObject([400, { scimType: 'invalidValue', detail: expect.stringMatching(detail) as string }]);
  });

  it('readOnly is passed over on POST and PUT and refused on PATCH', async () => {
    const device = await create({ lastSeen: '2026-01-01T00:00:00Z' });
    expect(device).not.toHaveProperty('lastSeen');
    const answer = await scim.patch(`/Devices/${device.id}`, { op: 'replace', path: 'lastSeen', value: '2026-01-01T00:00:00Z' });
    expect([answer.status, answer.body]).toMatchObject([400, { scimType: 'mutability' }]);
  });

  it('immutable is set once and never changes', async () => {
    const device = await create();
    const same = { displayName: 'N', serialNumber: device['serialNumber'] };
    expect((await scim.put(`/Devices/${device.id}`, same)).status).toBe(200);
    for (const answer of [await scim.put(`/Devices/${device.id}`, { ...same, serialNumber: 'other' }), await scim.patch(`/Devices/${device.id}`, { op: 'replace', path: 'serialNumber', value: 'other' })]) {
      expect([answer.status, answer.body]).toMatchObject([400, { scimType: 'mutability' }]);
    }
    await scim.patch(`/Devices/${device.id}`, { op: 'add', path: 'location', value: { site: 'S', floor: 1 } });
    expect((await scim.put(`/Devices/${device.id}`, { ...same, location: { site: 'T' } })).body).toMatchObject({ scimType: 'mutability' });
    expect((await scim.put(`/Devices/${device.id}`, { ...same, location: { floor: 2 } })).body).toMatchObject({ location: { site: 'S', floor: 2 } });
  });

  it('writeOnly and never returned: kept by a PUT without it, shown and compared by nobody', async () => {
    const { id, serialNumber } = await create({ unlockCode: 'open sesame' });
    const kept = await scim.put(`/Devices/${id}?attributes=unlockCode`, { displayName: 'N', serialNumber });
    expect(kept.text).not.toContain('sesame');
    const [row] = await server.query('select profile from scim_resource where id = $1', [id]);
    expect(row?.['profile']).toMatchObject({ displayName: 'N', unlockCode: 'open sesame' });
    for (const path of [`/Devices?filter=${encodeURIComponent('unlockCode eq "open sesame"')}`, '/Devices?sortBy=unlockCode']) expect((await scim.get(path)).status).toBe(400);
    expect((await scim.get('/Devices')).text).not.toContain('sesame');
    await scim.patch(`/Devices/${id}`, { op: 'remove', path: 'unlockCode' });
    expect((await server.query('select profile ? $2 as kept from scim_resource where id = $1', [id, 'unlockCode']))[0]).toEqual({ kept: false });
  });

  it('returned: request is shown to those who ask', async () => {
    const { id, ...device } = await create({ notes: 'mine' });
    expect(device).not.toHaveProperty('notes');
    expect((await scim.get(`/Devices/${id}?attributes=${deviceUrn}:notes`)).body).toEqual({ schemas: [deviceUrn], id, notes: 'mine' });
    expect((await scim.get(`/Devices/${id}?excludedAttributes=displayName,serialNumber,meta`)).body).toEqual({ schemas: [deviceUrn], id });
  });

  it('unique is unique, by case or without, and freed with its resource', async () => {
    const one = await create({ assetTag: 'Tag-É' });
    for (const more of [{ assetTag: 'tag-é' }, { serialNumber: one['serialNumber'] }]) {
      const answer = await scim.post('/Devices', newDevice(more));
      expect([answer.status, answer.body]).toMatchObject([409, { scimType: 'uniqueness', detail: expect.stringContaining(deviceUrn) as string }]);
    }
    const two = await create({ assetTag: 'tag-2', serialNumber: String(one['serialNumber']).toLowerCase() });
    expect((await scim.patch(`/Devices/${two.id}`, { op: 'replace', path: 'assetTag', value: 'TAG-É' })).status).toBe(409);
    expect((await scim.patch(`/Devices/${one.id}`, { op: 'replace', path: 'assetTag', value: 'TAG-É' })).status).toBe(200);
    await scim.patch(`/Devices/${one.id}`, { op: 'remove', path: 'assetTag' });
    expect((await scim.patch(`/Devices/${two.id}`, { op: 'replace', path: 'assetTag', value: 'TAG-É' })).status).toBe(200);
    await scim.delete(`/Devices/${two.id}`);
    expect((await create({ assetTag: 'tag-é' }))['assetTag']).toBe('tag-é');
    expect(await server.query('select from unique_value where resource_id = $1', [two.id])).toEqual([]);
  });

  it('an extension goes as a whole, and keeps what it requires while it is there', async () => {
    const { id } = await create({ [warrantyUrn]: { contract: 'C', until: '2030-01-01T00:00:00Z' } });
    const alone = await scim.patch(`/Devices/${id}`, { op: 'remove', path: `${warrantyUrn}:contract` });
    expect([alone.status, alone.body]).toMatchObject([400, { scimType: 'invalidValue' }]);
    const gone = await scim.patch(`/Devices/${id}`, { op: 'remove', path: warrantyUrn });
    expect([gone.status, gone.body]).toMatchObject([200, { schemas: [deviceUrn] }]);
    expect((await scim.patch(`/Devices/${id}`, { op: 'add', path: `${warrantyUrn}:until`, value: '2031-01-01T00:00:00Z' })).status).toBe(400);
  });
});

describe('lists', () => {
  let here: Scim;
  let ids: Map<string, string>;
  const filtered = async (filter: string) => {
    const answer = await here.get(`/Devices?filter=${encodeURIComponent(filter)}`);
    expect([answer.status, answer.body]).toMatchObject([200, {}]);
    return (answer.body as { Resources: Shown[] }).Resources.map(({ displayName }) => String(displayName)).toSorted();
  };

  beforeAll(async () => {
    const other = await server.workspace();
    here = scimClient(server, (await other.connectionToken()).token);
    const bodies = [
      { displayName: 'a', serialNumber: 'S1', externalId: 'e1', active: true, ports: 2, weight: 0.5, purchasedAt: '2026-01-01T00:00:00+01:00', tags: ['Red', 'blue'], manual: 'https://x.example/A' },
      { displayName: 'b', serialNumber: 's1', assetTag: 'T1', active: false, ports: 10, weight: 10, purchasedAt: '2025-12-31T23:30:00Z', location: { building: 'HQ', floor: 3 } },
      { displayName: 'c', serialNumber: 'S3', kind: 'Laptop', certificates: [{ value: 'YQ==', type: 'tls', notAfter: '2027-01-01T00:00:00Z' }, { value: 'Yg==', primary: true }], [warrantyUrn]: { contract: 'K' } },
    ];
    ids = new Map();
    for (const body of bodies) {
      const answer = await here.post('/Devices', body);
      if (answer.status !== 201) throw new Error(answer.text);
      ids.set(body.displayName, (answer.body as Shown).id);
    }
  });

  it.each<[string, string]>([
    ['displayName eq "A"', 'a'],
    ['serialNumber eq "S1"', 'a'],
    ['serialNumber eq "s1" or serialNumber eq "S3"', 'bc'],
    ['not (serialNumber eq "S1")', 'bc'],
    ['assetTag eq "t1"', 'b'],
    ['assetTag ne "t1"', 'ac'],
    ['serialNumber sw "S"', 'ac'],
    ['externalId eq "e1"', 'a'],
    ['externalId pr', 'a'],
    ['active eq true', 'a'],
    ['not (active eq true)', 'bc'],
    ['active pr', 'ab'],
    ['ports gt 2', 'b'],
    ['ports ge 2', 'ab'],
    ['weight lt 9.5', 'a'],
    ['purchasedAt lt "2025-12-31T23:15:00Z"', 'a'],
    ['purchasedAt eq "2025-12-31T23:00:00Z"', 'a'],
    ['tags eq "red"', 'a'],
    ['tags co "LU"', 'a'],
    ['manual eq "https://x.example/a"', ''],
    ['manual ew "/A"', 'a'],
    ['kind eq "laptop"', 'c'],
    ['location.building eq "hq" and location.floor eq 3', 'b'],
    ['location pr', 'b'],
    ['certificates[type eq "tls" and notAfter gt "2026-06-01T00:00:00Z"]', 'c'],
    ['certificates[type eq "tls" and primary eq true]', ''],
    ['certificates.value eq "Yg=="', 'c'],
    [`${deviceUrn}:ports eq 10`, 'b'],
    [`${warrantyUrn}:contract eq "K"`, 'c'],
    ['contract eq "k"', ''],
    [`schemas eq "${warrantyUrn}"`, 'c'],
    [`schemas eq "${deviceUrn}"`, 'abc'],
    ['meta.resourceType eq "Device"', 'abc'],
    ['meta.version eq "W/\\"1\\""', 'abc'],
    ['meta.created gt "2020-01-01T00:00:00Z"', 'abc'],
    ['meta.location co "/Devices/"', 'abc'],
  ])('%s', async (filter, names) => {
    expect((await filtered(filter)).join('')).toBe(names);
  });

  it.each(['nothing eq 1', 'ports eq "2"', 'active gt true', 'ports co "1"', 'userName eq "x"', `${deviceUrn}:contract pr`])('%s is refused', async (filter) => {
    const answer = await here.get(`/Devices?filter=${encodeURIComponent(filter)}`);
    expect([answer.status, answer.body]).toMatchObject([400, { scimType: 'invalidFilter' }]);
  });

  it('finds by id and by its address', async () => {
    const id = ids.get('b') ?? '';
    expect(await filtered(`id eq "${id}"`)).toEqual(['b']);
    expect(await filtered(`meta.location eq "${server.url}/Devices/${id}"`)).toEqual(['b']);
  });

  it.each<[string, string]>([
    ['ports', 'abc'],
    ['ports&sortOrder=descending', 'cba'],
    ['weight', 'abc'],
    ['purchasedAt', 'abc'],
    ['serialNumber', 'acb'],
    ['location.floor', 'bac'],
    ['certificates', 'cab'],
    [`${warrantyUrn}:contract`, 'cab'],
    ['tags', 'abc'],
    ['id', 'abc'],
    ['meta.created&sortOrder=descending', 'cba'],
  ])('sorted by %s', async (sortBy, names) => {
    const read = async (page: string) => (await here.get(`/Devices?sortBy=${sortBy}${page}`)).body as { totalResults: number; nextCursor?: string; Resources: Shown[] };
    const whole = await read('');
    expect([whole.totalResults, whole.Resources.map(({ displayName }) => displayName).join('')]).toEqual([3, names]);
    expect((await read('&startIndex=2&count=1')).Resources.map(({ displayName }) => displayName).join('')).toBe(names[1]);
    let walked = '';
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page = await read(`&count=1&cursor=${cursor}`);
      walked += page.Resources.map(({ displayName }) => displayName).join('');
      cursor = page.nextCursor;
    }
    expect(walked).toBe(names);
  });

  it('a search of the root finds devices beside users and groups', async () => {
    const group = await here.post('/Groups', { displayName: 'a' });
    expect(group.status).toBe(201);
    const answer = await here.post('/.search', { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter: 'displayName eq "a" or serialNumber eq "S3"', sortBy: 'displayName' });
    const { Resources } = answer.body as { Resources: Shown[] };
    expect([answer.status, Resources.map(({ meta }) => meta.resourceType).toSorted((one, other) => one.localeCompare(other))]).toEqual([200, ['Device', 'Device', 'Group']]);
  });
});

describe('an other tenant', () => {
  it('neither sees nor touches a device, and may use the same unique values', async () => {
    const stranger = scimClient(server, (await (await server.workspace()).connectionToken()).token);
    const body = newDevice({ assetTag: 'shared', externalId: 'same' });
    const { id } = (await scim.post('/Devices', body)).body as Shown;
    for (const answer of [await stranger.get(`/Devices/${id}`), await stranger.patch(`/Devices/${id}`, { op: 'add', path: 'ports', value: 1 }), await stranger.delete(`/Devices/${id}`)]) expect(answer.status).toBe(404);
    expect((await stranger.get('/Devices')).body).toMatchObject({ totalResults: 0 });
    expect((await stranger.get(`/Devices?filter=${encodeURIComponent('assetTag eq "shared"')}`)).body).toMatchObject({ totalResults: 0 });
    expect((await stranger.post('/Devices', body)).status).toBe(201);
    expect(await found('assetTag eq "SHARED"')).toEqual([id]);
  });

  it('has an externalId for each connection, and one for each type', async () => {
    const second = scimClient(server, (await workspace.connectionToken('second')).token);
    const { id } = await create({ externalId: 'theirs' });
    expect((await second.get(`/Devices/${id}`)).body).not.toHaveProperty('externalId');
    expect((await second.post('/Devices', newDevice({ externalId: 'theirs' }))).status).toBe(201);
    expect((await scim.post('/Groups', { displayName: 'G with externalId', externalId: 'theirs' })).status).toBe(201);
    const again = await scim.post('/Devices', newDevice({ externalId: 'theirs' }));
    expect([again.status, again.body]).toMatchObject([409, { scimType: 'uniqueness' }]);
  });
});

describe('who may', () => {
  it('a member reads and writes none, an owner both, and what is denied is audited', async () => {
    const device = await create();
    const created = await scim.post('/Users', { userName: 'plain@w.example', emails: [{ value: 'plain@w.example' }] });
    const plain = scimClient(server, (await workspace.personToken((created.body as Shown).id)).token);
    const owner = scimClient(server, (await workspace.personToken(workspace.ownerId)).token);
    for (const answer of [await plain.get(`/Devices/${device.id}`), await plain.get('/Devices'), await plain.post('/Devices', newDevice()), await plain.delete(`/Devices/${device.id}`)]) expect(answer.status).toBe(403);
    expect((await owner.patch(`/Devices/${device.id}`, { op: 'add', path: 'ports', value: 1 })).status).toBe(200);
    expect((await owner.get('/Devices?count=1')).status).toBe(200);
    expect(await server.query(`select action from audit_event where workspace_id = $1 and outcome = 'denied' order by id`, [workspace.tenant.workspaceId])).toEqual([{ action: 'resource_create' }, { action: 'resource_delete' }]);
  });
});

describe('discovery', () => {
  it('lists the type with its extension, and its schemas with what the files say', async () => {
    expect((await scim.get('/ResourceTypes/Device')).body).toMatchObject({ endpoint: '/Devices', schema: deviceUrn, schemaExtensions: [{ schema: warrantyUrn, required: false }] });
    const schema = (await scim.get(`/Schemas/${deviceUrn.toUpperCase()}`)).body as { attributes: Record<string, unknown>[] };
    expect(schema.attributes.find(({ name }) => name === 'serialNumber')).toEqual({
      name: 'serialNumber',
      type: 'string',
      multiValued: false,
      description: 'Given by the maker; it never changes.',
      required: true,
      caseExact: true,
      mutability: 'immutable',
      returned: 'default',
      uniqueness: 'server',
    });
    expect((await scim.get('/ResourceTypes')).body).toMatchObject({ totalResults: 3 });
    expect((await scim.get('/Schemas')).body).toMatchObject({ totalResults: 7 });
  });

  it('shows none of it where no file is loaded', async () => {
    const plain = await startForTest();
    const client = scimClient(plain, (await (await plain.workspace()).connectionToken()).token);
    expect((await client.get('/ResourceTypes')).body).toMatchObject({ totalResults: 2 });
    expect((await client.get('/Devices')).status).toBe(404);
    await plain.stop();
  });
});
