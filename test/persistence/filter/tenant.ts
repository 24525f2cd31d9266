// A workspace for filter tests: takes users and groups as rows the way the stores write them, and answers which of them a filter selects.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { compileFilter } from '../../../src/persistence/filter/compile-filter.ts';
import { parameterList } from '../../../src/persistence/filter/parameters.ts';
import type { Filter } from '../../../src/scim/filter/ast.ts';
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import { groupType } from '../../../src/scim/schema/resource-types.ts';
import type { ResourceType, ScimObject } from '../../../src/scim/schema/attribute.ts';
import { enterprise, gadgetUserType } from '../../scim/filter/gadget-type.ts';
import type { TestDatabase } from '../../support/database.ts';

export const linkSpace = '00000000-0000-4000-9000-000000000001';
const otherLinkSpace = '00000000-0000-4000-9000-000000000002';
export const baseUrl = 'https://usher.example/scim/v2';

/** A user; what is left out is ordinary. Times may have microseconds. `alienExternalId` is that of another connection. */
export interface Person {
  readonly id: string;
  readonly userName: string;
  readonly externalId?: string;
  readonly alienExternalId?: string;
  readonly status?: 'invited' | 'active' | 'deactivated';
  readonly role?: 'owner' | 'admin' | 'member';
  /** The same as `role` unless given. */
  readonly baseRole?: 'owner' | 'admin' | 'member';
  readonly profile?: ScimObject;
  readonly version?: number;
  readonly created?: string;
  readonly modified?: string;
  readonly holds?: readonly { readonly source: string; readonly since: string }[];
  readonly seat?: boolean;
  readonly removed?: boolean;
}

export interface Team {
  readonly id: string;
  readonly displayName: string;
  readonly externalId?: string;
  readonly alienExternalId?: string;
  readonly profile?: ScimObject;
  readonly version?: number;
  readonly created?: string;
  readonly modified?: string;
  readonly members?: readonly { readonly id: string; readonly type: 'User' | 'Group' }[];
}

/** A resource of an operator's type; `unique` are the names of its unique attributes with the values that count. */
export interface Thing {
  readonly id: string;
  readonly type: string;
  readonly externalId?: string;
  readonly alienExternalId?: string;
  readonly profile: ScimObject;
  readonly unique: Readonly<Record<string, string>>;
  readonly version?: number;
  readonly created?: string;
  readonly modified?: string;
}

export interface Tenant {
  readonly addUsers: (people: readonly Person[]) => Promise<void>;
  readonly addGroups: (teams: readonly Team[]) => Promise<void>;
  readonly addThings: (things: readonly Thing[]) => Promise<void>;
  /** Ids of the users, or groups, that a filter selects, sorted. Fails if the condition is NULL anywhere. */
  readonly users: (filter: string | Filter) => Promise<string[]>;
  readonly groups: (filter: string) => Promise<string[]>;
  /** The same for resources of a type of the operator's. */
  readonly things: (type: ResourceType, filter: string) => Promise<string[]>;
  /** Runs a statement in this workspace as the server's role. */
  readonly query: (text: string, values?: readonly unknown[]) => Promise<pg.QueryResultRow[]>;
  readonly workspaceId: string;
}

export async function connect(database: TestDatabase): Promise<pg.Client> {
  const client = new pg.Client(database.runtime);
  await client.connect();
  return client;
}

/** Makes an organization with one workspace. */
export async function createTenant(client: pg.Client): Promise<Tenant> {
  const [organizationId, workspaceId, ownerId] = [randomUUID(), randomUUID(), randomUUID()];
  const within = async <T>(work: () => Promise<T>): Promise<T> => {
    await client.query('begin');
    try {
      await client.query(`select set_config('app.workspace', $1, true), set_config('app.organization', $2, true)`, [workspaceId, organizationId]);
      const result = await work();
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback');
      throw error;
    }
  };
  const query = async (text: string, values: readonly unknown[] = []) => (await client.query<pg.QueryResultRow>(text, [...values])).rows;
  await within(async () => {
    await query('insert into organization (id, name, account_owner_id) values ($1, $2, $3)', [organizationId, `Org ${organizationId}`, ownerId]);
    await query('insert into user_account (organization_id, id) values ($1, $2)', [organizationId, ownerId]);
    await query('insert into workspace (id, organization_id, slug, name) values ($1, $2, $3, $3)', [workspaceId, organizationId, `w-${workspaceId}`]);
  });
  const select = async (table: string, filter: string | Filter, own?: ResourceType): Promise<string[]> => {
    const target = own ?? (table === 'membership' ? 'User' : 'Group');
    const parameters = parameterList([workspaceId]);
    const [alias, live] = own === undefined ? (target === 'User' ? ['m', 'and m.deleted_at is null'] : ['g', '']) : ['r', `and r.resource_type = ${parameters.add(own.name, 'text')}`];
    const parsed = typeof filter === 'string' ? parseFilter(filter, own ?? (target === 'User' ? gadgetUserType : groupType)) : filter;
    const condition = compileFilter(parsed, target, { linkSpace, baseUrl }, parameters);
    const text = `select ${alias}.id, ${condition} as matched from ${table} ${alias} where ${alias}.workspace_id = $1 ${live} order by ${alias}.id`;
    const asked = `select ${alias}.id from ${table} ${alias} where ${alias}.workspace_id = $1 ${live} and ${condition} order by ${alias}.id`;
    const [rows, found] = await within(async () => [await query(text, parameters.values), await query(asked, parameters.values)]);
    const unclear = rows.filter((row) => typeof row['matched'] !== 'boolean');
    if (unclear.length > 0) throw new Error(`${JSON.stringify(filter)} is neither true nor false for ${unclear.map((row) => String(row['id'])).join()}`);
    const ids = rows.filter((row) => row['matched'] === true).map((row) => String(row['id']));
    if (ids.join() !== found.map((row) => String(row['id'])).join()) throw new Error(`${JSON.stringify(filter)} selects other rows as a condition than as a value`);
    return ids;
  };
  return {
    workspaceId,
    addUsers: async (people) => await within(async () => {
      for (const person of people) await addUser(query, { organizationId, workspaceId }, person);
    }),
    addGroups: async (teams) => await within(async () => {
      for (const team of teams) await addGroup(query, workspaceId, team);
    }),
    addThings: async (things) => await within(async () => {
      for (const thing of things) await addThing(query, workspaceId, thing);
    }),
    things: async (type, filter) => await select('scim_resource', filter, type),
    users: async (filter) => await select('membership', filter),
    groups: async (filter) => await select('scim_group', filter),
    query: async (text, values) => await within(async () => await query(text, values)),
  };
}

