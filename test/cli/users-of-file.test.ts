// What the match report takes for users of an identity provider: JSON in three shapes, CSV with known columns, and nothing unclear.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandFault } from '../../src/cli/io.ts';
import { CsvError, readCsv } from '../../src/http/read-csv.ts';
import { usersOfFile } from '../../src/cli/users-of-file.ts';
import { countWork } from '../support/count-work.ts';

const ada = { userName: 'ada' };
const bob = { userName: 'bob' };

describe('JSON', () => {
  it.each([
    ['a list', JSON.stringify([ada, bob]), 'user', [1, 2]],
    ['a ListResponse', JSON.stringify({ schemas: [], totalResults: 2, Resources: [ada, bob] }, undefined, 2), 'user', [1, 2]],
    ['a ListResponse in small letters, with a byte order mark', `\ufeff${JSON.stringify({ resources: [ada, bob] })}`, 'user', [1, 2]],
    ['JSON lines', `${JSON.stringify(ada)}\r\n\n${JSON.stringify(bob)}\n`, 'line', [1, 3]],
  ])('as %s', (_, text, noun, places) => {
    expect(usersOfFile(text)).toEqual({ noun, users: [{ place: places[0], body: ada }, { place: places[1], body: bob }] });
  });

  it('of one user', () => {
    expect(usersOfFile(JSON.stringify(ada, undefined, 2))).toEqual({ noun: 'user', users: [{ place: 1, body: ada }] });
  });

  it.each([
    ['', /The file is empty/],
    [' \n ', /The file is empty/],
    ['[1,', /The file is not well-formed JSON/],
    ['{"userName":"a"}\n{"userName":\n', /Line 2 of the file is not well-formed JSON/],
    ['{"userName":"a"}\n{"__proto__":1}', /Line 2 of the file holds the key "__proto__"/],
    ['{"Resources":{}}', /"Resources" of the ListResponse must be a list/],
    ['[{"userName":"a","userName":"b"}]', /The file holds the key "userName" twice/],
  ])('%j is refused', (text, says) => {
    expect(() => usersOfFile(text)).toThrow(CommandFault);
    expect(() => usersOfFile(text)).toThrow(says);
  });
});

describe('CSV', () => {
  it('is that of SCIM, with quotes, CRLF and a byte order mark', () => {
    const text = '\ufeffuserName,externalId,active,e-mail,Note\r\nada,1,true,"ada@x.example","a ""b"", c\nd"\r\n\r\nbob,,False,,\r\n';
    expect(usersOfFile(text)).toEqual({
      noun: 'line',
      users: [
        { place: 2, body: { userName: 'ada', externalId: '1', active: 'true', emails: [{ value: 'ada@x.example', type: 'work', primary: true }] } },
        { place: 5, body: { userName: 'bob', externalId: '', active: 'False' } },
      ],
    });
  });

  it.each([
    ['Okta', 'id,login,email,firstName\n00u1,ada@x.example,a@x.example,Ada', { userName: 'ada@x.example', externalId: '00u1', emails: [{ value: 'a@x.example', type: 'work', primary: true }] }],
    ['Entra', 'userPrincipalName,displayName,mail,objectId,accountEnabled\nada@x.example,Ada,a@x.example,1,True', { userName: 'ada@x.example', externalId: '1', active: 'True', emails: [{ value: 'a@x.example', type: 'work', primary: true }] }],
  ])('of %s is understood', (_, text, body) => {
    expect(usersOfFile(text).users).toEqual([{ place: 2, body }]);
  });

  it.each([
    ['name,mail\nada,a@x.example', /names no column with the userName/],
    ['login;email\nada;a', /names no column with the userName.*commas/],
    ['login,userName\na,b', /Two columns of the CSV could be the userName: "login" and "userName"/],
    ['id,objectId,login\n1,2,a', /Two columns of the CSV could be the externalId/],
    ['login,email\nada', /Line 2 of the CSV has 1 field, its header 2/],
    ['login\n"ada\nbob', /Line 2 of the CSV has a double quote that is not closed/],
    ['login\nada"b', /Line 2 of the CSV has a double quote/],
    ['login\n"ada"b', /Line 2 of the CSV has a double quote/],
  ])('%j is refused', (text, says) => {
    expect(() => usersOfFile(text)).toThrow(CommandFault);
    expect(() => usersOfFile(text)).toThrow(says);
  });

  it('gives back every field that was written', () => {
    const cell = fc.oneof(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'ü') }), fc.string());
    const rows = fc.integer({ min: 1, max: 4 }).chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }));
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), fc.boolean(), (written, end, ended) => {
        const text = written.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')).join(end);
        expect(readCsv(text + (ended ? end : '')).map(({ fields }) => fields)).toEqual(written);
      }),
      { numRuns: 2000 },
    );
  });

  it('of garbage is read or refused, in steps that grow with the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r') }), (text) => {
        try {
          readCsv(text);
        } catch (error) {
          expect(error).toBeInstanceOf(CsvError);
        }
      }),
    );
    const long = `login\n"${'""'.repeat(100_000)}"`;
    expect(countWork(() => void readCsv(long))).toBeLessThan(10 * long.length);
  });
});
