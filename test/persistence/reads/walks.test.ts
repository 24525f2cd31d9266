// Random workspaces, orders and page sizes: pages by index and walks in both directions agree with a naive model of the documents.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type pg from 'pg';
import { openDatabase, type Database } from '../../../src/persistence/database/pool.ts';
import { createReads } from '../../../src/persistence/reads/reads.ts';
import type { Call } from '../../../src/domain/model/caller.ts';
import type { Boundary, Page, PageCut, Reads } from '../../../src/domain/ports.ts';
import type { Outcome } from '../../../src/domain/refusals.ts';
import type { Filter } from '../../../src/scim/filter/ast.ts';
import { parseFilter, parseFilterForTypes } from '../../../src/scim/filter/parse-filter.ts';
import { groupType } from '../../../src/scim/schema/resource-types.ts';
import { parseSort, parseSortForTypes, type Sort } from '../../../src/scim/sort.ts';
import { gadgetUserType } from '../../scim/filter/gadget-type.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { evaluate, groupFilters, print, userFilters, type Tree } from '../filter/naive-filter.ts';
import { groupDocuments, populations, userDocuments } from '../filter/population.ts';
import { baseUrl, connect, createTenant, idOf, linkSpace, type Tenant } from '../filter/tenant.ts';
import { groupFields, inOrder, userFields, type Field, type Listed } from './naive-order.ts';

let database: TestDatabase;
let client: pg.Client;
let opened: Database;
let reads: Reads<Filter, Sort>;

beforeAll(async () => {
  database = await createDatabase();
  client = await connect(database);
  const times = { connectTimeoutMs: 5_000, statementTimeoutMs: 9_000, queryTimeoutMs: 10_000, lockTimeoutMs: 5_000, idleInTransactionTimeoutMs: 9_000 };
  opened = await openDatabase(database.runtime, { size: 3, ...times });
  reads = createReads(opened.pool, baseUrl);
});

afterAll(async () => {
  await opened?.close();
  await client?.end();
  await database?.drop();
});

const parts = { groups: false, managerName: false, holds: false };
type Ids = Page<{ readonly id: string }>;
type ReadIds = (cut: PageCut) => Promise<Ids>;

/** The caller is the operator, whose externalIds are those without a connection. */
async function callerOf(tenant: Tenant): Promise<Call> {
  for (const table of ['membership_link', 'group_link']) {
    await tenant.query(`update ${table} set link_space = '00000000-0000-0000-0000-000000000000' where link_space = $1`, [linkSpace]);
  }
  const [row] = await tenant.query('select organization_id from workspace');
  const organizationId = String(row?.['organization_id']);
  return { credential: { kind: 'operator', tenant: { workspaceId: tenant.workspaceId, organizationId } }, requestId: 'walks' };
}

function pageIn<T>(found: Outcome<Page<T>>): Page<T> {
  if (!found.ok) throw new Error(found.refusal.detail);
  return found.value;
}

async function walkByIndex(read: ReadIds, limit: number): Promise<string[]> {
  const ids: string[] = [];
  for (let offset = 0; ; offset += limit) {
    const { rows, total } = await read({ limit, offset });
    ids.push(...rows.map(({ id }) => id));
    if (rows.length === 0) {
      expect(ids.length).toBe(total);
      return ids;
    }
  }
}

/** Goes to the end and back again, and says which page each step found. */
async function walkByCursor(read: ReadIds, limit: number): Promise<{ readonly forth: string[][]; readonly back: string[][]; readonly totals: Set<number> }> {
  const [forth, back, totals]: [string[][], string[][], Set<number>] = [[], [], new Set()];
  const step = async (from: Boundary | undefined, pages: string[][]): Promise<Ids> => {
    const page = await read({ limit, offset: 0, walk: { from } });
    pages.push(page.rows.map(({ id }) => id));
    totals.add(page.total);
    return page;
  };
  let page = await step(undefined, forth);
  expect(page.previous).toBeUndefined();
  while (page.next !== undefined) page = await step(page.next, forth);
  while (page.previous !== undefined) page = await step(page.previous, back);
  if (back.length > 0) expect(page.next).toBeDefined();
  return { forth, back, totals };
}

function cut(ids: readonly string[], size: number): string[][] {
  const pages = Array.from({ length: Math.ceil(ids.length / size) }, (_, index) => ids.slice(index * size, (index + 1) * size));
  return pages.length === 0 ? [[]] : pages;
}

async function checkPages(read: ReadIds, expected: readonly string[], limit: number, about: string): Promise<void> {
  expect(await walkByIndex(read, limit), about).toEqual(expected);
  const { forth, back, totals } = await walkByCursor(read, limit);
  expect(forth, about).toEqual(cut(expected, limit));
  expect(back, about).toEqual(cut(expected, limit).slice(0, -1).toReversed());
  expect([...totals], about).toEqual([expected.length]);
}

interface Ask {
  readonly field: Field | undefined;
  readonly descending: boolean;
  readonly limit: number;
  readonly tree: Tree | undefined;
}