type Query = (text: string, values?: readonly unknown[]) => Promise<pg.QueryResultRow[]>;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

async function addUser(query: Query, tenant: { organizationId: string; workspaceId: string }, person: Person): Promise<void> {
  const { organizationId, workspaceId } = tenant;
  const { id, userName, profile = {}, status = 'active', role = 'member', baseRole = role, version = 1, created = '2024-01-01T00:00:00Z', modified = created } = person;
  const accountId = randomUUID();
  await query('insert into user_account (organization_id, id) values ($1, $2)', [organizationId, accountId]);
  await query(
    `insert into membership (workspace_id, id, organization_id, account_id, user_name, user_name_key, profile, manager_id, status, base_role, role,
      version, created_at, updated_at, deleted_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [workspaceId, id, organizationId, accountId, userName, key(userName), JSON.stringify(profile), managerOf(profile), status, baseRole, role,
      version, created, modified, person.removed === true ? '2024-06-01T00:00:00Z' : null],
  );
  const emails: readonly unknown[] = Array.isArray(profile['emails']) ? profile['emails'] : [];
  const values = emails.flatMap((email) => (typeof (email as ScimObject | null)?.['value'] === 'string' ? [String((email as ScimObject)['value'])] : []));
  for (const [ordinal, value] of values.entries()) {
    await query('insert into membership_email values ($1, $2, $3, $4, $5, null, null, false)', [workspaceId, id, ordinal, value, key(value)]);
  }
  const live = person.removed !== true;
  for (const [space, externalId] of [[linkSpace, person.externalId], [otherLinkSpace, person.alienExternalId]]) {
    if (externalId !== undefined) await query('insert into membership_link values ($1, $2, $3, $4, $5)', [workspaceId, id, space, externalId, live]);
  }
  for (const { source, since } of person.holds ?? []) await query('insert into membership_hold values ($1, $2, $3, $4)', [workspaceId, id, source, since]);
  if (person.seat === true) await query('insert into seat_claim values ($1, $2, $3)', [organizationId, accountId, workspaceId]);
}

async function addGroup(query: Query, workspaceId: string, team: Team): Promise<void> {
  const { id, displayName, profile = {}, version = 1, created = '2024-01-01T00:00:00Z', modified = created } = team;
  await query(
    `insert into scim_group (workspace_id, id, display_name, display_name_key, profile, version, created_at, updated_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [workspaceId, id, displayName, key(displayName), JSON.stringify(profile), version, created, modified],
  );
  for (const [space, externalId] of [[linkSpace, team.externalId], [otherLinkSpace, team.alienExternalId]]) {
    if (externalId !== undefined) await query('insert into group_link values ($1, $2, $3, $4)', [workspaceId, id, space, externalId]);
  }
  for (const member of team.members ?? []) await query('insert into group_member values ($1, $2, $3, $4)', [workspaceId, id, member.id, member.type]);
}

async function addThing(query: Query, workspaceId: string, thing: Thing): Promise<void> {
  const { id, type, profile, unique, version = 1, created = '2024-01-01T00:00:00Z', modified = created } = thing;
  await query('insert into scim_resource values ($1, $2, $3, $4, $5, $6, $7)', [workspaceId, id, type, JSON.stringify(profile), version, created, modified]);
  for (const [space, externalId] of [[linkSpace, thing.externalId], [otherLinkSpace, thing.alienExternalId]]) {
    if (externalId !== undefined) await query('insert into resource_link values ($1, $2, $3, $4, $5)', [workspaceId, id, space, type, externalId]);
  }
  for (const [name, value] of Object.entries(unique)) await query('insert into unique_value values ($1, $2, $3, $4, $5)', [workspaceId, type, name, value, id]);
}

function key(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

function managerOf(profile: ScimObject): string | null {
  const holder = profile[enterprise] as { manager?: { value?: unknown } } | undefined;
  const value = holder?.manager?.value;
  return typeof value === 'string' && uuid.test(value) ? value.toLowerCase() : null;
}

/** Ids that are easy to tell apart: `idOf(7)` ends in 007. */
export function idOf(number: number): string {
  return `00000000-0000-4000-8000-abcdef${String(number).padStart(6, '0')}`;
}
