// Pages by cursor, and sorted pages of what has an index, read their page and not the tenant, whichever plan PostgreSQL keeps.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import type { Boundary, PageCut } from '../../../src/domain/ports.ts';
import { toParameter } from '../../../src/persistence/database/parameter.ts';
import type { Statement } from '../../../src/persistence/database/batch.ts';
import { groupPage, memberPage, searchPage, type PageStatements } from '../../../src/persistence/reads/list-statements.ts';
import { groupType, userType } from '../../../src/scim/schema/resource-types.ts';
import { parseSort, parseSortForTypes } from '../../../src/scim/sort.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { analyse, type PlanNode } from '../plan-node.ts';
import { connect, createTenant, linkSpace, type Tenant } from '../filter/tenant.ts';

const people = 4_000;
const teams = 2_000;
const limit = 100;

let database: TestDatabase;
let client: pg.Client;
let tenant: Tenant;
let middle: { readonly user: string; readonly group: string };

beforeAll(async () => {
  database = await createDatabase();
  client = await connect(database);
  await fill(await createTenant(client));
  tenant = await createTenant(client);
  await fill(tenant);
  await analyse(database);
  middle = { user: await idOf('membership', people), group: await idOf('scim_group', teams) };
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

async function fill({ query, workspaceId }: Tenant): Promise<void> {
  const organization = `(select organization_id from workspace where id = '${workspaceId}')`;
  await query(`insert into user_account (organization_id, id, email_key) select ${organization}, gen_random_uuid(), 'n' || n from generate_series(1, ${people}) n`);
  await query(`insert into membership (workspace_id, id, organization_id, account_id, user_name, user_name_key, profile, status, base_role, role)
    select '${workspaceId}', gen_random_uuid(), organization_id, id, email_key, email_key, jsonb_build_object('title', email_key), 'active', 'member', 'member' from user_account where email_key is not null`);
  await query(`insert into scim_group (workspace_id, id, display_name, display_name_key) select '${workspaceId}', gen_random_uuid(), 'Team ' || n, 'team ' || n from generate_series(1, ${teams}) n`);
}

async function idOf(table: string, size: number): Promise<string> {
  return String((await tenant.query(`select id from ${table} order by id offset ${size / 2} limit 1`))[0]?.['id']);
}

/** How many rows the scans of a statement look at, with a plan for its values or one for all. */
async function rowsRead({ text, values }: Statement, mode: 'force_custom_plan' | 'force_generic_plan'): Promise<number> {
  const visit = (node: PlanNode): number => {
    const own = /Scan/.test(node['Node Type']) && node['Node Type'] !== 'Subquery Scan' ? (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'] : 0;
    return (node.Plans ?? []).reduce((sum, each) => sum + visit(each), own);
  };
  const given = values.map((value) => pg.escapeLiteral(toParameter(value) ?? '')).join(', ');
  await client.query(`deallocate all`);
  await client.query(`set plan_cache_mode = ${mode}`);
  await client.query(`prepare page as ${text}`);
  const [row] = await tenant.query(`explain (analyze, format json) execute page (${given})`);
  const plans = (row?.['QUERY PLAN'] ?? []) as { Plan: PlanNode }[];
  return plans.reduce((sum, { Plan }) => sum + visit(Plan), 0);
}

const parts = { groups: false, managerName: false, holds: false };
const scope = () => ({ workspaceId: tenant.workspaceId, linkSpace, baseUrl: 'https://usher.example/scim/v2' });
const from = (direction: Boundary['direction'], key: string | null, id: string): PageCut => ({ limit, offset: 0, walk: { from: { direction, inclusive: false, key, id } } });
const users = (cut: PageCut, sortBy?: string, sortOrder?: string) => memberPage({ filter: undefined, sort: parseSort(sortBy, sortOrder, userType), ...cut }, scope(), parts);
const groups = (cut: PageCut, sortBy?: string, sortOrder?: string) => groupPage({ filter: undefined, sort: parseSort(sortBy, sortOrder, groupType), ...cut }, scope(), false);
const everything = (cut: PageCut, sortBy?: string) => {
  const sorts = parseSortForTypes(sortBy, 'ascending', [userType, groupType]);
  return searchPage({ kinds: [{ kind: 'member', parts, filter: undefined, sort: sorts?.[0] }, { kind: 'group', members: false, filter: undefined, sort: sorts?.[1] }], ...cut }, scope());
};
const first: PageCut = { limit, offset: 0, walk: { from: undefined } };
const byIndex: PageCut = { limit, offset: 0 };

const pages: [string, () => PageStatements][] = [
  ['users, first by index', () => users(byIndex)],
  ['users, first by cursor', () => users(first)],
  ['users, onward', () => users(from('forward', null, middle.user))],
  ['users, back', () => users(from('backward', null, middle.user))],
  ['users by userName, first by index', () => users(byIndex, 'userName')],
  ['users by userName, descending', () => users(byIndex, 'userName', 'descending')],
  ['users by userName, onward', () => users(from('forward', 'n2', middle.user), 'userName')],
  ['users by userName, back', () => users(from('backward', 'n2', middle.user), 'userName')],
  ['users by userName, descending, onward', () => users(from('forward', 'n2', middle.user), 'userName', 'descending')],
  ['users by id, onward', () => users(from('forward', middle.user, middle.user), 'id')],
  ['groups, onward', () => groups(from('forward', null, middle.group))],
  ['groups by displayName, first by index', () => groups(byIndex, 'displayName')],
  ['groups by displayName, onward', () => groups(from('forward', 'team 2', middle.group), 'displayName')],
  ['groups by displayName, back', () => groups(from('backward', 'team 2', middle.group), 'displayName')],
  ['everything, first by index', () => everything(byIndex)],
  ['everything, onward', () => everything(from('forward', null, middle.user))],
  ['everything, back', () => everything(from('backward', null, middle.user))],
];

describe.each(['force_custom_plan', 'force_generic_plan'] as const)('%s', (mode) => {
  it.each(pages)('%s', async (_, statements) => {
    const { rows, behind } = statements();
    const read = await rowsRead(rows, mode);
    expect(read).toBeGreaterThanOrEqual(limit);
    expect(read).toBeLessThan(6 * limit);
    if (behind !== undefined) expect(await rowsRead(behind, mode)).toBeLessThan(10);
  });

  it('would show it: a sort without an index reads the tenant', async () => {
    expect(await rowsRead(users(byIndex, 'title').rows, mode)).toBeGreaterThanOrEqual(people);
  });
});