function asks(fields: readonly Field[], trees: fc.Arbitrary<Tree>, number: number): fc.Arbitrary<Ask[]> {
  const one = fc.record({
    field: fc.constantFrom(undefined, ...fields),
    descending: fc.boolean(),
    limit: fc.integer({ min: 1, max: 6 }),
    tree: fc.option(trees, { nil: undefined }),
  });
  return fc.array(one, { minLength: number, maxLength: number, size: 'max' });
}

const someIds = fc.nat({ max: 12 }).map(idOf);
const someTexts = fc.constantFrom('a', 'b', 'A', 'work', 'ß');
/** Reports of failures name one list; whole populations would bury it, and the seed brings them back. */
const brief = { [fc.toStringMethod]: () => '…' };

const trials = fc.record({
  population: populations,
  users: asks(userFields, userFilters(someIds, someTexts), 45),
  groups: asks(groupFields, groupFilters(someIds, someTexts), 15),
  both: fc.array(fc.record({ name: fc.constantFrom(undefined, 'displayName', 'id', 'meta.created', 'meta.location', 'userName', 'externalId', 'members'), descending: fc.boolean(), limit: fc.integer({ min: 1, max: 7 }), text: fc.constantFrom(undefined, 'displayName pr', 'userName sw "a"', 'meta.resourceType eq "Group"') }), { minLength: 8, maxLength: 8 }),
}).map((trial) => ({ ...trial, ...brief }));

const runs = Number(process.env['WALK_POPULATIONS'] ?? 5);
const order = (descending: boolean) => (descending ? 'DESCENDING' : 'ascending');
const told = ({ field, descending, limit, tree }: Ask) => JSON.stringify([field?.sortBy, descending, limit, tree && print(tree)]);

describe('random orders', () => {
  it('are those of the documents, by index and by cursor, there and back', async () => {
    const check = fc.asyncProperty(trials, async ({ population, users, groups, both }) => {
      const tenant = await createTenant(client);
      await tenant.addUsers(population.people);
      await tenant.addGroups(population.teams);
      const call = await callerOf(tenant);
      const [people, teams] = [userDocuments(population).map(sortLists), groupDocuments(population).map(sortLists)];
      for (const ask of users) {
        const filter = ask.tree && parseFilter(print(ask.tree), gadgetUserType);
        const sort = parseSort(ask.field?.sortBy, order(ask.descending), gadgetUserType);
        const chosen = people.filter(({ content }) => ask.tree === undefined || evaluate(ask.tree, content));
        const read: ReadIds = async (page) => pageIn(await reads.members(call, { filter, sort, ...page }, parts));
        await checkPages(read, inOrder(chosen, ask.field, ask.descending).map(({ id }) => id), ask.limit, told(ask));
      }
      for (const ask of groups) {
        const filter = ask.tree && parseFilter(print(ask.tree), groupType);
        const sort = parseSort(ask.field?.sortBy, order(ask.descending), groupType);
        const chosen = teams.filter(({ content }) => ask.tree === undefined || evaluate(ask.tree, content));
        const read: ReadIds = async (page) => pageIn(await reads.groups(call, { filter, sort, ...page }, false));
        await checkPages(read, inOrder(chosen, ask.field, ask.descending).map(({ id }) => id), ask.limit, told(ask));
      }
      for (const { name, descending, limit, text } of both) {
        const types = [gadgetUserType, groupType];
        const sorts = parseSortForTypes(name, order(descending), types);
        const filters = text === undefined ? undefined : parseFilterForTypes(text, types);
        const field = [...userFields, ...groupFields].find(({ sortBy }) => sortBy === name);
        const chosen = [...people, ...teams].filter(({ content }) => holds(text, content));
        const kinds = [{ kind: 'member', parts, filter: filters?.[0], sort: sorts?.[0] }, { kind: 'group', members: false, filter: filters?.[1], sort: sorts?.[1] }] as const;
        const read: ReadIds = async (page) => {
          const found = pageIn(await reads.search(call, { kinds, ...page }));
          return { ...found, rows: found.rows.map(({ view }) => view) };
        };
        await checkPages(read, inOrder(chosen, field, descending).map(({ id }) => id), limit, JSON.stringify([name, descending, limit, text]));
      }
    });
    await fc.assert(check, { numRuns: runs, endOnFailure: true });
  }, 20_000 + 6_000 * runs);
});

/** Members, groups and holds are shown in an order of their own. */
function sortLists({ id, content }: Listed): Listed {
  const by = (list: unknown, name: string) => (Array.isArray(list) ? (list as Record<string, unknown>[]).toSorted((left, right) => (String(left[name]) < String(right[name]) ? -1 : 1)) : list);
  const { membership, members, groups, ...rest } = content as { membership?: { holds?: unknown }; members?: unknown; groups?: unknown };
  const known = membership === undefined ? {} : { membership: { ...membership, holds: by(membership.holds, 'source') } };
  return { id, content: { ...rest, ...known, members: by(members, 'value'), groups: by(groups, 'value') } };
}

function holds(text: string | undefined, content: Listed['content']): boolean {
  const { userName, displayName, meta } = content as { userName?: string; displayName?: unknown; meta: { resourceType: string } };
  if (text === undefined) return true;
  if (text === 'displayName pr') return typeof displayName === 'string' && displayName !== '';
  return text.startsWith('userName') ? userName?.normalize('NFC').toLowerCase().startsWith('a') === true : meta.resourceType === 'Group';
}
