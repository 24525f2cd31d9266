// The PATCH engine, case by case: what a user looks like after the operations of one request.
import { describe, expect, it } from 'vitest';
import type { ScimObject } from '../../../src/scim/schema/attribute.ts';
import { enterprise, patch, refusal } from './patching.ts';

type Case = readonly [name: string, before: ScimObject, operations: readonly object[], after: ScimObject];

const work = { value: 'w@a.example', type: 'work', primary: true };
const home = { value: 'h@a.example', type: 'home' };
const user = { userName: 'ada', title: 'Analyst', name: { givenName: 'Ada', familyName: 'King' }, emails: [work, home] };
const byType = (type: string): string => `emails[type eq "${type}"]`;

function cases(title: string, table: readonly Case[]): void {
  describe(title, () => {
    it.each(table)('%s', (_, before, operations, after) => {
      expect(patch(before, operations).resource).toEqual(after);
    });
  });
}

cases('single values', [
  ['replace', user, [{ op: 'replace', path: 'title', value: 'Chief' }], { ...user, title: 'Chief' }],
  ['add replaces', user, [{ op: 'add', path: 'title', value: 'Chief' }], { ...user, title: 'Chief' }],
  ['replace adds where there is none', user, [{ op: 'replace', path: 'nickName', value: 'A' }], { ...user, nickName: 'A' }],
  ['remove', user, [{ op: 'remove', path: 'title' }], { ...user, title: undefined }],
  ['remove of nothing', user, [{ op: 'remove', path: 'nickName' }], user],
  ['names in any case', user, [{ op: 'replace', path: 'TITLE', value: 'Chief' }], { ...user, title: 'Chief' }],
  ['null unassigns', user, [{ op: 'replace', path: 'title', value: null }], { ...user, title: undefined }],
  ['an empty text unassigns', user, [{ op: 'add', path: 'title', value: '' }], { ...user, title: undefined }],
  ['an empty list unassigns', user, [{ op: 'replace', value: { title: [] } }], { ...user, title: undefined }],
  ['in order, the last one wins', user, [{ op: 'remove', path: 'title' }, { op: 'add', path: 'title', value: 'B' }, { op: 'add', path: 'title', value: 'C' }], { ...user, title: 'C' }],
  ['boolean text', user, [{ op: 'Replace', path: 'active', value: 'False' }], { ...user, active: false }],
  ['a password is not kept', user, [{ op: 'replace', value: { password: 'secret' } }], user],
]);

cases('complex values', [
  ['replace keeps what is not named', user, [{ op: 'Replace', path: 'name', value: { middleName: 'M' } }], { ...user, name: { ...user.name, middleName: 'M' } }],
  ['without path too', user, [{ op: 'replace', value: { name: { familyName: 'L' } } }], { ...user, name: { givenName: 'Ada', familyName: 'L' } }],
  ['a sub-attribute', user, [{ op: 'replace', path: 'name.familyName', value: 'L' }], { ...user, name: { givenName: 'Ada', familyName: 'L' } }],
  ['null unassigns one sub-attribute', user, [{ op: 'replace', path: 'name', value: { familyName: null } }], { ...user, name: { givenName: 'Ada' } }],
  ['remove of a sub-attribute', user, [{ op: 'remove', path: 'name.familyName' }], { ...user, name: { givenName: 'Ada' } }],
  ['the last sub-attribute takes the attribute', user, [{ op: 'remove', path: 'name.familyName' }, { op: 'replace', path: 'name.givenName', value: '' }], { ...user, name: undefined }],
  ['remove of the whole', user, [{ op: 'remove', path: 'name' }], { ...user, name: undefined }],
  ['null unassigns the whole', user, [{ op: 'replace', path: 'name', value: null }], { ...user, name: undefined }],
  ['an empty object says nothing', user, [{ op: 'replace', path: 'name', value: {} }], user],
]);

