// Discovery tells the truth: every attribute that /Schemas lists is created, shown, filtered and changed as its characteristics say.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scimClient, startForTest, type Scim, type StartedServer } from '../support/started-server.ts';

interface Attribute {
  readonly name: string;
  readonly type: string;
  readonly multiValued: boolean;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: string;
  readonly returned: string;
  readonly uniqueness: string;
  readonly description: string;
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
}

interface Described {
  readonly id: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly meta: { readonly location: string; readonly resourceType: string };
}

interface ResourceType {
  readonly id: string;
  readonly endpoint: string;
  readonly schema: string;
  readonly schemaExtensions: readonly { readonly schema: string; readonly required: boolean }[];
}

let service: StartedServer;
let scim: Scim;
let schemas: readonly Described[];
let types: readonly ResourceType[];

beforeAll(async () => {
  service = await startForTest();
  scim = scimClient(service, (await (await service.workspace()).connectionToken()).token);
  schemas = (await scim.get('/Schemas')).body.Resources as Described[];
  types = (await scim.get('/ResourceTypes')).body.Resources as ResourceType[];
});
afterAll(async () => await service.stop());

/** One attribute where a client can write it, with its path and the resource type that has it. */
interface Place {
  readonly type: ResourceType;
  readonly schema: Described;
  readonly extension: boolean;
  readonly attribute: Attribute;
}

function places(): Place[] {
  return types.flatMap((type) =>
    [type.schema, ...type.schemaExtensions.map(({ schema }) => schema)].flatMap((urn) => {
      const schema = schemas.find(({ id }) => id === urn);
      if (schema === undefined) throw new Error(`${urn} is not described`);
      return schema.attributes.map((attribute) => ({ type, schema, extension: urn !== type.schema, attribute }));
    }),
  );
}

const pathOf = ({ schema, extension, attribute }: Place, sub?: Attribute) => `${extension ? `${schema.id}:` : ''}${attribute.name}${sub === undefined ? '' : `.${sub.name}`}`;
const labelOf = (place: Place) => `${place.type.id} ${pathOf(place)}`;

let samples = 0;

/** A value that fits a simple attribute and is unlike any other. */
function sample({ type, canonicalValues }: Attribute): unknown {
  samples += 1;
  switch (type) {
    case 'boolean':
      return samples % 2 === 0;
    case 'integer':
    case 'decimal':
      return samples;
    case 'dateTime':
      return new Date(1_700_000_000_000 + samples).toISOString();
    case 'binary':
      return Buffer.from(`sample ${samples}`).toString('base64');
    case 'reference':
      return `https://x.example/${samples}`;
    default:
      return canonicalValues?.[samples % canonicalValues.length] ?? `Sample ${samples}`;
  }
}

const writable = (attribute: Attribute) => attribute.mutability !== 'readOnly';

function valueOf(attribute: Attribute, memberId: string): unknown {
  if (attribute.type !== 'complex') return sample(attribute);
  const parts = Object.fromEntries((attribute.subAttributes ?? []).filter(writable).map((sub) => [sub.name, sample(sub)]));
  const value = attribute.name === 'members' ? { value: memberId } : parts;
  return attribute.multiValued ? [value] : value;
}

/** A new resource that has just this attribute besides what is required. */
async function createWith({ type, schema, extension, attribute }: Place, value: unknown): Promise<Record<string, unknown> & { id: string }> {
  const core = schemas.find(({ id }) => id === type.schema);
  const required = (core?.attributes ?? []).filter(({ required: needed, mutability }) => needed && mutability !== 'readOnly').map((each) => [each.name, sample(each)] as const);
  const body = { schemas: [type.schema], ...Object.fromEntries(required), ...(extension ? { [schema.id]: { [attribute.name]: value } } : { [attribute.name]: value }) };
  const { status, body: created } = await scim.post(type.endpoint, body);
  expect(status, JSON.stringify(created)).toBe(201);
  return created as Record<string, unknown> & { id: string };
}

async function newMember(): Promise<string> {
  return (await scim.post('/Users', { userName: `member ${(samples += 1)}` })).body.id as string;
}

