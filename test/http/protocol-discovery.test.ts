// Discovery tells the truth: every attribute that /Schemas lists is created, shown, filtered and changed as its characteristics say.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWith, discover, labelOf, matches, newMember, pathOf, sample, shownOf, valueOf, writable, type Attribute, type Discovery, type Place } from './described.ts';
import { scimClient, startForTest, type Scim, type StartedServer } from '../support/started-server.ts';

let service: StartedServer;
let scim: Scim;
let discovery: Discovery;
const bulkRequest = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

beforeAll(async () => {
  service = await startForTest();
  scim = scimClient(service, (await (await service.workspace()).connectionToken()).token);
  discovery = await discover(scim);
});
afterAll(async () => await service.stop());

const quoted = (value: unknown) => JSON.stringify(value);

describe('every attribute', () => {
  it('is described in full', () => {
    expect(discovery.schemas.map(({ name }) => name).toSorted()).toEqual(['EnterpriseUser', 'Group', 'Membership', 'User']);
    const check = (attribute: Attribute): void => {
      expect(attribute).toMatchObject({ name: expect.stringMatching(/^[$A-Za-z][\w$-]*$/), description: expect.stringMatching(/.{5}\.$/), multiValued: expect.any(Boolean), required: expect.any(Boolean), caseExact: expect.any(Boolean) });
      expect(['readOnly', 'readWrite', 'immutable', 'writeOnly']).toContain(attribute.mutability);
      expect(['always', 'never', 'default', 'request']).toContain(attribute.returned);
      expect(['none', 'server', 'global']).toContain(attribute.uniqueness);
      expect([attribute.name, attribute.type === 'complex'], attribute.name).toEqual([attribute.name, attribute.subAttributes !== undefined]);
      expect([attribute.name, attribute.type === 'reference']).toEqual([attribute.name, attribute.referenceTypes !== undefined]);
      expect(Object.keys(attribute).filter((key) => ['stored', 'maxLength', 'acceptsNumber'].includes(key))).toEqual([]);
      attribute.subAttributes?.forEach(check);
    };
    for (const { attribute } of discovery.places) check(attribute);
    expect(discovery.places.length).toBeGreaterThan(30);
  });

  it('that can be written is created, shown, filtered and removed as described', { timeout: 60_000 }, async () => {
    const member = await newMember(scim);
    for (const place of discovery.places) {
      const { attribute, type } = place;
      const value = valueOf(attribute, member);
      if (!writable(attribute)) continue;
      const created = await createWith(scim, discovery, place, value);
      const path = `${type.endpoint}/${created.id}`;
      const read = (await scim.get(path)).body as Record<string, unknown>;
      if (attribute.returned === 'never') {
        expect([labelOf(place), shownOf(place, created), shownOf(place, read)]).toEqual([labelOf(place), undefined, undefined]);
        expect((await scim.get(`${type.endpoint}?filter=${encodeURIComponent(`${pathOf(place)} pr`)}`)).body.scimType).toBe('invalidFilter');
        continue;
      }
      const expected = attribute.name === 'members' ? [expect.objectContaining({ value: member })] : value;
      expect([labelOf(place), shownOf(place, created), shownOf(place, read)]).toEqual([labelOf(place), expected, expected]);
      expect([labelOf(place), await matches(scim, place, `${pathOf(place)} pr`, created.id)]).toEqual([labelOf(place), true]);
      await filterEach(place, value, created.id);
      if (attribute.required || attribute.name === 'active') continue;
      const removed = await scim.patch(`${path}?attributes=id,${pathOf(place)}`, { op: 'remove', path: pathOf(place) });
      expect([labelOf(place), removed.status, shownOf(place, removed.body as Record<string, unknown>)]).toEqual([labelOf(place), 200, undefined]);
      expect([labelOf(place), await matches(scim, place, `${pathOf(place)} pr`, created.id)]).toEqual([labelOf(place), false]);
      await scim.patch(path, { op: 'add', path: pathOf(place), value });
      expect([labelOf(place), shownOf(place, (await scim.get(path)).body as Record<string, unknown>)]).toEqual([labelOf(place), expected]);
    }
  });

  it('that is read-only is ignored in bodies and refused in a PATCH', async () => {
    const member = await newMember(scim);
    for (const place of discovery.places.filter(({ attribute }) => !writable(attribute))) {
      const created = await createWith(scim, discovery, place, valueOf({ ...place.attribute, subAttributes: [] }, member));
      const before = (await scim.get(`${place.type.endpoint}/${created.id}?attributes=${pathOf(place)}`)).body as Record<string, unknown>;
      for (const op of ['add', 'replace', 'remove']) {
        const { status, body } = await scim.patch(`${place.type.endpoint}/${created.id}`, { op, path: pathOf(place), ...(op === 'remove' ? {} : { value: valueOf(place.attribute, member) }) });
        expect([labelOf(place), op, status, body.scimType]).toEqual([labelOf(place), op, 400, 'mutability']);
      }
      expect((await scim.get(`${place.type.endpoint}/${created.id}?attributes=${pathOf(place)}`)).body).toEqual(before);
    }
  });

  it('that is returned on request is shown only then', async () => {
    const asked = discovery.places.filter(({ attribute }) => attribute.returned === 'request');
    expect(asked.length).toBeGreaterThan(4);
    const id = await newMember(scim);
    const whole = (await scim.get(`/Users/${id}`)).body as Record<string, unknown>;
    for (const place of asked) expect([labelOf(place), shownOf(place, whole)]).toEqual([labelOf(place), undefined]);
    const shown = (await scim.get(`/Users/${id}?attributes=${asked.map((place) => pathOf(place)).join()}`)).body as Record<string, unknown>;
    expect(asked.filter((place) => shownOf(place, shown) !== undefined).map(({ attribute }) => attribute.name)).toEqual(['status', 'role', 'roleSource', 'seatHeld']);
  });

  it('that is unique is so, in the case that it compares', async () => {
    for (const place of discovery.places.filter(({ attribute }) => attribute.uniqueness !== 'none')) {
      const created = await createWith(scim, discovery, place, 'Only One');
      const again = await scim.post(place.type.endpoint, { [place.attribute.name]: 'ONLY ONE' });
      expect([labelOf(place), again.status, again.body.scimType]).toEqual([labelOf(place), 409, 'uniqueness']);
      await scim.delete(`${place.type.endpoint}/${created.id}`);
    }
  });
});