const managed = { userName: 'ada', [enterprise]: { department: 'R', manager: { value: '1' } } };
const manager = `${enterprise}:manager`;
cases('extensions and the manager', [
  ['the first attribute makes the extension', { userName: 'ada' }, [{ op: 'add', path: `${enterprise}:department`, value: 'R' }], { userName: 'ada', [enterprise]: { department: 'R' } }],
  ['an object under the URN keeps the rest', managed, [{ op: 'replace', value: { [enterprise]: { division: 'D' } } }], { userName: 'ada', [enterprise]: { ...managed[enterprise], division: 'D' } }],
  ['the last attribute takes the extension', managed, [{ op: 'remove', path: manager }, { op: 'remove', path: 'department' }], { userName: 'ada' }],
  ['the extension removed by its URN', managed, [{ op: 'remove', path: enterprise }], { userName: 'ada' }],
  ['null under the URN', managed, [{ op: 'replace', value: { [enterprise]: null } }], { userName: 'ada' }],
  ...['7', { value: '7' }, [{ value: '7', $ref: 'https://scim.example/Users/7' }], ['7']].map(
    (value): Case => [`manager as ${JSON.stringify(value)}`, managed, [{ op: 'Add', path: manager, value }], { userName: 'ada', [enterprise]: { department: 'R', manager: { value: '7' } } }],
  ),
  ...['', null, [], { value: '' }, { value: null }, [{ value: '' }]].map(
    (value): Case => [`manager unassigned by ${JSON.stringify(value)}`, managed, [{ op: 'Replace', path: manager, value }], { userName: 'ada', [enterprise]: { department: 'R' } }],
  ),
  ['manager by its bare name', managed, [{ op: 'add', path: 'manager.value', value: '7' }], { userName: 'ada', [enterprise]: { department: 'R', manager: { value: '7' } } }],
  [
    'a new manager drops what was said of the old one',
    { userName: 'ada', [enterprise]: { manager: { value: '1', $ref: '/Users/1', displayName: 'One' } } },
    [{ op: 'replace', path: 'manager', value: '7' }],
    { userName: 'ada', [enterprise]: { manager: { value: '7' } } },
  ],
  [
    'without its value nothing is left of a manager',
    { userName: 'ada', [enterprise]: { manager: { value: '1', $ref: '/Users/1', displayName: 'One' } } },
    [{ op: 'remove', path: 'manager.value' }],
    { userName: 'ada' },
  ],
  [
    'schemas follow the extensions',
    { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'ada' },
    [{ op: 'add', path: 'department', value: 'R' }],
    { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise], userName: 'ada', [enterprise]: { department: 'R' } },
  ],
]);

const third = { value: 't@a.example', type: 'other' };
cases('lists', [
  ['add one', user, [{ op: 'add', path: 'emails', value: [third] }], { ...user, emails: [work, home, third] }],
  ['add one that is no list', user, [{ op: 'add', path: 'emails', value: third }], { ...user, emails: [work, home, third] }],
  ['add what is there', user, [{ op: 'add', path: 'emails', value: [home] }], user],
  ['add what is there, in other case and order', user, [{ op: 'add', path: 'emails', value: [{ type: 'HOME', value: 'h@a.example', primary: false }] }], { ...user, emails: [work, { ...home, type: 'HOME', primary: false }] }],
  ['add says more of one that is there', user, [{ op: 'add', path: 'emails', value: [{ ...home, display: 'H' }] }], { ...user, emails: [work, { ...home, display: 'H' }] }],
  ['add without type means the one with that value', user, [{ op: 'add', path: 'emails', value: [{ value: 'h@a.example' }] }], user],
  ['the same value under another type is another', user, [{ op: 'add', path: 'emails', value: [{ ...home, type: 'other' }] }], { ...user, emails: [work, home, { ...home, type: 'other' }] }],
  ['add of nothing', user, [{ op: 'add', path: 'emails', value: [] }], user],
  ['replace', user, [{ op: 'replace', path: 'emails', value: [third] }], { ...user, emails: [third] }],
  ['replace by nothing', user, [{ op: 'replace', path: 'emails', value: [] }], { ...user, emails: undefined }],
  ['remove all', user, [{ op: 'remove', path: 'emails' }], { ...user, emails: undefined }],
  ['remove the listed', user, [{ op: 'remove', path: 'emails', value: [{ value: 'H@a.example' }] }], { ...user, emails: [work] }],
  ['remove of a listed value under another type', user, [{ op: 'remove', path: 'emails', value: [{ value: 'h@a.example', type: 'work' }] }], user],
  ['remove by what a listed one says', user, [{ op: 'remove', path: 'emails', value: [{ type: 'work' }] }], { ...user, emails: [home] }],
  ['remove of an empty list removes none', user, [{ op: 'remove', path: 'emails', value: [] }], user],
  ['a new primary takes over', user, [{ op: 'add', path: 'emails', value: [{ ...third, primary: true }] }], { ...user, emails: [{ ...work, primary: false }, home, { ...third, primary: true }] }],
  ['a sub-attribute of all', user, [{ op: 'replace', path: 'emails.display', value: 'A' }], { ...user, emails: [{ ...work, display: 'A' }, { ...home, display: 'A' }] }],
  ['a sub-attribute of none makes one', { userName: 'ada' }, [{ op: 'add', path: 'emails.value', value: 'w@a.example' }], { userName: 'ada', emails: [{ value: 'w@a.example' }] }],
  ['an address that becomes primary stays one', { addresses: [{ locality: 'Leeds' }] }, [{ op: 'add', path: 'addresses', value: [{ locality: 'Leeds', primary: true }] }], { addresses: [{ locality: 'Leeds', primary: true }] }],
  ['addresses are the same only throughout', { addresses: [{ type: 'work', locality: 'Leeds' }] }, [{ op: 'add', path: 'addresses', value: [{ locality: 'LEEDS', type: 'work' }, { locality: 'York', type: 'work' }] }], { addresses: [{ type: 'work', locality: 'LEEDS' }, { locality: 'York', type: 'work' }] }],
]);

