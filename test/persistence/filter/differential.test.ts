// Random filters over small random workspaces: the database selects exactly what a naive reading of the documents selects.
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type pg from 'pg';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { evaluate, groupFilters, print, userFilters, type Tree } from './naive-filter.ts';
import { groupDocuments, populations, userDocuments, type Population } from './population.ts';
import { connect, createTenant, idOf } from './tenant.ts';
import { thingDocuments, thingFilters, things, thingType } from './things.ts';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createDatabase();
  client = await connect(database);
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

const ids = fc.oneof(
  fc.nat({ max: 12 }).map(idOf),
  fc.nat({ max: 5 }).map((number) => idOf(100 + number)),
  fc.constantFrom('x', '000', '4', '00000000-0000-4000-8000-abcdef'),
);

/** All texts of a population, whole and in part, so that filters ask for what is there. */
function textsOf(population: Population | readonly unknown[]): fc.Arbitrary<string> {
  const found = new Set<string>();
  JSON.stringify(population, (_, value: unknown) => {
    if (typeof value !== 'string' || value.length >= 12) return value;
    const [letters, upper, split] = [[...value], value.toUpperCase(), value.normalize('NFD')];
    for (const text of [value, upper, split, letters.slice(1).join(''), letters.slice(0, -1).join('')]) if (text !== '') found.add(text);
    return value;
  });
  return fc.constantFrom(...found);
}

const trials = populations.chain((population) => {
  const own = textsOf(population);
  return fc.record({ population: fc.constant({ ...population, ...brief }), users: many(userFilters(ids, own), 75), groups: many(groupFilters(ids, own), 25) });
});

/** Reports of failures name one filter; whole populations would bury it, and the seed brings them back. */
const brief = { [fc.toStringMethod]: () => '…' };

function many(trees: fc.Arbitrary<Tree>, number: number): fc.Arbitrary<{ readonly list: readonly Tree[] }> {
  return fc.array(trees, { minLength: number, maxLength: number, size: 'max' }).map((list) => ({ list, ...brief }));
}

const thingTrials = things.chain((all) => fc.record({ all: fc.constant({ list: all, ...brief }), filters: many(thingFilters(all, textsOf(all)), 75) }));

describe('random filters', () => {
  let [asked, telling] = [0, 0];
  const check = async (trees: readonly Tree[], documents: ReturnType<typeof userDocuments>, select: (filter: string) => Promise<string[]>) => {
    for (const tree of trees) {
      const filter = print(tree);
      const expected = documents.filter(({ content }) => evaluate(tree, content)).map(({ id }) => id);
      expect(await select(filter), filter).toEqual(expected);
      asked += 1;
      if (expected.length > 0 && expected.length < documents.length) telling += 1;
    }
  };
  beforeEach(() => {
    [asked, telling] = [0, 0];
  });
  const populationsTried = { numRuns: Number(process.env['FILTER_POPULATIONS'] ?? 8), endOnFailure: true };

  it('select what the documents say', async () => {
    await fc.assert(
      fc.asyncProperty(trials, async ({ population, users, groups }) => {
        const tenant = await createTenant(client);
        await tenant.addUsers(population.people);
        await tenant.addGroups(population.teams);
        await check(users.list, userDocuments(population), tenant.users);
        await check(groups.list, groupDocuments(population), tenant.groups);
      }),
      populationsTried,
    );
    expect(asked).toBeGreaterThanOrEqual(800);
    expect(telling / asked).toBeGreaterThan(0.3);
  }, 120_000);

  it('select what the documents of an own type say', async () => {
    await fc.assert(
      fc.asyncProperty(thingTrials, async ({ all, filters }) => {
        const tenant = await createTenant(client);
        await tenant.addThings(all.list);
        await check(filters.list, thingDocuments(all.list), async (filter) => await tenant.things(thingType, filter));
      }),
      populationsTried,
    );
    expect(asked).toBeGreaterThanOrEqual(600);
    expect(telling / asked).toBeGreaterThan(0.3);
  }, 120_000);
});
