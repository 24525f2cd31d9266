// normaliseResource: what POST and PUT bodies become, in every spelling that clients use.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScimError } from '../../src/scim/errors.ts';
import { normaliseResource } from '../../src/scim/normalise-resource.ts';
import type { ScimObject } from '../../src/scim/schema/attribute.ts';
import { membershipExtension } from '../../src/scim/schema/membership-extension.ts';
import { groupType, resourceTypes, userType } from '../../src/scim/schema/resource-types.ts';
import { scimLikeBody, scimLikeJson } from './schema/scim-like-json.ts';

const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return `${error.status} ${error.scimType}: ${error.message}`;
  }
  throw new Error('nothing was refused');
}

/** Each body is sent together with a userName. */
const users: [what: string, sent: ScimObject, kept: ScimObject][] = [
  ['a userName alone', {}, {}],
  ['names in any case', { DISPLAYNAME: 'Ada', Name: { GivenName: 'Ada' } }, { name: { givenName: 'Ada' }, displayName: 'Ada' }],
  ['unassigned values', { title: '', nickName: null, emails: [], phoneNumbers: [{}], name: { givenName: '' }, active: null }, {}],
  ['boolean text', { active: 'False', emails: [{ value: 'a', primary: 'TRUE' }] }, { active: false, emails: [{ value: 'a', primary: true }] }],
  ['unknown members', { costume: 'red', meta2: {}, 'urn:example:x': { a: 1 }, 'urn:example:x:a': 1 }, {}],
  ['read-only attributes', { id: 'x', meta: { version: 5 }, groups: [{ value: 'g' }], [membershipExtension.id]: { status: 'active' } }, {}],
  ['a password', { password: 'secret' }, {}],
  ['unknown schemas', { schemas: [core, 'http://schemas.microsoft.com/x'] }, {}],
  ['no schemas', { schemas: [] }, {}],
  ['null schemas', { schemas: null }, {}],
  ['an externalId', { externalID: 'ext-1' }, { externalId: 'ext-1' }],
  ['dotted names', { 'name.givenName': 'Ada', 'NAME.FAMILYNAME': 'King' }, { name: { familyName: 'King', givenName: 'Ada' } }],
  ['an object and dotted names', { name: { givenName: 'Ada' }, 'name.familyName': 'King' }, { name: { familyName: 'King', givenName: 'Ada' } }],
  ['an extension object', { [enterprise]: { Department: 'Ops' } }, { [enterprise]: { department: 'Ops' } }],
  ['an extension object in lower case', { [enterprise.toLowerCase()]: { department: 'Ops' } }, { [enterprise]: { department: 'Ops' } }],
  ['flat extension names', { [`${enterprise}:department`]: 'Ops' }, { [enterprise]: { department: 'Ops' } }],
  ['a flat dotted extension name', { [`${enterprise}:manager.value`]: 'm' }, { [enterprise]: { manager: { value: 'm' } } }],
  ['both extension forms', { [enterprise]: { division: 'D' }, [`${enterprise}:department`]: 'Ops' }, { [enterprise]: { division: 'D', department: 'Ops' } }],
  ['an empty extension', { [enterprise]: {} }, {}],
  ['a null extension', { [enterprise]: null }, {}],
  ['core names under the core URN', { [core]: { title: 'Dr' }, [`${core}:nickName`]: 'A' }, { nickName: 'A', title: 'Dr' }],
  ['a manager as text', { [enterprise]: { manager: 'm' } }, { [enterprise]: { manager: { value: 'm' } } }],
  ['a manager in a list', { [enterprise]: { manager: [{ value: 'm', displayName: 'Boss' }] } }, { [enterprise]: { manager: { value: 'm' } } }],
  ['a read-only part', { [`${enterprise}:manager.displayName`]: 'Boss', 'meta.version': 5, 'groups.value': 'g' }, {}],
  ['an empty manager', { [enterprise]: { manager: { value: '' } } }, {}],
  ['a number as identifier', { [enterprise]: { employeeNumber: 7 } }, { [enterprise]: { employeeNumber: '7' } }],
  ['no format checks', { locale: '??', timezone: 'x', preferredLanguage: '1', profileUrl: ':' }, { profileUrl: ':', preferredLanguage: '1', locale: '??', timezone: 'x' }],
  ['the same value twice', { title: 'Dr', Title: 'Dr', TITLE: null }, { title: 'Dr' }],
  ['one entry of a list as object', { emails: { value: 'a' } }, { emails: [{ value: 'a' }] }],
  ['names of Object.prototype', JSON.parse('{"__proto__":{"x":1},"constructor":{"prototype":{"x":1}},"toString":"x"}') as ScimObject, {}],
];

