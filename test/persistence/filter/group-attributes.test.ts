// Every attribute of groups against the kinds of comparison, and filters over the members of one group.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type pg from 'pg';
import { compileMemberFilter } from '../../../src/persistence/filter/compile-filter.ts';
import { parameterList } from '../../../src/persistence/filter/parameters.ts';
import { parsePath } from '../../../src/scim/filter/parse-path.ts';
import { groupType } from '../../../src/scim/schema/resource-types.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { baseUrl, connect, createTenant, idOf, type Tenant } from './tenant.ts';

let database: TestDatabase;
let client: pg.Client;
let tenant: Tenant;

const [ada, bob, gone] = [idOf(1), idOf(2), idOf(6)];
const [sales, board, empty] = [idOf(101), idOf(102), idOf(103)];
const names = new Map([[sales, 'sales'], [board, 'board'], [empty, 'empty']]);

beforeAll(async () => {
  database = await createDatabase();
  client = await connect(database);
  const other = await createTenant(client);
  await other.addGroups([{ id: idOf(150), displayName: 'Sales', externalId: 'S', members: [{ id: ada, type: 'User' }] }]);
  tenant = await createTenant(client);
  await tenant.addUsers([
    { id: ada, userName: 'ada', profile: { displayName: 'Ada Lovelace' } },
    { id: bob, userName: 'Bob' },
  ]);
  await tenant.addGroups([
    { id: sales, displayName: 'Sales', externalId: 'S', alienExternalId: 'T', version: 7, members: [{ id: ada, type: 'User' }, { id: board, type: 'Group' }, { id: gone, type: 'User' }] },
    { id: board, displayName: 'Board', externalId: 's', modified: '2024-05-05T05:05:05.0559Z', members: [{ id: bob, type: 'User' }, { id: ada, type: 'User' }] },
    { id: empty, displayName: 'Empty' },
  ]);
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

describe('groups', () => {
  it.each([
    ['displayName eq "SALES"', 'sales'],
    ['displayName sw "b"', 'board'],
    ['displayName co "A"', 'sales board'],
    ['displayName ew "D"', 'board'],
    ['displayName gt "board"', 'sales empty'],
    ['displayName ne "sales"', 'board empty'],
    ['displayName pr', 'sales board empty'],
    [`id eq "${sales}"`, 'sales'],
    ['externalId eq "S"', 'sales'],
    ['externalId eq "T"', ''],
    ['not (externalId eq "s")', 'sales empty'],
    ['externalId pr', 'sales board'],
    ['meta.resourceType eq "Group"', 'sales board empty'],
    ['meta.lastModified eq "2024-05-05T05:05:05.055Z"', 'board'],
    ['meta.version eq "W/\\"7\\""', 'sales'],
    [`meta.location eq "${baseUrl}/Groups/${empty}"`, 'empty'],
    ['schemas eq "urn:ietf:params:scim:schemas:core:2.0:Group"', 'sales board empty'],
    [`members.value eq "${ada}"`, 'sales board'],
    [`members eq "${bob}" and id eq "${board}"`, 'board'],
    [`members eq "${bob}" and id eq "${sales}"`, ''],
    [`members.value eq "${ada.toUpperCase()}"`, ''],
    [`members.value ne "${bob}"`, 'sales board empty'],
    [`not (members.value eq "${bob}")`, 'sales empty'],
    ['members pr', 'sales board'],
    ['not (members pr)', 'empty'],
    ['members.type eq "group"', 'sales'],
    [`members[type eq "Group" and value eq "${board}"]`, 'sales'],
    [`members[type eq "Group" and value eq "${ada}"]`, ''],
    ['members.display eq "ada lovelace"', 'sales board'],
    ['members.display eq "ada"', ''],
    ['members.display eq "BOB"', 'board'],
    ['members.display eq "board"', 'sales'],
    ['members[not (display pr)]', 'sales'],
    ['members[display ne "bob" and type eq "User"]', 'sales board'],
    [`members.$ref eq "${baseUrl}/Users/${bob}"`, 'board'],
    [`members.$ref eq "${baseUrl}/Groups/${board}"`, 'sales'],
    ['members.$ref ew "x"', ''],
  ])('%s', async (filter, expected) => {
    expect((await tenant.groups(filter)).map((id) => names.get(id)).join(' ')).toBe(expected);
  });
});

describe('members of one group', () => {
  async function select(path: string, context: { baseUrl?: string } = { baseUrl }): Promise<string[]> {
    const { filter } = parsePath(path, groupType);
    if (filter === undefined) throw new Error(`${path} has no filter`);
    const parameters = parameterList();
    const condition = compileMemberFilter(filter, context, 'c', parameters);
    const rows = `(values ('${ada}'::uuid, 'User', 'Ada'), ('${board}', 'Group', 'Board'), ('${gone}', 'User', null)) c(member_id, member_type, display)`;
    const found = await client.query<{ member_id: string; matched: unknown }>(`select c.member_id, ${condition} as matched from ${rows}`, [...parameters.values]);
    expect(found.rows.every(({ matched }) => typeof matched === 'boolean')).toBe(true);
    return found.rows.filter(({ matched }) => matched === true).map((row) => row.member_id);
  }

  it.each([
    [`members[value eq "${ada}"]`, [ada]],
    [`members[value ne "${ada}"]`, [board, gone]],
    ['members[value eq "x"]', []],
    [`members[not (value eq "${ada}")]`, [board, gone]],
    ['members[type eq "user"]', [ada, gone]],
    ['members[type ne "User"]', [board]],
    ['members[display sw "a"]', [ada]],
    ['members[display ne "ADA"]', [board, gone]],
    ['members[display pr]', [ada, board]],
    ['members[type eq "User" and not (display eq "Ada")]', [gone]],
    [`members[$ref eq "${baseUrl}/Users/${ada}" or $ref eq "${baseUrl}/Groups/${board}"]`, [ada, board]],
    [`members[$ref eq "${baseUrl}/Groups/${ada}"]`, []],
  ])('%s', async (path, expected) => {
    expect(await select(path)).toEqual(expected);
  });

  it('compares addresses as paths where the base URL is not known', async () => {
    expect(await select(`members[$ref eq "/Users/${ada}"]`, {})).toEqual([ada]);
    expect(await select(`members[$ref ew "/Groups/${board}"]`, {})).toEqual([board]);
  });
});
