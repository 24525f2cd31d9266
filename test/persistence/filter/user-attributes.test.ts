// Every attribute of users against every kind of comparison, on PostgreSQL under row-level security.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type pg from 'pg';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { enterprise, gadgets } from '../../scim/filter/gadget-type.ts';
import { baseUrl, connect, createTenant, idOf, type Tenant } from './tenant.ts';

let database: TestDatabase;
let client: pg.Client;
let tenant: Tenant;

const names = ['', 'ada', 'bob', 'eve', 'kim', 'max'];
const team = idOf(101);

beforeAll(async () => {
  database = await createDatabase();
  client = await connect(database);
  const other = await createTenant(client);
  await other.addUsers([{ id: idOf(50), userName: 'Ada@Example.com', externalId: 'A-1', profile: { title: 'Engineer', emails: [{ value: 'ada@work.example', type: 'work' }] } }]);
  tenant = await createTenant(client);
  await tenant.addUsers([
    {
      id: idOf(1),
      userName: 'Ada@Example.com',
      externalId: 'A-1',
      alienExternalId: 'Z-9',
      role: 'owner',
      version: 3,
      created: '2024-01-01T00:00:00.123456Z',
      modified: '2024-03-01T12:00:00Z',
      seat: true,
      profile: {
        displayName: 'Ada Lovelace',
        title: 'Engineer',
        profileUrl: 'https://example.com/Ada',
        name: { familyName: 'Lovelace', givenName: 'Ada' },
        emails: [
          { value: 'Ada@Work.example', type: 'Work', primary: true },
          { value: 'ada@home.example', type: 'home', display: 'Private' },
        ],
        phoneNumbers: [{ value: '+1 555', type: 'work' }, { value: '+1 777', type: 'fax' }],
        x509Certificates: [{ value: 'MIIabc' }],
        [enterprise]: { employeeNumber: '007', manager: { value: idOf(2) } },
        [gadgets]: { level: 5, weight: 1.5, bought: '2024-02-29T23:30:00-05:00', broken: false, tags: ['red', 'Blue'], box: { width: 3 } },
      },
    },
    {
      id: idOf(2),
      userName: 'bob',
      externalId: 'a-1',
      status: 'deactivated',
      modified: '2024-02-01T00:00:00Z',
      holds: [{ source: 'admin', since: '2024-02-01T00:00:00.5009Z' }, { source: 'idp:Okta', since: '2024-02-02T00:00:00Z' }],
      profile: {
        displayName: 'Bob',
        title: 'engineer ',
        emails: [{ value: 'bob@work.example', type: 'home', primary: false }, { value: 'bob@home.example', type: 'work' }],
        [enterprise]: { manager: { value: 'nobody' } },
        [gadgets]: { level: -2, weight: 0, bought: '2024-03-01T04:30:00.0000019', broken: true, tags: ['green'], parts: [{ value: 'p', marks: ['M'] }, { value: 'q' }], box: { colour: 'Red' } },
      },
    },
    { id: idOf(3), userName: 'eve', status: 'invited', profile: { title: 'Chief engineer', emails: [{ type: 'work', display: 'no value' }], [gadgets]: { tags: [] } } },
    { id: idOf(4), userName: 'kim', role: 'admin', baseRole: 'member', created: '2025-01-01T00:00:00Z', profile: { [enterprise]: { manager: { value: idOf(3).toUpperCase() } } } },
    { id: idOf(5), userName: 'max', profile: { title: '', emails: [], name: {}, nickName: null, [enterprise]: { manager: { value: idOf(6) } } } },
    { id: idOf(6), userName: 'gone', externalId: 'G', removed: true, profile: { title: 'Engineer', emails: [{ value: 'gone@work.example', type: 'work' }] } },
  ]);
  await tenant.addGroups([
    { id: team, displayName: 'Straße', members: [{ id: idOf(1), type: 'User' }, { id: idOf(2), type: 'User' }, { id: idOf(6), type: 'User' }] },
    { id: idOf(102), displayName: 'Board', members: [{ id: idOf(1), type: 'User' }] },
  ]);
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

async function select(filter: string): Promise<string> {
  return (await tenant.users(filter)).map((id) => names[Number(id.slice(-6))] ?? id).join(' ');
}

const everybody = 'ada bob eve kim max';

describe('common attributes', () => {
  it.each([
    [`id eq "${idOf(1)}"`, 'ada'],
    [`id eq "${idOf(1).toUpperCase()}"`, ''],
    [`id eq "${idOf(6)}"`, ''],
    ['id eq "not a UUID"', ''],
    ['id ne "not a UUID"', everybody],
    [`id ne "${idOf(1)}"`, 'bob eve kim max'],
    ['id ew "0003"', 'eve'],
    ['id sw "00000000-0000-4"', everybody],
    ['id co "ABCDEF"', ''],
    [`id gt "${idOf(3)}"`, 'kim max'],
    [`id le "${idOf(2)}"`, 'ada bob'],
    ['id pr', everybody],
    ['externalId eq "A-1"', 'ada'],
    ['externalId eq "Z-9"', ''],
    ['externalId eq "G"', ''],
    ['externalId sw "a"', 'bob'],
    ['externalId co "-1"', 'ada bob'],
    ['externalId lt "a"', 'ada'],
    ['externalId pr', 'ada bob'],
    ['externalId ne "A-1"', 'bob eve kim max'],
    ['not (externalId eq "A-1")', 'bob eve kim max'],
    ['meta.resourceType eq "User"', everybody],
    ['meta.resourceType eq "user"', ''],
    ['meta.created eq "2024-01-01T00:00:00.123Z"', 'ada'],
    ['meta.created eq "2024-01-01T00:00:00.123456Z"', ''],
    ['meta.created gt "2024-01-01T00:00:00.1229Z"', 'ada kim'],
    ['meta.created le "2024-01-01T01:00:00+01:00"', 'bob eve max'],
    ['meta.lastModified ge "2024-03-01T12:00:00Z"', 'ada kim'],
    ['meta.lastModified ne "2024-01-01T00:00:00Z"', 'ada bob kim'],
    [`meta.location eq "${baseUrl}/Users/${idOf(4)}"`, 'kim'],
    [`meta.location eq "${baseUrl}/Groups/${idOf(4)}"`, ''],
    [`meta.location ne "${baseUrl}/Users/${idOf(4)}"`, 'ada bob eve max'],
    ['meta.location sw "https://usher.example/"', everybody],
    ['meta.location co "/users/"', ''],
    ['meta.version eq "W/\\"3\\""', 'ada'],
    ['meta.version co "1"', 'bob eve kim max'],
    ['meta pr', everybody],
    ['schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"', everybody],
    [`schemas eq "${enterprise}"`, 'ada bob kim max'],
    [`schemas ne "${enterprise}"`, everybody],
    [`not (schemas co "extension")`, 'eve'],
    [`schemas eq "${gadgets}"`, 'ada bob eve'],
  ])('%s', async (filter, expected) => {
    expect(await select(filter)).toBe(expected);
  });
});

describe('columns', () => {
  it.each([
    ['userName eq "ada@EXAMPLE.com"', 'ada'],
    ['userName ne "ADA@example.com"', 'bob eve kim max'],
    ['userName sw "ADA@"', 'ada'],
    ['userName co "@EX"', 'ada'],
    ['userName ew ".COM"', 'ada'],
    ['userName gt "EVE"', 'kim max'],
    ['userName ge "EVE"', 'eve kim max'],
    ['userName lt "b"', 'ada'],
    ['userName pr', everybody],
    ['active eq true', 'ada eve kim max'],
    ['active ne "True"', 'bob'],
    ['active pr', everybody],
    ['urn:usher:params:scim:schemas:extension:membership:2.0:User:status eq "INVITED"', 'eve'],
    ['status ne "active"', 'bob eve'],
    ['role eq "Owner"', 'ada'],
    ['role gt "admin"', 'ada bob eve max'],
    ['roleSource eq "GROUP"', 'kim'],
    ['roleSource ne "group"', 'ada bob eve max'],
    ['seatHeld eq true', 'ada'],
    ['not (seatHeld eq true)', 'bob eve kim max'],
    ['scheduledDeactivation gt "2020-01-01T00:00:00Z"', ''],
    ['holds pr', 'bob'],
    ['holds.source eq "admin"', 'bob'],
    ['holds.source eq "Admin"', ''],
    ['holds[source eq "admin" and since gt "2024-02-01T00:00:00.5Z"]', ''],
    ['holds[source eq "admin" and since eq "2024-02-01T00:00:00.500Z"]', 'bob'],
    ['holds[source sw "idp:" and since lt "2024-02-02T00:00:00Z"]', ''],
    ['holds.reason pr', ''],
    ['holds[source eq "admin" and not (reason pr)]', 'bob'],
  ])('%s', async (filter, expected) => {
    expect(await select(filter)).toBe(expected);
  });
});

describe('e-mails', () => {
  it.each([
    ['emails.value eq "ADA@work.EXAMPLE"', 'ada'],
    ['emails eq "bob@home.example"', 'bob'],
    ['emails.value eq "gone@work.example"', ''],
    ['emails[type eq "work" and value eq "ada@work.example"]', 'ada'],
    ['emails[type eq "home" and value eq "ada@work.example"]', ''],
    ['emails.type eq "home" and emails.value eq "ada@work.example"', 'ada'],
    ['emails[type eq "work"].value eq "bob@home.example"', 'bob'],
    ['emails[type eq "work"].value eq "bob@work.example"', ''],
    ['emails[type eq "work" and value ew "@work.example"]', 'ada'],
    ['emails[value eq "bob@home.example" or value eq "ada@home.example"]', 'ada bob'],
    ['emails[not (value eq "ada@home.example") and type eq "home"]', 'bob'],
    ['emails[primary eq "True"]', 'ada'],
    ['emails[primary eq false]', 'ada bob eve'],
    ['emails[primary pr]', 'ada bob'],
    ['emails[not (value pr)]', 'eve'],
    ['emails.display eq "private"', 'ada'],
    ['emails.value pr', 'ada bob'],
    ['emails pr', 'ada bob eve'],
    ['emails.value ne "ada@home.example"', everybody],
    ['not (emails.value eq "ada@home.example")', 'bob eve kim max'],
    ['emails.value co "@WORK."', 'ada bob'],
    ['userName eq "max" or emails.value eq "bob@home.example"', 'bob max'],
  ])('%s', async (filter, expected) => {
    expect(await select(filter)).toBe(expected);
  });
});

describe('groups and manager', () => {
  it.each([
    [`groups.value eq "${team}"`, 'ada bob'],
    [`groups eq "${team}"`, 'ada bob'],
    ['groups.value eq "x"', ''],
    [`groups.value ne "${team}"`, 'ada eve kim max'],
    [`not (groups.value eq "${team}")`, 'eve kim max'],
    ['groups.display eq "STRASSE"', ''],
    ['groups.display eq "STRAßE"', 'ada bob'],
    ['groups[display eq "board" and type eq "Direct"]', 'ada'],
    [`groups[display eq "board" and value eq "${team}"]`, ''],
    [`groups[$ref eq "${baseUrl}/Groups/${team}"]`, 'ada bob'],
    ['groups.$ref co "/Users/"', ''],
    ['groups pr', 'ada bob'],
    [`manager eq "${idOf(2)}"`, 'ada'],
    [`manager.value eq "${idOf(3)}"`, ''],
    [`manager.value eq "${idOf(3).toUpperCase()}"`, 'kim'],
    ['manager.value eq "nobody"', 'bob'],
    ['manager.displayName eq "BOB"', 'ada'],
    ['manager.displayName eq "Eve"', 'kim'],
    ['manager.displayName pr', 'ada kim'],
    ['manager.displayName eq "gone"', ''],
    ['manager.$ref pr', 'ada kim'],
    ['manager.displayName ne "bob"', 'bob eve kim max'],
    [`manager.$ref eq "${baseUrl}/Users/${idOf(3)}"`, 'kim'],
    [`manager.$ref ne "${baseUrl}/Users/${idOf(3)}"`, 'ada bob eve max'],
    ['manager pr', 'ada bob kim max'],
  ])('%s', async (filter, expected) => {
    expect(await select(filter)).toBe(expected);
  });
});

describe('the document', () => {
  it.each([
    ['title eq "ENGINEER"', 'ada'],
    ['title co "engineer"', 'ada bob eve'],
    ['title sw "engineer"', 'ada bob'],
    ['title ew "Engineer"', 'ada eve'],
    ['title gt "engineer"', 'bob'],
    ['title ge "engineer"', 'ada bob'],
    ['title lt "engineer"', 'eve'],
    ['title le "engineer"', 'ada eve'],
    ['title ne "engineer"', 'bob eve kim max'],
    ['title pr', 'ada bob eve'],
    ['title eq null', 'kim max'],
    ['title ne null', 'ada bob eve'],
    ['title eq ""', ''],
    ['title co ""', 'ada bob eve'],
    ['not (title pr)', 'kim max'],
    ['not (title gt "a")', 'kim max'],
    ['nickName pr', ''],
    ['name pr', 'ada'],
    ['name.familyName eq "lovelace"', 'ada'],
    ['name[familyName ne "x" and givenName eq "ADA"]', 'ada'],
    ['profileUrl eq "https://example.com/Ada"', 'ada'],
    ['profileUrl eq "https://example.com/ada"', ''],
    ['phoneNumbers[value eq "+1 555" and type eq "work"]', 'ada'],
    ['phoneNumbers[value eq "+1 555" and type eq "fax"]', ''],
    ['phoneNumbers.type eq "fax" and phoneNumbers.value eq "+1 555"', 'ada'],
    ['x509Certificates.value eq "MIIabc"', 'ada'],
    ['x509Certificates.value eq "miiabc"', ''],
    ['employeeNumber eq "007"', 'ada'],
    [`${enterprise}:employeeNumber ne "007"`, 'bob eve kim max'],
    ['level eq 5', 'ada'],
    ['level lt 5', 'bob'],
    ['level ge -2', 'ada bob'],
    ['level ne 5', 'bob eve kim max'],
    ['weight gt 1.4999', 'ada'],
    ['weight eq 0', 'bob'],
    ['weight lt 1e308', 'ada bob'],
    ['weight ge -1e-320', 'ada bob'],
    ['broken eq false', 'ada'],
    ['broken ne false', 'bob eve kim max'],
    ['broken pr', 'ada bob'],
    ['bought eq "2024-03-01T04:30:00Z"', 'ada'],
    ['bought eq "2024-03-01T04:30:00.000001Z"', 'bob'],
    ['bought lt "2024-03-01T04:30:00.000001Z"', 'ada'],
    ['bought pr', 'ada bob'],
    ['tags eq "blue"', 'ada'],
    ['tags ne "red"', everybody],
    ['not (tags eq "red")', 'bob eve kim max'],
    ['tags pr', 'ada bob'],
    ['parts.marks eq "m"', 'bob'],
    ['parts.marks ne "m"', everybody],
    ['parts[value eq "p"].marks ne "m"', ''],
    ['parts[value eq "q"].marks ne "m"', 'bob'],
    ['parts[value eq "p" and marks pr]', 'bob'],
    ['parts[value eq "q" and marks pr]', ''],
    ['box.width gt 2', 'ada'],
    ['box pr', 'ada bob'],
    ['box[colour eq "red"]', 'bob'],
  ])('%s', async (filter, expected) => {
    expect(await select(filter)).toBe(expected);
  });
});

describe('joined', () => {
  it.each([
    ['title pr and active eq true', 'ada eve'],
    ['title pr and not (active eq true)', 'bob'],
    ['userName eq "kim" or (title pr and not (emails.value co "work"))', 'eve kim'],
    ['not (not (userName eq "kim"))', 'kim'],
    ['not (title eq "x" or level gt 1)', 'bob eve kim max'],
    ['externalId eq "A-1" or emails.value eq "bob@work.example" or id ew "5"', 'ada bob max'],
  ])('%s', async (filter, expected) => {
    expect(await select(filter)).toBe(expected);
  });
});