function shownOf({ schema, extension, attribute }: Place, resource: Record<string, unknown>): unknown {
  const holder = extension ? (resource[schema.id] as Record<string, unknown> | undefined) : resource;
  return holder?.[attribute.name];
}

async function matches(place: Place, filter: string, id: string): Promise<boolean> {
  const { status, body } = await scim.get(`${place.type.endpoint}?filter=${encodeURIComponent(`id eq "${id}" and ${filter}`)}`);
  expect([filter, status, body.detail]).toEqual([filter, 200, undefined]);
  return body.totalResults === 1;
}

const quoted = (value: unknown) => JSON.stringify(value);

describe('every attribute', () => {
  it('is described in full', () => {
    expect(schemas.map(({ name }) => name).toSorted()).toEqual(['EnterpriseUser', 'Group', 'Membership', 'User']);
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
    for (const { attribute } of places()) check(attribute);
    expect(places().length).toBeGreaterThan(30);
  });

  it('that can be written is created, shown, filtered and removed as described', { timeout: 60_000 }, async () => {
    const member = await newMember();
    for (const place of places()) {
      const { attribute, type } = place;
      const value = valueOf(attribute, member);
      if (!writable(attribute)) continue;
      const created = await createWith(place, value);
      const path = `${type.endpoint}/${created.id}`;
      const read = (await scim.get(path)).body as Record<string, unknown>;
      if (attribute.returned === 'never') {
        expect([labelOf(place), shownOf(place, created), shownOf(place, read)]).toEqual([labelOf(place), undefined, undefined]);
        expect((await scim.get(`${type.endpoint}?filter=${encodeURIComponent(`${pathOf(place)} pr`)}`)).body.scimType).toBe('invalidFilter');
        continue;
      }
      const expected = attribute.name === 'members' ? [expect.objectContaining({ value: member })] : value;
      expect([labelOf(place), shownOf(place, created), shownOf(place, read)]).toEqual([labelOf(place), expected, expected]);
      expect([labelOf(place), await matches(place, `${pathOf(place)} pr`, created.id)]).toEqual([labelOf(place), true]);
      await filterEach(place, value, created.id);
      if (attribute.required || attribute.name === 'active') continue;
      const removed = await scim.patch(`${path}?attributes=id,${pathOf(place)}`, { op: 'remove', path: pathOf(place) });
      expect([labelOf(place), removed.status, shownOf(place, removed.body as Record<string, unknown>)]).toEqual([labelOf(place), 200, undefined]);
      expect([labelOf(place), await matches(place, `${pathOf(place)} pr`, created.id)]).toEqual([labelOf(place), false]);
      await scim.patch(path, { op: 'add', path: pathOf(place), value });
      expect([labelOf(place), shownOf(place, (await scim.get(path)).body as Record<string, unknown>)]).toEqual([labelOf(place), expected]);
    }
  });

  it('that is read-only is ignored in bodies and refused in a PATCH', async () => {
    const member = await newMember();
    for (const place of places().filter(({ attribute }) => !writable(attribute))) {
      const created = await createWith(place, valueOf({ ...place.attribute, subAttributes: [] }, member));
      const before = (await scim.get(`${place.type.endpoint}/${created.id}?attributes=${pathOf(place)}`)).body as Record<string, unknown>;
      for (const op of ['add', 'replace', 'remove']) {
        const { status, body } = await scim.patch(`${place.type.endpoint}/${created.id}`, { op, path: pathOf(place), ...(op === 'remove' ? {} : { value: valueOf(place.attribute, member) }) });
        expect([labelOf(place), op, status, body.scimType]).toEqual([labelOf(place), op, 400, 'mutability']);
      }
      expect((await scim.get(`${place.type.endpoint}/${created.id}?attributes=${pathOf(place)}`)).body).toEqual(before);
    }
  });

  it('that is returned on request is shown only then', async () => {
    const asked = places().filter(({ attribute }) => attribute.returned === 'request');
    expect(asked.length).toBeGreaterThan(4);
    const id = await newMember();
    const whole = (await scim.get(`/Users/${id}`)).body as Record<string, unknown>;
    for (const place of asked) expect([labelOf(place), shownOf(place, whole)]).toEqual([labelOf(place), undefined]);
    const shown = (await scim.get(`/Users/${id}?attributes=${asked.map((place) => pathOf(place)).join()}`)).body as Record<string, unknown>;
    expect(asked.filter((place) => shownOf(place, shown) !== undefined).map(({ attribute }) => attribute.name)).toEqual(['status', 'role', 'roleSource', 'seatHeld']);
  });

  it('that is unique is so, in the case that it compares', async () => {
    for (const place of places().filter(({ attribute }) => attribute.uniqueness !== 'none')) {
      const created = await createWith(place, 'Only One');
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
    expect([path, await matches(place, `${path} eq ${quoted(part)}`, id)]).toEqual([path, true]);
    expect([path, await matches(place, `${path} ne ${quoted(part)}`, id)]).toEqual([path, false]);
    if (described.type !== 'string' || typeof part !== 'string' || part.toUpperCase() === part) continue;
    expect([path, await matches(place, `${path} eq ${quoted(part.toUpperCase())}`, id)]).toEqual([path, !described.caseExact]);
    expect([path, await matches(place, `${path} sw ${quoted(part.slice(0, 3))}`, id)]).toEqual([path, true]);
  }
}

describe('the parts of complex attributes', () => {
  it('are written one by one', { timeout: 60_000 }, async () => {
    for (const place of places().filter(({ attribute }) => attribute.type === 'complex' && writable(attribute) && attribute.name !== 'members')) {
      for (const sub of (place.attribute.subAttributes ?? []).filter(writable)) {
        const created = await createWith(place, place.attribute.multiValued ? [{ type: 'first', value: 'v', formatted: 'f' }] : undefined);
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
  it('is what it does', async () => {
    const { body } = await scim.get('/ServiceProviderConfig');
    expect(body).toMatchObject({ patch: { supported: true }, filter: { supported: true }, changePassword: { supported: false } });
    const { maxResults } = body.filter as { maxResults: number };
    const paging = body.pagination as { cursor: boolean; index: boolean; defaultPageSize: number; maxPageSize: number };
    expect([paging.index, maxResults]).toEqual([true, paging.maxPageSize]);
    const bulk = await scim.post('/Bulk', { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations: [] });
    expect([body.bulk.supported, bulk.status]).toEqual([false, 501]);
    const sorted = await scim.get('/Users?sortBy=userName&sortOrder=descending&attributes=userName');
    expect([body.sort.supported, sorted.status]).toEqual([false, 200]);
    const cursor = await scim.get('/Users?cursor');
    expect([paging.cursor, 'nextCursor' in cursor.body]).toEqual([false, false]);
    const { body: user } = await scim.post('/Users', { userName: 'conditional' });
    const conditional = await scim.get(`/Users/${user.id as string}`).set('If-None-Match', String(user.meta.version));
    expect([body.etag.supported, conditional.status]).toEqual([false, 200]);
  });

  it('stands where it says', async () => {
    for (const path of ['/ServiceProviderConfig', ...types.map(({ id }) => `/ResourceTypes/${id}`), ...schemas.map(({ id }) => `/Schemas/${id}`)]) {
      const { status, body } = await scim.get(path);
      expect([path, status, body.meta.location]).toEqual([path, 200, `${service.url}${path}`]);
    }
    for (const { meta } of schemas) expect(meta.resourceType).toBe('Schema');
    for (const { endpoint, schema } of types) expect([(await scim.get(endpoint)).status, schemas.some(({ id }) => id === schema)]).toEqual([200, true]);
  });

  it('takes other spellings of a schema, and lists of the whole alone', async () => {
    const urn = String(schemas[0]?.id);
    expect((await scim.get(`/Schemas/${urn.toUpperCase()}`)).body.id).toBe(urn);
    expect((await scim.get(`/Schemas/${encodeURIComponent(urn)}`)).body.id).toBe(urn);
    for (const path of ['/Schemas', '/ResourceTypes']) {
      const { body } = await scim.get(`${path}?count=1&startIndex=2`);
      expect([body.totalResults, body.itemsPerPage]).toEqual([body.Resources.length, body.Resources.length]);
    }
  });
});