const refused: [sent: unknown, detail: RegExp][] = [
  [null, /^400 invalidSyntax: The request body must be a JSON object/],
  [[], /^400 invalidSyntax/],
  ['x', /^400 invalidSyntax/],
  [{}, /^400 invalidValue: "userName" is required/],
  [{ userName: '' }, /"userName" is required/],
  [{ userName: null }, /"userName" is required/],
  [{ userName: 5 }, /"userName" must be a string/],
  [{ userName: 'a', schemas: core }, /^400 invalidSyntax: "schemas" must be a list of strings/],
  [{ userName: 'a', schemas: [5] }, /^400 invalidSyntax: "schemas"/],
  [{ userName: 'a', active: 'yes' }, /^400 invalidValue: "active" must be true or false/],
  [{ userName: 'a', password: 1 }, /"password" must be a string/],
  [{ userName: 'a', username: 'b' }, /"userName" is given more than once/],
  [{ userName: 'a', name: { givenName: 'x' }, 'name.givenName': 'y' }, /"name\.givenName" is given more than once/],
  [{ userName: 'a', 'emails.value': 'x' }, /Send "emails" as a list of objects/],
  [{ userName: 'a', [enterprise]: 'x' }, /^400 invalidValue: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User" must be an object/],
  [{ userName: 'a', [enterprise]: { manager: { value: 5 } } }, /"manager\.value" must be a string/],
  [{ userName: 'a', emails: [{ value: 'x', primary: true }, { value: 'y', primary: true }] }, /more than one element as primary/],
];

describe('normaliseResource', () => {
  it.each(users)('user with %s', (_, sent, kept) => {
    const normal = normaliseResource(userType, { ...sent, userName: 'ada' });
    expect(normal).toStrictEqual({ userName: 'ada', ...kept });
  });

  it.each(refused)('refuses the user %j', (sent, detail) => {
    expect(refusal(() => normaliseResource(userType, sent))).toMatch(detail);
  });

  it('puts keys in the order of the schema, so that equal content is equal text', () => {
    const one = normaliseResource(userType, { emails: [{ type: 'work', value: 'a' }], [enterprise]: { division: 'D', costCenter: '1' }, userName: 'ada', externalId: 'e' });
    const two = normaliseResource(userType, { externalId: 'e', userName: 'ada', emails: [{ value: 'a', type: 'work' }], [enterprise]: { costCenter: '1', division: 'D' } });
    expect(JSON.stringify(one)).toBe(JSON.stringify(two));
    expect(Object.keys(one)).toEqual(['externalId', 'userName', 'emails', enterprise]);
  });

  it.each<[ScimObject, ScimObject]>([
    [{ displayName: 'Team', members: [] }, { displayName: 'Team' }],
    [{ DisplayName: 'Team', members: [{ value: 'u', $ref: null, display: 'Ada' }, 'v'] }, { displayName: 'Team', members: [{ value: 'u' }, { value: 'v' }] }],
    [{ displayName: 'Team', userName: 'ignored', [enterprise]: { department: 'ignored' } }, { displayName: 'Team' }],
  ])('group %j', (sent, kept) => {
    expect(normaliseResource(groupType, sent)).toStrictEqual(kept);
  });

  it.each<[ScimObject, RegExp]>([
    [{ members: [] }, /"displayName" is required/],
    [{ displayName: 'Team', members: [{ display: 'Ada' }] }, /"members\[0\]\.value" is required/],
    [{ displayName: 'Team', members: [5] }, /"members\[0\]" must be an object/],
  ])('refuses the group %j', (sent, detail) => {
    expect(refusal(() => normaliseResource(groupType, sent))).toMatch(detail);
  });

  it('requires what an extension requires once the extension is used', () => {
    const schema = { id: 'urn:example:badge', name: 'Badge', description: '', attributes: userType.schema.attributes.filter((a) => ['userName', 'title'].includes(a.name)) };
    const type = { ...groupType, extensions: [{ schema, required: false }] };
    expect(normaliseResource(type, { displayName: 'Team' })).toEqual({ displayName: 'Team' });
    expect(refusal(() => normaliseResource(type, { displayName: 'Team', 'urn:example:badge:title': 'x' }))).toContain('"urn:example:badge:userName" is required');
    const strict = { ...groupType, extensions: [{ schema, required: true }] };
    expect(refusal(() => normaliseResource(strict, { displayName: 'Team' }))).toContain('"urn:example:badge:userName" is required');
    const ours = { ...schema, attributes: schema.attributes.map((attribute) => ({ ...attribute, mutability: 'readOnly' as const })) };
    expect(normaliseResource({ ...groupType, extensions: [{ schema: ours, required: true }] }, { displayName: 'Team' })).toEqual({ displayName: 'Team' });
  });

  it('throws nothing but refusals, leaves prototypes alone, and is stable', () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    let taken = 0;
    fc.assert(
      fc.property(fc.constantFrom(...resourceTypes), fc.oneof({ weight: 9, arbitrary: scimLikeBody }, { weight: 1, arbitrary: scimLikeJson }), (type, body) => {
        try {
          const normal = normaliseResource(type, body);
          taken += 1;
          expect(normaliseResource(type, normal)).toStrictEqual(normal);
          for (const name of ['id', 'meta', 'schemas', 'password', 'groups', membershipExtension.id]) expect(normal).not.toHaveProperty([name]);
          expect(Object.getPrototypeOf(normal)).toBe(Object.prototype);
        } catch (error) {
          if (!(error instanceof ScimError)) throw error;
          expect(error.status).toBe(400);
        }
      }),
      { numRuns: 3_000 },
    );
    expect(taken).toBeGreaterThan(100);
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  });

  it('is linear in the number of unknown members', () => {
    const body: ScimObject = { userName: 'ada' };
    for (let i = 0; i < 100_000; i += 1) body[`unknown${i}`] = i;
    const begin = performance.now();
    expect(normaliseResource(userType, body)).toEqual({ userName: 'ada' });
    expect(performance.now() - begin).toBeLessThan(2_000);
  });
});
