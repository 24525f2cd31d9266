// Values made to break out, to be taken for patterns, or to upset the database: each is compared as the text, number or time that it is.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type pg from 'pg';
import * as define from '../../../src/scim/schema/define.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { gadgets } from '../../scim/filter/gadget-type.ts';
import { connect, createTenant, idOf, type Tenant } from './tenant.ts';

let database: TestDatabase;
let client: pg.Client;
let tenant: Tenant;

/** Stored as title, userName, e-mail and externalId, each of another user. */
const texts = [
  `'; drop table membership; --`,
  `' or ''='`,
  `$1`,
  `$$; select 1; $$`,
  `100%`,
  `1000`,
  `a_c`,
  `abc`,
  `back\\slash`,
  `back/slash`,
  `"quoted"`,
  `\\`,
  `%`,
  `_`,
  `*`,
  `line\nbreak`,
  `a\u2028b`,
  ` space `,
  `{"value":"x"}`,
  `null`,
  `true`,
  `\uFFFF\u{10FFFF}\uFEFF`,
  `😀`,
  `x'\\'; --`,
  'long '.repeat(90),
];

beforeAll(async () => {
  database = await createDatabase();
  client = await connect(database);
  tenant = await createTenant(client);
  await tenant.addUsers(
    texts.map((text, index) => ({ id: idOf(index), userName: text, externalId: text, profile: { title: text, emails: [{ value: text }], [gadgets]: { serial: text } } })),
  );
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

async function select(filter: string): Promise<(string | undefined)[]> {
  return (await tenant.users(filter)).map((id) => texts[Number(id.slice(-6))]);
}

describe.each(['title', 'serial', 'userName', 'externalId', 'emails.value'])('%s', (attribute) => {
  const folded = attribute === 'serial' || attribute === 'externalId' ? (text: string) => text : (text: string) => text.toLowerCase();

  it.each(texts)('compares %j literally', async (text) => {
    const literal = JSON.stringify(text);
    const wanted = folded(text);
    const expected = (holds: (other: string) => boolean) => texts.filter((other) => holds(folded(other)));
    expect(await select(`${attribute} eq ${literal}`)).toEqual([text]);
    expect(await select(`${attribute} co ${literal}`)).toEqual(expected((other) => other.includes(wanted)));
    expect(await select(`${attribute} sw ${literal}`)).toEqual(expected((other) => other.startsWith(wanted)));
    expect(await select(`${attribute} ew ${literal}`)).toEqual(expected((other) => other.endsWith(wanted)));
    expect(await select(`not (${attribute} eq ${literal})`)).toHaveLength(texts.length - 1);
  });
});

describe('odd literals', () => {
  it.each([
    'level lt 9007199254740991',
    'level gt -9007199254740991',
    'weight lt 1.7976931348623157e308',
    'weight gt -1.7976931348623157e308',
    'weight eq 5e-324',
    'weight eq -0',
    'bought gt "0001-01-01T00:00:00Z"',
    'bought lt "9999-12-31T23:59:59.999999Z"',
    'meta.created gt "0001-01-01T00:00:00Z" and meta.created lt "9999-12-31T23:59:59.999999Z"',
    'id eq "00000000-0000-0000-0000-00000000000g"',
    'id eq "{00000000-0000-4000-8000-abcdef000001}"',
    'id eq "000000000000400080000abcdef000001"',
    'userName eq ""',
    'userName co ""',
    'title eq ""',
    'title co ""',
    'title ew ""',
    'emails.value sw ""',
    'externalId gt ""',
    `title co "${'x'.repeat(4000)}"`,
  ])('%s is no error', async (filter) => {
    expect(await tenant.users(filter)).toBeInstanceOf(Array);
  });

  it('answers the largest filter that the parser takes', async () => {
    const terms = Array.from({ length: 64 }, (_, index) => `emails[value ne "${index}"]`);
    expect(await tenant.users(terms.join(' and '))).toHaveLength(texts.length);
    const deep = Array.from({ length: 15 }, () => 'not (').join('');
    expect(await tenant.users(`${deep}title pr${')'.repeat(15)}`)).toEqual([]);
  });
});

describe('names of a schema that somebody else wrote', () => {
  it.each([`o'clock`, `back\\slash`, `'; drop table membership; --`, `"`, `$1`, `:x`])('%s is a name and nothing else', async (name) => {
    const named = await createTenant(client);
    await named.addUsers([{ id: idOf(1), userName: 'a', profile: { [name]: { [name]: [{ [name]: 'x' }] } } }, { id: idOf(2), userName: 'b' }]);
    const sub = define.text(name, '');
    const path = { extension: name, attribute: define.list(name, '', [sub]), sub };
    expect(await named.users({ kind: 'compare', path, operator: 'eq', value: 'X' })).toEqual([idOf(1)]);
    expect(await named.users({ kind: 'present', path: { ...path, sub: undefined } })).toEqual([idOf(1)]);
  });
});

describe('documents that are not as the schema says', () => {
  const shapes: unknown[] = [7, true, {}, { value: 'x' }, [], ['x'], [['x']], [null], [7], [{}], [{ value: 7 }], [{ value: null, primary: 'yes' }], 'x'];
  const almostTimes = [
    '2024-02-30T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:00:60Z',
    '2024-01-01T00:00:00+14:01',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    '٢٠٢٤-01-01T00:00:00Z',
    '2024-01-01T00:00:00.1234567890123Z',
  ];
  const odd = [...shapes, ...almostTimes];
  const attributes = [
    ...['title', 'name.familyName', 'emails.value', 'level', 'weight', 'bought', 'broken', 'tags', 'box.width', 'box.colour'],
    ...['parts.value', 'parts.count', 'parts.fitted', 'parts.marks', 'parts.primary'],
  ];
  let odder: Tenant;

  beforeAll(async () => {
    odder = await createTenant(client);
    const whole = (value: unknown) => ({ level: value, weight: value, bought: value, broken: value, tags: value, box: value, parts: value });
    const part = (value: unknown) => ({ value, count: value, fitted: value, marks: value, primary: value });
    const inside = (value: unknown) => ({ name: { familyName: value }, emails: [{ value }], [gadgets]: { box: { width: value, colour: value }, parts: [part(value)] } });
    for (const [index, value] of odd.entries()) {
      await odder.addUsers([
        { id: idOf(300 + index), userName: `w${index}`, profile: { title: value, name: value, emails: value, [gadgets]: whole(value) } },
        { id: idOf(400 + index), userName: `p${index}`, profile: inside(value) },
        { id: idOf(500 + index), userName: `e${index}`, profile: { [gadgets]: value } },
      ]);
    }
    const noObjects = [[], 'x'] as unknown as Record<string, unknown>[];
    await odder.addUsers(noObjects.map((profile, index) => ({ id: idOf(600 + index), userName: `n${index}`, profile })));
  });

  it.each(attributes)('%s raises no error and is never NULL', async (attribute) => {
    const literal = { level: '1', weight: '1', 'box.width': '1', 'parts.count': '1', broken: 'true', 'parts.primary': 'true' }[attribute] ?? '"2024-01-01T00:00:00Z"';
    const all = await odder.users('id pr');
    for (const operator of ['eq', 'ne', 'gt', 'le']) {
      if (literal === 'true' && (operator === 'gt' || operator === 'le')) continue;
      const yes = await odder.users(`${attribute} ${operator} ${literal}`);
      const no = await odder.users(`not (${attribute} ${operator} ${literal})`);
      expect([...yes, ...no].sort()).toEqual(all);
    }
    expect([...(await odder.users(`${attribute} pr`)), ...(await odder.users(`${attribute} eq null`))].sort()).toEqual(all);
  });

  it('takes no such text for a time', async () => {
    expect(await odder.users('bought ge "0001-01-01T00:00:00Z" or bought lt "0001-01-01T00:00:00Z"')).toEqual([]);
    const extended = odd.filter((value) => JSON.stringify(value).startsWith('{"')).length + 2 * odd.length;
    expect(await odder.users('schemas ne "urn:ietf:params:scim:schemas:core:2.0:User"')).toHaveLength(extended);
  });
});