/** Compares each simple part with its value, in its own case and in another one. */
async function filterEach(place: Place, value: unknown, id: string): Promise<void> {
  const { attribute } = place;
  const first: unknown = Array.isArray(value) ? value[0] : value;
  const parts = attribute.type === 'complex' ? (attribute.subAttributes ?? []).filter(writable) : [undefined];
  for (const sub of parts) {
    const described = sub ?? attribute;
    const part = sub === undefined ? first : (first as Record<string, unknown>)[sub.name];
    if (part === undefined) continue;
    const path = pathOf(place, sub);
    expect([path, await matches(scim, place, `${path} eq ${quoted(part)}`, id)]).toEqual([path, true]);
    expect([path, await matches(scim, place, `${path} ne ${quoted(part)}`, id)]).toEqual([path, false]);
    if (described.type !== 'string' || typeof part !== 'string' || part.toUpperCase() === part) continue;
    expect([path, await matches(scim, place, `${path} eq ${quoted(part.toUpperCase())}`, id)]).toEqual([path, !described.caseExact]);
    expect([path, await matches(scim, place, `${path} sw ${quoted(part.slice(0, 3))}`, id)]).toEqual([path, true]);
  }
}

describe('the parts of complex attributes', () => {
  it('are written one by one', { timeout: 60_000 }, async () => {
    for (const place of discovery.places.filter(({ attribute }) => attribute.type === 'complex' && writable(attribute) && attribute.name !== 'members')) {
      for (const sub of (place.attribute.subAttributes ?? []).filter(writable)) {
        const created = await createWith(scim, discovery, place, place.attribute.multiValued ? [{ type: 'first', value: 'v', formatted: 'f' }] : undefined);
        const value = sample(sub);
        const path = place.attribute.multiValued ? `${pathOf(place)}[type eq "first"].${sub.name}` : pathOf(place, sub);
        const { status, body } = await scim.patch(`${place.type.endpoint}/${created.id}`, { op: 'replace', path, value });
        const shown = shownOf(place, body as Record<string, unknown>);
        const element = (Array.isArray(shown) ? (shown[0] as unknown) : shown) as Record<string, unknown> | undefined;
        expect([path, status, element?.[sub.name]]).toEqual([path, 200, value]);
      }
    }
  });
});

