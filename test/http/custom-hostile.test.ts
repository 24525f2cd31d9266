// What many at once and hostile requests do to resources of the operator's types.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deviceUrn, newDevice, warrantyUrn, withExamples } from '../support/example-schemas.ts';
import { scimClient, startForTest, type Scim, type StartedServer } from '../support/started-server.ts';

let server: StartedServer;
let scim: Scim;

beforeAll(async () => {
  server = await startForTest(withExamples);
  scim = scimClient(server, (await (await server.workspace()).connectionToken()).token);
});

afterAll(async () => await server.stop());

async function create(more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  return ((await scim.post('/Devices', newDevice(more))).body as { id: string }).id;
}

it('twenty changes at once lose nothing', async () => {
  for (let round = 0; round < 5; round += 1) {
    const id = await create();
    const tags = Array.from({ length: 20 }, (_, index) => `tag ${index}`);
    const answers = await Promise.all(tags.map(async (tag) => await scim.patch(`/Devices/${id}`, { op: 'add', path: 'tags', value: [tag] })));
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const { body } = await scim.get(`/Devices/${id}`);
    expect(new Set((body as { tags: string[] }).tags)).toEqual(new Set(tags));
    expect(body).toMatchObject({ meta: { version: 'W/"21"' } });
  }
});

it('of many changes for one version one is made', async () => {
  for (let round = 0; round < 20; round += 1) {
    const id = await create();
    const answers = await Promise.all(Array.from({ length: 6 }, async (_, index) => await scim.patch(`/Devices/${id}`, { op: 'replace', path: 'ports', value: index }).set('If-Match', 'W/"1"')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(5);
  }
});

it('no request makes it fail, and a refused one changes nothing', async () => {
  const id = await create({ tags: ['a'], certificates: [{ value: 'YQ==', type: 'tls' }], [warrantyUrn]: { contract: 'C' } });
  const names = ['displayName', 'serialNumber', 'active', 'ports', 'weight', 'purchasedAt', 'manual', 'tags', 'lastSeen', 'unlockCode', 'notes', 'certificates', 'location', 'meta', 'id', 'schemas', 'externalId', warrantyUrn, `${warrantyUrn}:contract`, `${deviceUrn}:ports`];
  const paths = fc.oneof(
    fc.constantFrom(...names, ...names.map((name) => `${name}.value`), 'certificates[type eq "tls"].notAfter', 'certificates[value pr]', 'tags[value eq "a"]', 'location.site', 'constructor', '__proto__.x', `${warrantyUrn}:`),
    fc.string({ maxLength: 30 }),
  );
  const values = fc.oneof(fc.json({ maxDepth: 3 }).map((written) => JSON.parse(written) as unknown), fc.constantFrom<unknown>('', null, [], {}, true, -0, 1e308, '2026-01-01T00:00:00Z', [{ value: 'Yg==', primary: true }], { contract: null }, { floor: 1 }));
  const bodies = fc.oneof(fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 12 })), values, { maxKeys: 6 }), values);
  const requests = fc.oneof(
    fc.array(fc.record({ op: fc.constantFrom('add', 'replace', 'remove', 'Add'), path: paths, value: values }, { requiredKeys: ['op'] }), { minLength: 1, maxLength: 4 }).map((operations) => async () => await scim.patch(`/Devices/${id}`, ...operations)),
    bodies.map((body) => async () => await scim.put(`/Devices/${id}`, body)),
    fc.tuple(paths, fc.constantFrom('eq', 'ne', 'co', 'gt', 'pr'), values).map(([path, operator, value]) => async () => await scim.get(`/Devices?filter=${encodeURIComponent(`${path} ${operator} ${JSON.stringify(value)}`)}&sortBy=${encodeURIComponent(path)}`)),
  );
  const state = async () => (await server.query('select version, profile from scim_resource where id = $1', [id]))[0];
  const property = fc.asyncProperty(requests, async (send) => {
    const before = await state();
    const { status, text } = await send();
    expect([status < 500, text]).toEqual([true, text]);
    if (status >= 400) expect(await state()).toEqual(before);
  });
  await fc.assert(property, { numRuns: 400 });
  expect((await scim.get(`/Devices/${id}`)).status).toBe(200);
});
