// Bodies and filters that are wrong: each fault has its status, its scimType and its words, and nothing is written.
import { describe, expect, it } from 'vitest';
import type { Expected } from '../support/problem.ts';
import type { RawRequest } from '../support/raw-http.ts';
import { bad, good, openBad, patchOf, post, scimJson } from './bad.ts';

const to = openBad();

describe('bodies', () => {
  const deep = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000);
  it.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['blanks', ' \n '],
    ['a word', 'hello'],
    ['a form', 'userName=x&active=true'],
    ['XML', '<?xml version="1.0"?><User/>'],
    ['half an object', '{"userName":"new@home.example"'],
    ['two objects', `${good}${good}`],
    ['a comma too many', '{"userName":"x",}'],
    ['single quotes', `{'userName':'x'}`],
    ['a comment', '{"userName":"x"/* */}'],
    ['NaN', '{"userName":NaN}'],
    ['a number without end', `{"userName":"x","title":1e999}`],
    ['a byte order mark in the middle', '{\ufeff"userName":"x"}'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
    ['UTF-16', Buffer.from(good, 'utf16le')],
    ['an overlong NUL', Buffer.concat([Buffer.from('{"userName":"'), Buffer.from([0xc0, 0x80]), Buffer.from('"}')])],
    ['an array', '[]'],
    ['an array with the object', `[${good}]`],
    ['null', 'null'],
    ['true', 'true'],
    ['a number', '7'],
    ['a text', '"new@home.example"'],
    ['a key twice', '{"userName":"new@home.example","userName":"x"}'],
    ['a key twice in two spellings of JSON', String.raw`{"userName":"new@home.example","user\u004eame":"x"}`],
    ['a key twice deep inside', '{"userName":"new@home.example","emails":[{"value":"a","value":"b"}]}'],
    ['__proto__', '{"userName":"new@home.example","__proto__":{"active":false}}'],
    ['__proto__ escaped', String.raw`{"userName":"new@home.example","\u005f_proto__":{"isAdmin":true}}`],
    ['constructor', '{"userName":"new@home.example","name":{"constructor":{"prototype":{}}}}'],
    ['prototype', '{"userName":"new@home.example","emails":[{"prototype":1}]}'],
    ['NUL', String.raw`{"userName":"new\u0000@home.example"}`],
    ['NUL as a byte', '{"userName":"new\0@home.example"}'],
    ['half a surrogate pair', String.raw`{"userName":"new\ud800@home.example"}`],
    ['the other half', String.raw`{"userName":"new\udc00@home.example"}`],
    ['half a pair in a key', String.raw`{"\ud83d":1,"userName":"new@home.example"}`],
    ['100,000 brackets', deep('[', ']')],
    ['100,000 braces', deep('{"a":', '}').replace(':}', ':1}')],
    ['100,000 open brackets', '['.repeat(100_000)],
    ['10,001 keys in one object', `{"userName":"new@home.example","displayName":"New",${Array.from({ length: 10_000 }, (_, n) => `"k${n}":1`).join()}}`],
    ['33 levels', `{"userName":"new@home.example","x":${'['.repeat(32)}${']'.repeat(32)}}`],
  ])('%s is 400 invalidSyntax on every verb', async (_, body) => {
    const expected = bad('invalidSyntax');
    await to.refuse(post(body), expected);
    await to.refuse({ method: 'PUT', path: `/Users/${to.userId}`, headers: scimJson, body }, expected);
    await to.refuse({ method: 'PATCH', path: `/Users/${to.userId}`, headers: scimJson, body }, expected);
    await to.refuse({ method: 'POST', path: '/Groups', headers: scimJson, body }, expected);
    await to.refuse({ method: 'PATCH', path: `/Groups/${to.groupId}`, headers: scimJson, body }, expected);
    await to.refuse({ method: 'POST', path: '/Groups/.search', headers: scimJson, body }, expected);
  });

  it.each<[string, unknown, Expected]>([
    ['no userName', { displayName: 'X' }, bad('invalidValue', /userName/)],
    ['an empty userName', { userName: '' }, bad('invalidValue', /userName/)],
    ['a userName of null', { userName: null }, bad('invalidValue', /userName/)],
    ['a userName of another type', { userName: ['x'] }, bad('invalidValue', /userName/)],
    ['a userName of 600 characters', { userName: 'x'.repeat(600) }, bad('invalidValue', /userName/)],
    ['active maybe', { userName: 'new@home.example', active: 'maybe' }, bad('invalidValue', /active/)],
    ['active 0', { userName: 'new@home.example', active: 0 }, bad('invalidValue', /active/)],
    ['a text of 70,000 characters', { userName: 'new@home.example', title: 'x'.repeat(70_000) }, bad('invalidValue', /title/)],
    ['1,001 e-mails', { userName: 'new@home.example', emails: Array.from({ length: 1001 }, (_, n) => ({ value: `${n}@x` })) }, bad('invalidValue', /emails/)],
    ['two primary e-mails', { userName: 'new@home.example', emails: [{ value: 'a@x', primary: true }, { value: 'b@x', primary: true }] }, bad('invalidValue', /primary/)],
    ['e-mails in a list of lists', { userName: 'new@home.example', emails: [['a@x']] }, bad('invalidValue', /emails/)],
    ['a name as a text', { userName: 'new@home.example', name: 'Ada' }, bad('invalidValue', /name/)],
    ['a password of another type', { userName: 'new@home.example', password: { a: 1 } }, bad('invalidValue', /password/)],
    ['an enterprise extension as a text', { userName: 'new@home.example', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': 'x' }, bad('invalidValue')],
    ['schemas of another type', { userName: 'new@home.example', schemas: 'x' }, bad('invalidSyntax', /schemas/)],
    ['a userName that is taken', { userName: 'ADA@home.example' }, { status: 409, scimType: 'uniqueness', code: 'duplicate', says: /ADA@home\.example|ada@home\.example/ }],
    ['an externalId that is taken', { userName: 'new@home.example', externalId: 'ada' }, { status: 409, scimType: 'uniqueness', code: 'duplicate' }],
  ])('a user with %s is refused', async (_, body, expected) => {
    await to.refuse(post(JSON.stringify(body)), expected);
  });

  it.each<[string, unknown, Expected]>([
    ['no displayName', { members: [] }, bad('invalidValue', /displayName/)],
    ['a displayName that is taken', { displayName: 'CREW' }, { status: 409, scimType: 'uniqueness', code: 'duplicate' }],
    ['a member without value', { displayName: 'New', members: [{ display: 'x' }] }, bad('invalidValue', /members/)],
    ['a member that is no id', { displayName: 'New', members: [{ value: 'bulkId:1' }] }, { ...bad('invalidValue', /bulkId:1/), code: 'invalid-value' }],
    ['a member that does not exist', { displayName: 'New', members: [{ value: '018f0000-0000-7000-8000-000000000000' }] }, { ...bad('invalidValue', /018f0000-0000-7000-8000-000000000000/), code: 'invalid-value' }],
  ])('a group with %s is refused', async (_, body, expected) => {
    await to.refuse({ ...post(JSON.stringify(body)), path: '/Groups' }, expected);
  });

  it.each<[string, string, Expected]>([
    ['no operations', '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}', bad('invalidSyntax', /Operations/)],
    ['an empty list of operations', patchOf(), bad('invalidSyntax', /Operations/)],
    ['the body of a PUT', good, bad('invalidSyntax')],
    ['an unknown op', patchOf({ op: 'move', path: 'title', value: 'T' }), bad('invalidSyntax', /op/)],
    ['an op of another type', patchOf({ op: null, path: 'title' }), bad('invalidSyntax', /op/)],
    ['an unknown path', patchOf({ op: 'replace', path: 'nonsense', value: 1 }), bad('invalidPath', /nonsense/)],
    ['a path to __proto__', patchOf({ op: 'add', path: '__proto__.active', value: true }), bad('invalidPath')],
    ['a path to a prototype of an attribute', patchOf({ op: 'add', path: 'name.constructor', value: {} }), bad('invalidPath')],
    ['a path of another type', patchOf({ op: 'replace', path: ['title'], value: 'T' }), bad('invalidPath')],
    ['a broken path', patchOf({ op: 'replace', path: 'emails[type eq "work"', value: 'T' }), bad('invalidPath')],
    ['a filter in a path that is none', patchOf({ op: 'replace', path: 'emails[]', value: {} }), bad('invalidFilter')],
    ['32,000 dots', patchOf({ op: 'replace', path: '.'.repeat(32_000), value: 'T' }), bad('invalidPath')],
    ['20,000 brackets', patchOf({ op: 'replace', path: `emails${'['.repeat(20_000)}`, value: 'T' }), bad('invalidPath')],
    ['no path and no value', patchOf({ op: 'add' }), bad('invalidValue')],
    ['a remove without path', patchOf({ op: 'remove' }), bad('noTarget')],
    ['a path-less value of unknown names', patchOf({ op: 'add', value: { nonsense: 1 } }), bad('invalidPath', /nonsense/)],
    ['another id', patchOf({ op: 'replace', path: 'id', value: 'x' }), bad('mutability', /id/)],
    ['a read-only attribute', patchOf({ op: 'replace', path: 'meta.version', value: 'x' }), bad('mutability', /meta/)],
    ['a read-only extension', patchOf({ op: 'add', path: 'urn:usher:params:scim:schemas:extension:membership:2.0:User:role', value: 'owner' }), bad('mutability')],
    ['active removed', patchOf({ op: 'remove', path: 'active' }), bad('invalidValue', /active/)],
    ['active null', patchOf({ op: 'replace', path: 'active', value: null }), bad('invalidValue', /active/)],
    ['active yes', patchOf({ op: 'replace', path: 'active', value: 'yes' }), bad('invalidValue', /active/)],
    ['the end of userName', patchOf({ op: 'remove', path: 'userName' }), bad('mutability', /userName/)],
    ['a filter that matches nothing', patchOf({ op: 'replace', path: 'emails[value co "none"].display', value: 'x' }), bad('noTarget')],
    ['a good operation before a bad one', patchOf({ op: 'replace', path: 'active', value: false }, { op: 'replace', path: 'nonsense', value: 1 }), bad('invalidPath')],
    ['1,001 operations', patchOf(...Array.from({ length: 1001 }, () => ({ op: 'replace', path: 'title', value: 'T' }))), bad('invalidValue')],
  ])('a PATCH with %s is refused', async (_, body, expected) => {
    await to.refuse({ method: 'PATCH', path: `/Users/${to.userId}`, headers: scimJson, body }, expected);
  });
});

