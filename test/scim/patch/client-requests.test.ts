// What Okta and Microsoft Entra ID really send, in their order, and what a user looks like in between.
import { expect, it } from 'vitest';
import type { ScimObject } from '../../../src/scim/schema/attribute.ts';
import { enterprise, patch } from './patching.ts';

/** One request body's operations, then what must hold of the user afterwards. */
type Turn = readonly [operations: object[], after: ScimObject];

const role = (name: string): object => ({ primary: false, type: 'WindowsAzureActiveDirectoryRole', display: name, value: name });
const manager = `${enterprise}:manager`;

function play(start: ScimObject, turns: readonly Turn[]): void {
  let user = start;
  for (const [operations, after] of turns) {
    user = patch(user, operations).resource;
    expect(user).toMatchObject(after);
  }
}

it('Entra, first dialect: one operation for each attribute, capital letters', () => {
  const work = { primary: true, type: 'work', value: 'w@a.example' };
  const phone = { primary: true, type: 'work', value: '555' };
  const start = { id: '1', userName: 'ada', title: 'T', name: { familyName: 'King', givenName: 'Ada' }, emails: [work], phoneNumbers: [phone] };
  play(start, [
    [
      [{ op: 'Replace', path: 'emails[type eq "work"].value', value: 'n@a.example' }, { op: 'Replace', path: 'name.familyName', value: 'L' }],
      { emails: [{ ...work, value: 'n@a.example' }], name: { familyName: 'L', givenName: 'Ada' } },
    ],
    [[{ op: 'Add', path: 'nickName', value: 'Babs' }], { nickName: 'Babs' }],
    [
      [{ op: 'Replace', path: 'externalId', value: 'k-b' }, { op: 'Replace', path: `${enterprise}:employeeNumber`, value: 'E-2' }],
      { externalId: 'k-b', [enterprise]: { employeeNumber: 'E-2' } },
    ],
    [[{ op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+1 555 0100' }], { phoneNumbers: [phone, { type: 'mobile', value: '+1 555 0100' }] }],
    [
      [{ op: 'Replace', path: 'addresses[type eq "work"].streetAddress', value: '1 High St' }, { op: 'Replace', path: 'addresses[type eq "work"].postalCode', value: 'LS1 1AA' }],
      { addresses: [{ type: 'work', streetAddress: '1 High St', postalCode: 'LS1 1AA' }] },
    ],
    [
      ['display', 'value', 'type'].map((name) => ({ op: 'Add', path: `roles[primary eq "True"].${name}`, value: 'Admin' })),
      { roles: [{ primary: true, display: 'Admin', value: 'Admin', type: 'Admin' }] },
    ],
    [[{ op: 'Add', path: 'roles', value: [{ value: '{"value":"Editor"}' }] }], { roles: [{ value: 'Admin' }, { value: '{"value":"Editor"}' }] }],
    [[{ op: 'replace', path: 'roles', value: [role('User'), role('Test')] }], { roles: [role('User'), role('Test')] }],
    [[{ op: 'Add', path: manager, value: '2' }], { [enterprise]: { employeeNumber: 'E-2', manager: { value: '2' } } }],
    [[{ op: 'Add', path: 'manager', value: [{ $ref: 'https://scim.example/Users/3', value: '3' }] }], { [enterprise]: { manager: { value: '3' } } }],
    [[{ op: 'Replace', path: manager, value: '' }], { [enterprise]: { employeeNumber: 'E-2' } }],
    [[{ op: 'Remove', path: 'title' }, { op: 'Remove', path: 'phoneNumbers[type eq "mobile"].value' }], { phoneNumbers: [phone] }],
    [
      [{ op: 'Replace', path: 'displayName', value: 'Gone' }, { op: 'Replace', path: 'active', value: 'False' }, { op: 'Replace', path: 'title', value: 'Leaver' }],
      { displayName: 'Gone', active: false, title: 'Leaver' },
    ],
  ]);
});

it('Entra, second dialect: attributes without path under dotted and URN keys', () => {
  play({ userName: 'ada', name: { givenName: 'A', familyName: 'K' }, emails: [{ type: 'work', value: 'w@a.example' }] }, [
    [
      [
        { op: 'replace', path: 'emails[type eq "work"].value', value: 'n@a.example' },
        { op: 'replace', value: { displayName: 'B', 'name.givenName': 'G', 'name.familyName': 'U', [`${enterprise}:employeeNumber`]: 'E-3' } },
      ],
      { displayName: 'B', name: { givenName: 'G', familyName: 'U' }, emails: [{ type: 'work', value: 'n@a.example' }], [enterprise]: { employeeNumber: 'E-3' } },
    ],
    [[{ op: 'replace', value: { [enterprise]: { department: 'R' } } }], { [enterprise]: { department: 'R', employeeNumber: 'E-3' } }],
    [[{ op: 'Replace', value: { name: { familyName: 'N' } } }, { op: 'Replace', path: 'name', value: { middleName: 'M' } }], { name: { givenName: 'G', familyName: 'N', middleName: 'M' } }],
    [[{ op: 'replace', path: 'active', value: false }], { active: false }],
    [[{ op: 'replace', path: 'active', value: true }], { active: true }],
  ]);
});

it('Okta: values without path', () => {
  play({ id: '1', userName: 'ada', displayName: 'Old', active: true }, [
    [[{ op: 'replace', value: { active: false } }], { active: false, userName: 'ada' }],
    [[{ op: 'replace', value: { active: true } }], { active: true }],
    [[{ op: 'replace', value: { password: 'N3w-secret' } }], { active: true }],
    [[{ op: 'replace', value: { id: '1', displayName: 'New' } }], { id: '1', displayName: 'New' }],
  ]);
});