cases('selected elements', [
  ['replace a sub-attribute', user, [{ op: 'Replace', path: `${byType('work')}.value`, value: 'n@a.example' }], { ...user, emails: [{ ...work, value: 'n@a.example' }, home] }],
  ['replace of all that match', user, [{ op: 'replace', path: 'emails[value co "@a"].display', value: 'A' }], { ...user, emails: [{ ...work, display: 'A' }, { ...home, display: 'A' }] }],
  ['replace the whole element, selected by a type it keeps', user, [{ op: 'replace', path: byType('work'), value: { value: 'n@a.example' } }], { ...user, emails: [{ value: 'n@a.example', type: 'work' }, home] }],
  ['add says more of the element', user, [{ op: 'add', path: byType('work'), value: { display: 'W' } }], { ...user, emails: [{ ...work, display: 'W' }, home] }],
  ['primary moves', user, [{ op: 'replace', path: `${byType('home')}.primary`, value: 'True' }], { ...user, emails: [{ ...work, primary: false }, { ...home, primary: true }] }],
  ['remove the element', user, [{ op: 'remove', path: byType('home') }], { ...user, emails: [work] }],
  ['remove the last element', { emails: [home] }, [{ op: 'remove', path: byType('home') }], {}],
  ['remove of none', user, [{ op: 'remove', path: byType('other') }], user],
  ['replace by null removes', user, [{ op: 'replace', path: byType('home'), value: null }], { ...user, emails: [work] }],
  ['remove of the value takes its labels along', user, [{ op: 'Remove', path: `${byType('work')}.value` }], { ...user, emails: [home] }],
  ['an empty value likewise', user, [{ op: 'replace', path: `${byType('work')}.value`, value: '' }], { ...user, emails: [home] }],
  ['remove of a label leaves the value', user, [{ op: 'remove', path: `${byType('work')}.primary` }], { ...user, emails: [{ value: 'w@a.example', type: 'work' }, home] }],
  ['the last content of an address takes its type', { addresses: [{ type: 'work', locality: 'Leeds' }] }, [{ op: 'remove', path: 'addresses[type eq "work"].locality' }], {}],
]);

