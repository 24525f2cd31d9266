// Filters that clients send all day stay indexed under forced row-level security, in a tenant of thousands next to others.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type pg from 'pg';
import { compileFilter } from '../../../src/persistence/filter/compile-filter.ts';
import { parameterList } from '../../../src/persistence/filter/parameters.ts';
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import { groupType, userType } from '../../../src/scim/schema/resource-types.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { analyse, type PlanNode } from '../plan-node.ts';
import { connect, createTenant, linkSpace, type Tenant } from './tenant.ts';

const people = 5_000;
const peopleElsewhere = 1_500;
const teams = 1_000;

let database: TestDatabase;
let client: pg.Client;
let tenant: Tenant;
let someone: string;
let someTeam: string;

beforeAll(async () => {
  database = await createDatabase();
  client = await connect(database);
  await fill(await createTenant(client), peopleElsewhere);
  tenant = await createTenant(client);
  await fill(tenant, people);
  await fill(await createTenant(client), peopleElsewhere);
  await analyse(database);
  someone = String((await tenant.query(`select id from membership where user_name_key = 'person77@example.com'`))[0]?.['id']);
  someTeam = String((await tenant.query(`select id from scim_group where display_name_key = 'team 77'`))[0]?.['id']);
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

/** Memberships with one account each, e-mails and links; groups of 10 with links. */
async function fill({ query, workspaceId }: Tenant, size: number): Promise<void> {
  const organization = `(select organization_id from workspace where id = '${workspaceId}')`;
  await query(`insert into user_account (organization_id, id, email_key) select ${organization}, gen_random_uuid(), 'n' || n from generate_series(1, ${size}) n`);
  await query(`insert into membership (workspace_id, id, organization_id, account_id, user_name, user_name_key, profile, status, base_role, role)
    select '${workspaceId}', gen_random_uuid(), organization_id, id, 'Person' || n || '@Example.com', 'person' || n || '@example.com',
      jsonb_build_object('title', 'Engineer', 'emails', jsonb_build_array(jsonb_build_object('value', 'Mail' || n || '@example.com', 'type', 'work'))), 'active', 'member', 'member'
    from (select *, substr(email_key, 2) as n from user_account where email_key is not null) a`);
  await query(`insert into membership_email select workspace_id, id, 1, profile #>> '{emails,0,value}', lower(profile #>> '{emails,0,value}'), 'work', null, false from membership`);
  await query(`insert into membership_link select workspace_id, id, '${linkSpace}', 'X-' || user_name_key from membership`);
  await query(`insert into scim_group (workspace_id, id, display_name, display_name_key) select '${workspaceId}', gen_random_uuid(), 'Team ' || n, 'team ' || n from generate_series(1, ${teams}) n`);
  await query(`insert into group_link select workspace_id, id, '${linkSpace}', 'X-' || display_name_key from scim_group`);
  await query(`insert into group_member select workspace_id, g.id, m.id, 'User' from (select *, row_number() over () as n from scim_group) g
    join (select id, row_number() over () as n from membership) m on m.n % ${teams} = g.n % ${teams} or (m.n + 7) % ${teams} = g.n % ${teams}`);
}

/** What a filter's page and its count touch: the indexes, and the rows that their scans look at. */
async function explain(filter: string, target: 'User' | 'Group'): Promise<{ indexes: Set<string>; scans: Set<string>; rows: number }> {
  const found = { indexes: new Set<string>(), scans: new Set<string>(), rows: 0 };
  const visit = (node: PlanNode): void => {
    const name = node['Node Type'];
    if (name.endsWith('Scan') && name !== 'Bitmap Index Scan' && name !== 'Function Scan') {
      found.scans.add(name);
      found.rows += (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
    }
    if (node['Index Name'] !== undefined) found.indexes.add(node['Index Name']);
    node.Plans?.forEach(visit);
  };
  const [alias, table, live] = target === 'User' ? ['m', 'membership', 'and m.deleted_at is null'] : ['g', 'scim_group', ''];
  for (const shape of ['page', 'count']) {
    const parameters = parameterList([tenant.workspaceId]);
    const condition = compileFilter(parseFilter(filter, target === 'User' ? userType : groupType), target, { linkSpace }, parameters);
    const where = `from ${table} ${alias} where ${alias}.workspace_id = $1 ${live} and ${condition}`;
    const text = shape === 'page' ? `select ${alias}.* ${where} order by ${alias}.workspace_id, ${alias}.id limit 100` : `select count(*) ${where}`;
    const [row = {}] = await tenant.query(`explain (analyze, format json) ${text}`, parameters.values);
    for (const { Plan } of row['QUERY PLAN'] as { Plan: PlanNode }[]) visit(Plan);
  }
  return found;
}

describe('indexes', () => {
  const served: ['User' | 'Group', string, () => string, string][] = [
    ['User', 'userName eq', () => 'userName eq "PERSON77@example.com"', 'membership_user_name_live'],
    ['User', 'userName sw', () => 'userName sw "PERSON77@"', 'membership_user_name_live'],
    ['User', 'externalId eq', () => 'externalId eq "X-person77@example.com"', 'membership_link_external_id'],
    ['User', 'emails.value eq', () => 'emails.value eq "MAIL77@example.com"', 'membership_email_value'],
    ['User', 'emails eq', () => 'emails eq "mail77@example.com"', 'membership_email_value'],
    ['User', 'a correlated value path', () => 'emails[type eq "work" and value eq "mail77@example.com"]', 'membership_email_value'],
    ['User', 'the form of Entra', () => 'emails[type eq "work"].value eq "mail77@example.com"', 'membership_email_value'],
    ['User', 'id eq', () => `id eq "${someone}"`, ''],
    ['User', 'meta.location eq', () => `meta.location eq "/Users/${someone}"`, ''],
    ['User', 'or of three', () => 'userName eq "x" or emails.value eq "mail77@example.com" or externalId eq "X-person77@example.com"', 'membership_email_value'],
    ['User', 'groups.value eq', () => `groups.value eq "${someTeam}"`, ''],
    ['User', 'groups.display eq', () => 'groups.display eq "TEAM 77"', 'scim_group_display_name'],
    ['Group', 'displayName eq', () => 'displayName eq "TEAM 77"', 'scim_group_display_name'],
    ['Group', 'displayName sw', () => 'displayName sw "TEAM 777"', 'scim_group_display_name'],
    ['Group', 'externalId eq', () => 'externalId eq "X-team 77"', 'group_link_external_id'],
    ['Group', 'id eq', () => `id eq "${someTeam}"`, ''],
    ['Group', 'members.value eq', () => `members.value eq "${someone}"`, ''],
    ['Group', 'members and id', () => `id eq "${someTeam}" and members eq "${someone}"`, ''],
  ];

  it.each(served)('serve %s: %s', async (target, _, filter, index) => {
    const { indexes, scans, rows } = await explain(filter(), target);
    if (index !== '') expect([...indexes]).toContain(index);
    expect([...scans]).not.toContain('Seq Scan');
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThan(200);
  });

  it('would be missed by this test: a filter that none serves reads the tenant', async () => {
    const { rows } = await explain('title eq "Nobody"', 'User');
    expect(rows).toBeGreaterThanOrEqual(people);
  });
});
