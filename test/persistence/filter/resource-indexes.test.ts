// Lists of resources of the operator's types: what clients match on is found through an index, and a page does not read the type.
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../../config/settings.ts';
import { loadResourceTypes } from '../../../src/cli/load-resource-types.ts';
import { resourcePage } from '../../../src/persistence/reads/list-statements.ts';
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { deviceUrn, withExamples } from '../../support/example-schemas.ts';
import { analyse, type PlanNode } from '../plan-node.ts';
import { connect, createTenant, linkSpace, type Tenant } from './tenant.ts';

const devices = 5_000;
const device = loadResourceTypes(loadSettings(withExamples)).find(({ name }) => name === 'Device');

let database: TestDatabase;
let client: pg.Client;
let tenant: Tenant;
let someone: string;

beforeAll(async () => {
  database = await createDatabase();
  client = await connect(database);
  for (let count = 0; count < 2; count += 1) {
    tenant = await createTenant(client);
    await fill(tenant);
  }
  await analyse(database);
  someone = String((await tenant.query(`select id from scim_resource where profile ->> 'serialNumber' = 'S77'`))[0]?.['id']);
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

/** Devices, and half as many resources of another type with the same externalIds. */
async function fill({ query, workspaceId }: Tenant): Promise<void> {
  const rows = (type: string, size: number) => `insert into scim_resource (workspace_id, id, resource_type, profile)
    select '${workspaceId}', gen_random_uuid(), '${type}', jsonb_build_object('displayName', 'D' || n, 'serialNumber', 'S' || n) from generate_series(1, ${size}) n`;
  await query(rows('Device', devices));
  await query(rows('Other', devices / 2));
  await query(`insert into resource_link (workspace_id, resource_id, link_space, resource_type, external_id)
    select workspace_id, id, '${linkSpace}', resource_type, 'X-' || (profile ->> 'serialNumber') from scim_resource`);
  await query(`insert into unique_value select workspace_id, resource_type, '${deviceUrn}:serialNumber', profile ->> 'serialNumber', id from scim_resource`);
}

async function explain(filter: string | undefined): Promise<{ indexes: Set<string>; rows: number; found: number }> {
  if (device === undefined) throw new Error('the examples have a Device');
  const indexes = new Set<string>();
  let rows = 0;
  const visit = (node: PlanNode): void => {
    const name = node['Node Type'];
    if (name.endsWith('Scan') && name !== 'Bitmap Index Scan') rows += (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
    if (node['Index Name'] !== undefined) indexes.add(node['Index Name']);
    node.Plans?.forEach(visit);
  };
  const query = { filter: filter === undefined ? undefined : parseFilter(filter, device), offset: 0, limit: 20 };
  const statements = resourcePage(query, { workspaceId: tenant.workspaceId, linkSpace }, device);
  const listed = filter === undefined ? [statements.rows] : [statements.rows, statements.count];
  for (const { text, values } of listed) {
    const [row = {}] = await tenant.query(`explain (analyze, format json) ${text}`, values);
    for (const { Plan } of row['QUERY PLAN'] as { Plan: PlanNode }[]) visit(Plan);
  }
  return { indexes, rows, found: (await tenant.query(statements.rows.text, statements.rows.values)).length };
}

describe('a list of devices', () => {
  it.each<[string, () => string, string, number]>([
    ['externalId', () => 'externalId eq "X-S77"', 'resource_link_external_id', 1],
    ['a unique attribute', () => 'serialNumber eq "S77"', 'unique_value_pkey', 1],
    ['a unique attribute by its URN, or another', () => `${deviceUrn}:serialNumber eq "S77" or externalId eq "X-S78"`, 'unique_value_pkey', 2],
    ['the id', () => `id eq "${someone}"`, '', 1],
  ])('by %s looks at few rows', async (_, filter, index, count) => {
    const { indexes, rows, found } = await explain(filter());
    if (index !== '') expect([...indexes]).toContain(index);
    expect(rows).toBeLessThan(50);
    expect(found).toBe(count);
  });

  it('without a filter reads its page', async () => {
    const { indexes, rows, found } = await explain(undefined);
    expect([...indexes]).toContain('scim_resource_page');
    expect([found, rows < 120]).toEqual([20, true]);
  });

  it('by any other attribute reads the devices of the tenant, and no other resources', async () => {
    const { rows } = await explain('displayName eq "D77"');
    expect(rows).toBeGreaterThanOrEqual(devices);
    expect(rows).toBeLessThan(3 * devices);
  });
});
