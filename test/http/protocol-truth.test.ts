// Sorting, projection and changes of every attribute that discovery describes are what its characteristics say.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWith, discover, labelOf, newMember, pathOf, readAlone, shownOf, valueOf, writable, type Attribute, type Discovery, type Place, type Resource } from './described.ts';
import { withExamples } from '../support/example-schemas.ts';
import { scimClient, startForTest, type Scim, type StartedServer } from '../support/started-server.ts';

let service: StartedServer;
let scim: Scim;
let discovery: Discovery;

beforeAll(async () => {
  service = await startForTest(withExamples);
  scim = scimClient(service, (await (await service.workspace()).connectionToken()).token);
  discovery = await discover(scim);
});
afterAll(async () => await service.stop());

const stored = (place: Place): boolean => writable(place.attribute) && place.attribute.returned !== 'never';
const partsOf = ({ attribute }: Place): (Attribute | undefined)[] => (attribute.type === 'complex' ? (attribute.subAttributes ?? []).filter(writable) : [undefined]);

/** The value by which a resource is sorted: that of the only element, where there are several. */
function keyOf(place: Place, sub: Attribute | undefined, resource: Resource): string | number | boolean | undefined {
  const shown = shownOf(place, resource);
  const first: unknown = Array.isArray(shown) ? shown[0] : shown;
  const value = sub === undefined ? first : (first as Record<string, unknown> | undefined)?.[sub.name];
  return value as string | number | boolean | undefined;
}

/** Position of each resource by its key, equal keys having one position; absent keys are greater than all. */
function compareKeys({ caseExact, type }: Attribute, one: string | number | boolean | undefined, other: string | number | boolean | undefined): number {
  if (one === other) return 0;
  if (one === undefined || other === undefined) return one === undefined ? 1 : -1;
  const fold = (key: string | number | boolean) => (typeof key === 'string' && !caseExact && type !== 'dateTime' ? key.toLowerCase() : key);
  return fold(one) < fold(other) ? -1 : fold(one) > fold(other) ? 1 : 0;
}

/** Three resources with values of their own, and one without where the attribute may be absent. */
async function createSeveral(place: Place, member: string): Promise<Resource[]> {
  const made: Resource[] = [];
  for (let n = 0; n < 3; n += 1) made.push(await createWith(scim, discovery, place, valueOf(place.attribute, place.attribute.name === 'members' ? await newMember(scim) : member)));
  if (!place.attribute.required) made.push(await createWith(scim, discovery, place, undefined));
  return made;
}

async function sortedIds(place: Place, path: string, order: string, among: readonly Resource[]): Promise<string[]> {
  const filter = encodeURIComponent(among.map(({ id }) => `id eq "${id}"`).join(' or '));
  const { status, body } = await scim.get(`${place.type.endpoint}?filter=${filter}&sortBy=${path}&sortOrder=${order}&attributes=id`);
  expect([path, order, status, body.detail]).toEqual([path, order, 200, undefined]);
  return (body.Resources as Resource[]).map(({ id }) => id);
}