describe('filters', () => {
  const oneOf = (count: number, part = 'userName pr') => Array.from({ length: count }, () => part).join(' or ');
  it.each<[string, string]>([
    ['nothing', ''],
    ['a word', 'userName'],
    ['no value', 'userName eq'],
    ['an unknown operator', 'userName is "x"'],
    ['a value without quotes', 'userName eq ada'],
    ['single quotes', `userName eq 'ada'`],
    ['an open quote', 'userName eq "ada'],
    ['an unknown attribute', 'nonsense eq "x"'],
    ['an unknown sub-attribute', 'name.nonsense eq "x"'],
    ['an unknown attribute in brackets', 'emails[nonsense eq "x"]'],
    ['a name of a prototype', '__proto__ pr'],
    ['a name of a prototype deeper', 'name.constructor pr'],
    ['an unknown schema', 'urn:none:User:userName eq "x"'],
    ['the password', 'password sw "a"'],
    ['brackets on a simple attribute', 'userName[value eq "x"]'],
    ['an order of booleans', 'active gt true'],
    ['a part of a time', 'meta.created co "2026"'],
    ['a time that is none', 'meta.created gt "2026-13-45T00:00:00Z"'],
    ['a number for a text', 'userName eq 7'],
    ['a text for a boolean', 'active eq "maybe"'],
    ['NUL', String.raw`userName eq "\u0000"`],
    ['half a surrogate pair', String.raw`userName eq "\ud800"`],
    ['SQL', `userName eq "x" or 1=1; drop table membership --`],
    ['an open bracket', '(userName pr'],
    ['a closed bracket', 'userName pr)'],
    ['not without brackets', 'not userName pr'],
    ['4,000 newlines in a value', `userName eq "${'\n'.repeat(4000)}`],
    ['4,000 newlines', '\n'.repeat(4000)],
    ['4,000 quotes', 'userName eq '.padEnd(4000, '"')],
    ['4,000 backslashes', 'userName eq "'.padEnd(4000, '\\')],
    ['20,000 brackets', '('.repeat(20_000)],
    ['17 levels', `${'('.repeat(17)}userName pr${')'.repeat(17)}`],
    ['65 terms', oneOf(65)],
    ['4,097 bytes', `userName eq "${'x'.repeat(4097 - 14)}"`],
    ['4,097 bytes in fewer characters', `userName eq "${'ü'.repeat(2042)}"`],
  ])('%s is 400 invalidFilter by query and by search', async (_, filter) => {
    const search: RawRequest = { method: 'POST', path: '/Users/.search', headers: scimJson, body: JSON.stringify({ filter }) };
    const answer = await to.refuse(search, bad('invalidFilter'));
    expect(answer.text).not.toContain('totalResults');
    if (filter.length < 5_000) await to.refuse({ path: `/Users?filter=${encodeURIComponent(filter)}` }, bad('invalidFilter'));
  });

  it('as large as is allowed are answered', async () => {
    for (const filter of [oneOf(64), `${'('.repeat(16)}userName pr${')'.repeat(16)}`, `userName eq "${'x'.repeat(4096 - 14)}"`]) {
      const body = JSON.stringify({ filter });
      expect((await to.send({ method: 'POST', path: '/Users/.search', headers: scimJson, body })).status, filter.slice(0, 40)).toBe(200);
    }
  });
});
