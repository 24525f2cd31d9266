// Case and composition: what is the same text without case, and what is not, agrees between columns, documents and `foldCase`.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type pg from 'pg';
import { foldCase } from '../../../src/scim/filter/comparable.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { connect, createTenant, idOf, type Tenant } from './tenant.ts';

let database: TestDatabase;
let client: pg.Client;
let tenant: Tenant;

const texts = [
  'İX', 'ix', 'ıx', 'IX', 'straße', 'STRASSE', 'STRAẞE', 'ΟΔΟΣ', 'οδος', 'οδοσ',
  'Ångström', 'A\u030angstro\u0308m', 'ÅNGSTRÖM', 'Åre', 'Kelvin', 'kelvin', 'ﬁ',
  'fi', '𐐀x', '𐐨x', '\uff5a', '😀', 'q\u0323\u0307', 'q\u0307\u0323',
];

beforeAll(async () => {
  database = await createDatabase();
  client = await connect(database);
  tenant = await createTenant(client);
  await tenant.addUsers(texts.map((text, index) => ({ id: idOf(index), userName: `${index} ${text}`, profile: { nickName: text, emails: [{ value: text }], profileUrl: text } })));
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

async function select(filter: string): Promise<(string | undefined)[]> {
  return (await tenant.users(filter)).map((id) => texts[Number(id.slice(-6))]);
}

describe.each(texts)('%s', (text) => {
  const literal = JSON.stringify(text);
  const same = (holds: (other: string) => boolean) => texts.filter((other) => holds(foldCase(other)));
  const folded = foldCase(text);

  it.each(['nickName', 'emails.value', 'emails[type eq null].value'])('is found without case in %s', async (attribute) => {
    expect(await select(`${attribute} eq ${literal}`)).toEqual(same((other) => other === folded));
    expect(await select(`${attribute} co ${literal}`)).toEqual(same((other) => other.includes(folded)));
    expect(await select(`${attribute} sw ${literal}`)).toEqual(same((other) => other.startsWith(folded)));
  });

  it('is found without case in a key column', async () => {
    expect(await select(`userName ew ${literal}`)).toEqual(same((other) => ` ${other}`.endsWith(folded)));
  });

  it('is found exactly where case counts', async () => {
    expect(await select(`profileUrl eq ${literal}`)).toEqual([text]);
  });

  it('is ordered by code point', async () => {
    const below = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right)) < 0;
    expect(await select(`nickName lt ${literal}`)).toEqual(same((other) => below(other, folded)));
    expect(await select(`profileUrl lt ${literal}`)).toEqual(texts.filter((other) => below(other, text)));
  });
});
