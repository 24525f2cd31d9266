// The front of the PATCH engine: which bodies are refused, with which scimType and words, and what is let pass.
import { describe, expect, it } from 'vitest';
import { parsePatch } from '../../../src/scim/patch/parse-patch.ts';
import { groupType, userType } from '../../../src/scim/schema/resource-types.ts';
import { enterprise, patch, patchOp, refusal } from './patching.ts';

const membership = 'urn:usher:params:scim:schemas:extension:membership:2.0:User';
const title = { op: 'replace', path: 'title', value: 'T' };

describe('the envelope', () => {
  it.each<[string, unknown, RegExp]>([
    ['null', null, /^invalidSyntax: .*JSON object/u],
    ['a list', [title], /^invalidSyntax/u],
    ['a text', 'x', /^invalidSyntax/u],
    ['an empty object', {}, /^invalidSyntax: .*Operations/u],
    ['no operation', { Operations: [] }, /^invalidSyntax/u],
    ['operations that are no list', { Operations: { 0: title } }, /^invalidSyntax/u],
    ['an operation that is no object', { Operations: [title, null] }, /^invalidSyntax: Operations\[1\]/u],
    ['another schema', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], Operations: [title] }, /^invalidSyntax: .*PatchOp/u],
    ['schemas of another type', { schemas: 7, Operations: [title] }, /^invalidSyntax/u],
    ['operations given twice', { Operations: [title], operations: [title] }, /^invalidSyntax: "operations" is given more than once/u],
    ['no op', { Operations: [{ path: 'title', value: 'T' }] }, /^invalidSyntax: Operations\[0\] needs "op"/u],
    ['an op of another type', { Operations: [{ ...title, op: 1 }] }, /^invalidSyntax/u],
    ['an unknown op', { Operations: [{ ...title, op: 'Move' }] }, /^invalidSyntax: .*"move"/u],
    ['a path of another type', { Operations: [{ ...title, path: ['title'] }] }, /^invalidPath/u],
    ['1,001 operations', { Operations: Array.from({ length: 1001 }, () => title) }, /^invalidValue: .*1001/u],
  ])('%s: refused', (_, body, told) => {
    expect(refusal(() => parsePatch(userType, body))).toMatch(told);
  });

  it.each<[string, unknown]>([
    ['schemas in other case', { schemas: [patchOp.toUpperCase()], Operations: [title] }],
    ['no schemas', { Operations: [title] }],
    ['null schemas', { schemas: null, Operations: [title] }],
    ['names in other case', { SCHEMAS: [patchOp], operations: [{ OP: 'REPLACE', Path: 'title', VALUE: 'T' }] }],
    ['a null path', { Operations: [{ op: 'replace', path: null, value: { title: 'T' } }] }],
    ['unknown members', { Operations: [{ ...title, comment: 'x' }], failOnErrors: 1 }],
    ['1,000 operations', { Operations: Array.from({ length: 1000 }, () => title) }],
  ])('%s: taken', (_, body) => {
    expect(parsePatch(userType, body)[0]).toMatchObject({ op: 'replace', path: { attribute: { name: 'title' } }, value: 'T' });
  });
});