describe('every attribute', () => {
  it('sorts as its type and case say, without a value last and, descending, first', { timeout: 120_000 }, async () => {
    const member = await newMember(scim);
    for (const place of discovery.places.filter(stored)) {
      const made = await createSeveral(place, member);
      const shown = await Promise.all(made.map(async ({ id }) => await readAlone(scim, place, id)));
      const byId = new Map(shown.map((resource) => [resource.id, resource]));
      for (const sub of partsOf(place)) {
        for (const order of ['ascending', 'descending']) {
          const ids = await sortedIds(place, pathOf(place, sub), order, made);
          const keys = ids.map((id) => keyOf(place, sub, byId.get(id) as Resource));
          const steps = keys.slice(1).map((key, index) => compareKeys(sub ?? place.attribute, keys[index], key));
          const wrong = steps.filter((step) => (order === 'ascending' ? step > 0 : step < 0));
          expect([labelOf(place), sub?.name, order, ids.length, keys, wrong]).toEqual([labelOf(place), sub?.name, order, made.length, keys, []]);
        }
      }
    }
  });

  it('that is never returned can neither sort nor be asked for', async () => {
    for (const place of discovery.places.filter(({ attribute }) => attribute.returned === 'never')) {
      const sorted = await scim.get(`${place.type.endpoint}?sortBy=${pathOf(place)}`);
      expect([labelOf(place), sorted.status, sorted.body.scimType]).toEqual([labelOf(place), 400, 'invalidValue']);
      const created = await createWith(scim, discovery, place, valueOf(place.attribute, ''));
      const { body } = await scim.get(`${place.type.endpoint}/${created.id}?attributes=${pathOf(place)}`);
      expect([labelOf(place), Object.keys(body as object)]).toEqual([labelOf(place), ['schemas', 'id']]);
    }
  });

  it('is shown when asked for and left out when excluded, in every answer, in one spelling or another', { timeout: 60_000 }, async () => {
    const member = await newMember(scim);
    for (const [turn, place] of discovery.places.filter(stored).entries()) {
      const { attribute, type } = place;
      const created = await createWith(scim, discovery, place, valueOf(attribute, member));
      const always = new Set(['schemas', 'id', ...discovery.places.filter((each) => each.type === type && !each.extension && each.attribute.returned === 'always').map((each) => each.attribute.name)]);
      const answers = async (query: string): Promise<Record<string, unknown>[]> => {
        const one = await scim.get(`${type.endpoint}/${created.id}?${query}`);
        const list = await scim.get(`${type.endpoint}?filter=${encodeURIComponent(`id eq "${created.id}"`)}&${query}`);
        const patched = await scim.patch(`${type.endpoint}/${created.id}?${query}`, { op: 'replace', path: 'externalId', value: query });
        expect([labelOf(place), one.status, list.status, patched.status]).toEqual([labelOf(place), 200, 200, 200]);
        return [one.body, (list.body.Resources as unknown[])[0], patched.body] as Record<string, unknown>[];
      };
      const holder = place.extension ? place.schema.id : attribute.name;
      const spellings = [pathOf(place), pathOf(place).toUpperCase(), `${place.schema.id}:${attribute.name}`];
      const [one, other] = [spellings[turn % 3], spellings[(turn + 1) % 3]];
      for (const body of await answers(`attributes=${String(one)}`)) {
        expect([labelOf(place), shownOf(place, body) !== undefined, Object.keys(body).filter((key) => key !== holder && !always.has(key))]).toEqual([labelOf(place), true, []]);
      }
      for (const body of await answers(`excludedAttributes=${String(other)}`)) {
        expect([labelOf(place), shownOf(place, body) !== undefined]).toEqual([labelOf(place), attribute.returned === 'always']);
      }
    }
  });

  it('is replaced, and added to where it has several values', { timeout: 60_000 }, async () => {
    const member = await newMember(scim);
    for (const place of discovery.places.filter((each) => stored(each) && each.attribute.name !== 'active')) {
      const { attribute, type } = place;
      const created = await createWith(scim, discovery, place, valueOf(attribute, member));
      const at = `${type.endpoint}/${created.id}`;
      // Elements of a list come and go whole; a part of a single value that cannot change keeps the value from being replaced.
      const fixed = attribute.mutability === 'immutable' || (!attribute.multiValued && attribute.subAttributes?.some((sub) => sub.mutability === 'immutable') === true);
      const next = valueOf(attribute, await newMember(scim));
      const show = (value: unknown): unknown => (attribute.name === 'members' ? (value as { value: string }[] | undefined)?.map((each) => each.value).toSorted() : value);
      const send = async (op: string): Promise<unknown> => {
        const { status, body } = await scim.patch(`${at}?attributes=${pathOf(place)}`, { op, path: pathOf(place), value: next });
        if (fixed) expect([labelOf(place), op, status, body.scimType]).toEqual([labelOf(place), op, 400, 'mutability']);
        else expect([labelOf(place), op, status]).toEqual([labelOf(place), op, 200]);
        return show(shownOf(place, await readAlone(scim, place, created.id)));
      };
      const before = show(shownOf(place, await readAlone(scim, place, created.id)));
      if (attribute.multiValued && !fixed) {
        const added = (await send('add')) as unknown[];
        expect([labelOf(place), added.length]).toEqual([labelOf(place), 2]);
      }
      expect([labelOf(place), await send('replace')]).toEqual([labelOf(place), fixed ? before : show(next)]);
    }
  });
});