describe('what the server says of itself', () => {
  it('is complete', async () => {
    const { body } = await scim.get('/ServiceProviderConfig').expect(200);
    expect(Object.keys(body as object)).toEqual(['schemas', 'patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag', 'pagination', 'securityEvents', 'authenticationSchemes', 'meta']);
    expect(body).toMatchObject({ patch: { supported: true }, filter: { supported: true }, changePassword: { supported: false }, sort: { supported: true }, etag: { supported: true } });
    expect(body.pagination).toMatchObject({ cursor: true, index: true, defaultPaginationMethod: 'index' });
  });

  it('limits pages where it says', async () => {
    const { body } = await scim.get('/ServiceProviderConfig');
    const paging = body.pagination as { defaultPageSize: number; maxPageSize: number };
    expect((body.filter as { maxResults: number }).maxResults).toBe(paging.maxPageSize);
    for (let n = 0; n < paging.maxPageSize; n += 100) {
      const Operations = Array.from({ length: 100 }, (_, at) => ({ method: 'POST', path: '/Groups', bulkId: `g${at}`, data: { displayName: `Page ${n + at}` } }));
      await scim.post('/Bulk', { schemas: [bulkRequest], Operations }).expect(200);
    }
    const sizeOf = async (query: string) => ((await scim.get(`/Groups?attributes=id&${query}`).expect(200)).body.Resources as unknown[]).length;
    expect([await sizeOf(''), await sizeOf('cursor')]).toEqual([paging.defaultPageSize, paging.defaultPageSize]);
    await scim.post('/Groups', { displayName: 'One more' }).expect(201);
    expect([await sizeOf('count=100000'), await sizeOf('cursor&count=100000')]).toEqual([paging.maxPageSize, paging.maxPageSize]);
  });

  it('limits bulk requests where it says', async () => {
    const { maxOperations, maxPayloadSize } = (await scim.get('/ServiceProviderConfig')).body.bulk as { maxOperations: number; maxPayloadSize: number };
    const requestOf = (operations: number) => ({ schemas: [bulkRequest], failOnErrors: 1, Operations: Array.from({ length: operations }, () => ({ method: 'DELETE', path: '/Groups/none' })) });
    await scim.post('/Bulk', requestOf(maxOperations)).expect(200);
    await scim.post('/Bulk', requestOf(maxOperations + 1)).expect(413);
    const padded = (bytes: number) => ({ ...requestOf(1), padding: 'x'.repeat(bytes - JSON.stringify({ ...requestOf(1), padding: '' }).length) });
    await scim.post('/Bulk', padded(maxPayloadSize)).expect(200);
    await scim.post('/Bulk', padded(maxPayloadSize + 1)).expect(413);
  });

  it('compares versions', async () => {
    const { body: user } = await scim.post('/Users', { userName: 'conditional' });
    const path = `/Users/${user.id as string}`;
    await scim.get(path).set('If-None-Match', String(user.meta.version)).expect(304);
    await scim.delete(path).set('If-Match', 'W/"7"').expect(412);
    await scim.delete(path).set('If-Match', String(user.meta.version)).expect(204);
  });

  it('changes no password', async () => {
    const { body: user } = await scim.post('/Users', { userName: 'secretive', password: 'one' });
    const { status, body } = await scim.patch(`/Users/${user.id as string}`, { op: 'replace', path: 'password', value: 'two' });
    expect([status, body.meta.version]).toEqual([200, user.meta.version]);
    await scim.post('/Users', { userName: 'wrong', password: 7 }).expect(400);
  });

  it('stands where it says', async () => {
    for (const path of ['/ServiceProviderConfig', ...discovery.types.map(({ id }) => `/ResourceTypes/${id}`), ...discovery.schemas.map(({ id }) => `/Schemas/${id}`)]) {
      const { status, body } = await scim.get(path);
      expect([path, status, body.meta.location]).toEqual([path, 200, `${service.url}${path}`]);
    }
    for (const { meta } of discovery.schemas) expect(meta.resourceType).toBe('Schema');
    for (const { endpoint, schema } of discovery.types) expect([(await scim.get(endpoint)).status, discovery.schemas.some(({ id }) => id === schema)]).toEqual([200, true]);
  });

  it('takes other spellings of a schema, and lists of the whole alone', async () => {
    const urn = String(discovery.schemas[0]?.id);
    expect((await scim.get(`/Schemas/${urn.toUpperCase()}`)).body.id).toBe(urn);
    expect((await scim.get(`/Schemas/${encodeURIComponent(urn)}`)).body.id).toBe(urn);
    for (const path of ['/Schemas', '/ResourceTypes']) {
      const { body } = await scim.get(`${path}?count=1&startIndex=2`);
      expect([body.totalResults, body.itemsPerPage]).toEqual([body.Resources.length, body.Resources.length]);
    }
  });
});