describe('operations on a user that are refused', () => {
  it.each<[object, RegExp]>([
    [{ op: 'remove' }, /^noTarget/u],
    [{ op: 'remove', value: { title: 'T' } }, /^noTarget/u],
    [{ op: 'add', path: 'title' }, /^invalidValue: .*"title" has no "value"/u],
    [{ op: 'replace' }, /^invalidValue/u],
    [{ op: 'replace', value: 'T' }, /^invalidValue/u],
    [{ op: 'replace', value: null }, /^invalidValue/u],
    [{ op: 'replace', value: { shoeSize: 46 } }, /^invalidPath: User has none of the attributes "shoeSize"/u],
    [{ op: 'replace', path: 'shoeSize', value: 46 }, /^invalidPath: .*"shoeSize"/u],
    [{ op: 'replace', path: 'name.shoe', value: 'x' }, /^invalidPath: .*"name\.shoe"/u],
    [{ op: 'replace', path: '__proto__', value: {} }, /^invalidPath/u],
    [{ op: 'replace', path: '__proto__.polluted', value: 'x' }, /^invalidPath/u],
    [{ op: 'replace', path: 'constructor.prototype', value: 'x' }, /^invalidPath/u],
    [{ op: 'replace', path: 'name[familyName eq "x"]', value: {} }, /^invalidPath/u],
    [{ op: 'replace', path: 'emails[type eq', value: 'x' }, /^invalidPath/u],
    [{ op: 'replace', path: 'emails[type eq ].value', value: 'x' }, /^invalidFilter/u],
    [{ op: 'replace', value: { 'emails[shoe eq "x"].value': 'x' } }, /^invalidFilter/u],
    [{ op: 'replace', path: 'emails[type eq "work"].shoe', value: 'x' }, /^invalidPath/u],
    [{ op: 'replace', path: 'title', value: 7 }, /^invalidValue: "title" must be a string/u],
    [{ op: 'replace', path: 'active', value: 'nope' }, /^invalidValue: "active"/u],
    [{ op: 'remove', path: 'active' }, /^invalidValue: "active" is always/u],
    [{ op: 'replace', path: 'active', value: null }, /^invalidValue: "active" is always/u],
    [{ op: 'replace', value: { active: '' } }, /^invalidValue: "active" is always/u],
    [{ op: 'replace', path: 'userName', value: '' }, /^invalidValue: "userName" is required/u],
    [{ op: 'add', value: { userName: null } }, /^invalidValue: "userName" is required/u],
    [{ op: 'remove', path: 'userName' }, /^mutability: "userName" is required/u],
    [{ op: 'replace', path: 'name', value: 'Ada King' }, /^invalidValue: "name" must be an object/u],
    [{ op: 'replace', path: 'name', value: { shoe: 1 } }, /^invalidValue: .*none of its sub-attributes/u],
    [{ op: 'replace', path: 'name.familyName', value: { a: 1 } }, /^invalidValue: "name\.familyName"/u],
    [{ op: 'replace', path: 'emails[type eq "work"]', value: 'x' }, /^invalidValue/u],
    [{ op: 'replace', path: 'emails[type eq "work"]', value: [{ value: 'a' }, { value: 'b' }] }, /^invalidValue/u],
    [{ op: 'add', path: 'emails', value: [{ value: 'a', primary: true }, { value: 'b', primary: true }] }, /^invalidValue/u],
    [{ op: 'remove', path: 'emails', value: '' }, /^invalidValue/u],
    [{ op: 'add', path: 'manager', value: ['7', '8'] }, /^invalidValue: "manager"/u],
    [{ op: 'replace', path: 'id', value: 7 }, /^invalidValue/u],
    [{ op: 'remove', path: 'id' }, /^mutability/u],
    [{ op: 'replace', path: 'meta', value: {} }, /^mutability: "meta" is read-only/u],
    [{ op: 'replace', path: 'meta.created', value: 'x' }, /^mutability/u],
    [{ op: 'add', path: 'groups', value: [{ value: 'g' }] }, /^mutability: "groups".*members of the group/u],
    [{ op: 'remove', path: 'groups[value eq "g"]' }, /^mutability/u],
    [{ op: 'replace', path: `${enterprise}:manager.displayName`, value: 'M' }, /^mutability: "manager\.displayName"/u],
    [{ op: 'replace', path: `${membership}:role`, value: 'owner' }, /^mutability: "role"/u],
    [{ op: 'replace', value: { [membership]: { role: 'owner' } } }, /^mutability: "role"/u],
    [{ op: 'remove', path: membership }, /^mutability/u],
    [{ op: 'remove', path: 'schemas' }, /^mutability: "schemas" is required/u],
    [{ op: 'replace', path: 'password', value: 7 }, /^invalidValue: "password"/u],
  ])('%j', (operation, told) => {
    expect(refusal(() => patch({ id: '1', userName: 'ada' }, [operation]))).toMatch(told);
  });
});

describe('operations that say nothing to act on', () => {
  it.each<object>([
    { op: 'replace', value: { password: 'secret' } },
    { op: 'replace', path: 'password', value: 'secret' },
    { op: 'remove', path: 'password' },
    { op: 'replace', value: { schemas: [enterprise], meta: { resourceType: 'User' }, groups: [{ value: 'g' }] } },
    { op: 'add', path: 'schemas', value: [enterprise] },
    { op: 'replace', value: { id: null } },
  ])('%j', (operation) => {
    expect(parsePatch(userType, { Operations: [operation] })).toEqual([]);
  });

  it('passes over read-only parts of what else is said', () => {
    const [operation] = parsePatch(userType, { Operations: [{ op: 'add', path: 'manager', value: { value: '7', displayName: 'M', $ref: null } }] });
    expect(operation?.value).toEqual({ value: '7' });
  });
});

describe('strict operations', () => {
  it('carry the target apart from the sub-attribute, with or without a filter', () => {
    const body = { Operations: [{ op: 'Add', path: 'NAME.givenname', value: 'G' }, { op: 'remove', path: 'emails[type eq "work"].VALUE' }] };
    const [name, emails] = parsePatch(userType, body);
    expect(name).toMatchObject({ op: 'add', path: { extension: undefined, attribute: { name: 'name' }, sub: undefined }, filter: undefined, sub: { name: 'givenName' } });
    expect(emails).toMatchObject({ op: 'remove', path: { attribute: { name: 'emails' }, sub: undefined }, sub: { name: 'value' }, value: undefined });
    expect(emails?.filter).toMatchObject({ kind: 'compare', operator: 'eq', value: 'work' });
  });

  it('keep the text of roles that came as JSON text', () => {
    const text = '{"id":"06b07648","value":"Editor","displayName":"Editor"}';
    const [operation] = parsePatch(userType, { Operations: [{ op: 'Add', path: 'roles', value: [{ value: text }] }] });
    expect(operation?.value).toEqual([{ value: text }]);
  });

  it.each<object>([
    { op: 'replace', path: 'displayName', value: '' },
    { op: 'replace', path: 'members', value: [{ display: 'x' }] },
    { op: 'replace', path: 'members', value: [{}] },
    { op: 'add', path: 'members', value: [null] },
    { op: 'add', path: 'members', value: [{ value: '' }] },
    { op: 'add', path: 'members', value: [{ value: 7 }] },
    { op: 'remove', path: 'members', value: [{}] },
    { op: 'remove', path: 'members', value: '' },
  ])('of a group: %j is refused with invalidValue', (operation) => {
    expect(refusal(() => parsePatch(groupType, { Operations: [operation] }))).toMatch(/^invalidValue/u);
  });
});