cases('selected elements that are not there', [
  ['add creates', {}, [{ op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+1 555' }], { phoneNumbers: [{ type: 'mobile', value: '+1 555' }] }],
  [
    'replace creates, the next operations find it',
    {},
    ['streetAddress', 'locality', 'country'].map((name) => ({ op: 'Replace', path: `addresses[type eq "work"].${name}`, value: name })),
    { addresses: [{ type: 'work', streetAddress: 'streetAddress', locality: 'locality', country: 'country' }] },
  ],
  [
    'primary eq "True", as Entra writes app roles',
    {},
    ['display', 'value', 'type'].map((name) => ({ op: 'Add', path: `roles[primary eq "True"].${name}`, value: 'Admin' })),
    { roles: [{ primary: true, display: 'Admin', value: 'Admin', type: 'Admin' }] },
  ],
  ['and of eq', {}, [{ op: 'add', path: 'emails[type eq "work" and primary eq true].value', value: 'w@a.example' }], { emails: [{ type: 'work', primary: true, value: 'w@a.example' }] }],
  ['a whole element', user, [{ op: 'replace', path: byType('other'), value: { value: 't@a.example', primary: true } }], { ...user, emails: [{ ...work, primary: false }, home, { ...third, primary: true }] }],
  ['an empty value creates nothing', user, [{ op: 'replace', path: `${byType('other')}.value`, value: '' }], user],
]);

describe('refusals of the engine', () => {
  const twoWork = { emails: [{ value: 'a', type: 'work' }, { value: 'b', type: 'work' }] };
  it.each<[string, ScimObject, object, RegExp]>([
    ['a filter that states nothing to create', user, { op: 'replace', path: 'emails[type sw "x"].value', value: 'v' }, /^noTarget: .*emails\.value/u],
    ['or states nothing', user, { op: 'add', path: 'emails[type eq "x" or type eq "y"].value', value: 'v' }, /^noTarget/u],
    ['a filter that nothing satisfies', user, { op: 'add', path: 'emails[type eq "x" and type eq "y"].value', value: 'v' }, /^noTarget/u],
    ['null as a condition', {}, { op: 'add', path: 'emails[type eq null].value', value: 'v' }, /^noTarget/u],
    ['two primaries at once', twoWork, { op: 'replace', path: 'emails[type eq "work"].primary', value: true }, /^invalidValue: .*2 are selected/u],
    ['another id', { id: '1', userName: 'ada' }, { op: 'replace', value: { id: '2', title: 'T' } }, /^mutability: "id"/u],
    ['more elements than a list takes', { emails: Array.from({ length: 1000 }, (_, i) => ({ value: `${i}` })) }, { op: 'add', path: 'emails', value: [{ value: 'x' }] }, /^invalidValue: .*1001/u],
  ])('%s', (_, before, operation, told) => {
    expect(refusal(() => patch(before, [operation]))).toMatch(told);
  });

  it('leaves nothing of the operations before it', () => {
    const before = { userName: 'ada', title: 'T', emails: [work] };
    const operations = [{ op: 'replace', path: 'title', value: 'X' }, { op: 'remove', path: 'emails' }, { op: 'add', path: 'emails[type ne "a"].value', value: 'x' }];
    expect(refusal(() => patch(before, operations))).toMatch(/^noTarget/u);
    expect(before).toEqual({ userName: 'ada', title: 'T', emails: [work] });
  });
});

describe('what a request said', () => {
  it('tells the last value of active, also when it is the old one', () => {
    expect(patch({ active: true }, [{ op: 'replace', path: 'active', value: true }]).activeAsserted).toBe(true);
    expect(patch({ active: true }, [{ op: 'replace', value: { active: true } }, { op: 'Replace', path: 'active', value: 'False' }]).activeAsserted).toBe(false);
    expect(patch({ active: true }, [{ op: 'replace', path: 'title', value: 'T' }]).activeAsserted).toBeUndefined();
  });

  it('tells each attribute written once, unchanged ones too, and not an equal id', () => {
    const operations = [{ op: 'replace', value: { id: '1', title: 'T', 'name.givenName': 'G' } }, { op: 'add', path: 'name.familyName', value: 'F' }, { op: 'add', path: 'department', value: 'D' }];
    expect(patch({ id: '1', title: 'T' }, operations).written).toEqual(['title', 'name', `${enterprise}:department`]);
  });

  it('shares what it did not touch', () => {
    const before = { userName: 'ada', name: { givenName: 'A' }, emails: [work, home] };
    const after = patch(before, [{ op: 'replace', path: `${byType('work')}.display`, value: 'W' }]).resource;
    expect(after['name']).toBe(before.name);
    expect((after['emails'] as unknown[])[1]).toBe(home);
  });
});
