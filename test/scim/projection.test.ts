// Projection: which attributes an answer shows for attributes, excludedAttributes and each `returned`.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScimError } from '../../src/scim/errors.ts';
import { defaultProjection, parseProjection, project, schemasOf, wants } from '../../src/scim/projection.ts';
import type { ResourceType, ScimObject } from '../../src/scim/schema/attribute.ts';
import { complex, text } from '../../src/scim/schema/define.ts';
import { membershipExtension } from '../../src/scim/schema/membership-extension.ts';
import { groupType, userType } from '../../src/scim/schema/resource-types.ts';

const core = userType.schema.id;
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const membership = membershipExtension.id;

const ada: ScimObject = {
  id: 'u1',
  externalId: 'ext-1',
  userName: 'ada',
  name: { givenName: 'Ada', familyName: 'King' },
  active: false,
  password: 'must never leave',
  emails: [{ value: 'ada@x.example', type: 'work', primary: true }, { value: 'ada@y.example' }],
  groups: [{ value: 'g1', display: 'Team' }],
  title: '',
  nickName: null,
  photos: [],
  unknown: 'must not leave either',
  [enterprise]: { department: 'Ops', manager: { value: 'u2', displayName: 'Boss' } },
  [membership]: { status: 'active', seatHeld: true, holds: [{ source: 'admin', reason: 'r' }] },
  meta: { resourceType: 'User', version: 'W/"1"', location: 'https://x.example/scim/v2/Users/u1' },
};

const team: ScimObject = { id: 'g1', displayName: 'Team', members: [{ value: 'u1', display: 'Ada' }], meta: { resourceType: 'Group' } };
const adaAlways = { schemas: [core], id: 'u1' };

function see(type: ResourceType, resource: ScimObject, attributes?: unknown, excludedAttributes?: unknown): ScimObject {
  return project(type, resource, parseProjection(type, attributes, excludedAttributes));
}

function without(resource: ScimObject, ...keys: string[]): ScimObject {
  return Object.fromEntries(Object.entries(resource).filter(([key]) => !keys.includes(key)));
}

describe('project', () => {
  it('shows by default what is returned by default, assigned and known', () => {
    const shown = see(userType, ada);
    expect(shown).toStrictEqual({
      schemas: [core, enterprise],
      id: 'u1',
      externalId: 'ext-1',
      userName: 'ada',
      name: { familyName: 'King', givenName: 'Ada' },
      active: false,
      emails: [{ value: 'ada@x.example', type: 'work', primary: true }, { value: 'ada@y.example' }],
      groups: [{ value: 'g1', display: 'Team' }],
      [enterprise]: { department: 'Ops', manager: { value: 'u2', displayName: 'Boss' } },
      meta: { resourceType: 'User', location: 'https://x.example/scim/v2/Users/u1', version: 'W/"1"' },
    });
    expect(Object.keys(shown)[0]).toBe('schemas');
    expect(Object.keys(shown).at(-1)).toBe('meta');
  });

  it.each<[string | string[], ScimObject]>([
    ['userName', { userName: 'ada' }],
    ['USERNAME, active', { userName: 'ada', active: false }],
    [['userName', 'active'], { userName: 'ada', active: false }],
    ['id', {}],
    ['nope,__proto__,constructor', {}],
    ['emails[type eq "work"]', {}],
    ['password', {}],
    ['unknown', {}],
    ['title,nickName,photos', {}],
    ['name.givenName', { name: { givenName: 'Ada' } }],
    ['name.givenName,name', { name: { familyName: 'King', givenName: 'Ada' } }],
    ['name,name.givenName', { name: { familyName: 'King', givenName: 'Ada' } }],
    ['name.formatted', {}],
    ['emails.type', { emails: [{ type: 'work' }] }],
    ['emails.Value,emails.type', { emails: [{ value: 'ada@x.example', type: 'work' }, { value: 'ada@y.example' }] }],
    ['meta.version', { meta: { version: 'W/"1"' } }],
    [`${core}:userName`, { userName: 'ada' }],
    [`${enterprise}:department`, { schemas: [core, enterprise], [enterprise]: { department: 'Ops' } }],
    [`${enterprise.toUpperCase()}:MANAGER.VALUE`, { schemas: [core, enterprise], [enterprise]: { manager: { value: 'u2' } } }],
    [enterprise, { schemas: [core, enterprise], [enterprise]: ada[enterprise] }],
    [membership, { schemas: [core, membership], [membership]: ada[membership] }],
    [`${membership}:status`, { schemas: [core, membership], [membership]: { status: 'active' } }],
    [`${membership}:holds.source`, { schemas: [core, membership], [membership]: { holds: [{ source: 'admin' }] } }],
  ])('attributes=%j', (attributes, expected) => {
    expect(see(userType, ada, attributes)).toStrictEqual({ ...adaAlways, ...expected });
  });

  it('shows all of the core schema but what is never returned for its URN', () => {
    const shown = see(userType, ada, core);
    expect(Object.keys(shown)).toEqual(['schemas', 'id', 'userName', 'name', 'active', 'emails', 'groups']);
  });

  it.each<[string, (shown: ScimObject) => ScimObject]>([
    ['groups', (shown) => without(shown, 'groups')],
    ['id,schemas', (shown) => shown],
    ['nope', (shown) => shown],
    ['meta, emails', (shown) => without(shown, 'meta', 'emails')],
    ['name.givenName', (shown) => ({ ...shown, name: { familyName: 'King' } })],
    ['emails.value', (shown) => ({ ...shown, emails: [{ type: 'work', primary: true }] })],
    [enterprise, (shown) => ({ ...without(shown, enterprise), schemas: [core] })],
    [`${enterprise}:manager`, (shown) => ({ ...shown, [enterprise]: { department: 'Ops' } })],
    [`${enterprise}:manager.displayName`, (shown) => ({ ...shown, [enterprise]: { department: 'Ops', manager: { value: 'u2' } } })],
  ])('excludedAttributes=%s', (excluded, expected) => {
    expect(see(userType, ada, undefined, excluded)).toStrictEqual(expected(see(userType, ada)));
  });

  it('follows `returned` of sub-attributes', () => {
    const schema = {
      id: 'urn:example:box',
      name: 'Box',
      description: '',
      attributes: [
        complex('box', '', [text('a', '', { returned: 'always' }), text('n', '', { returned: 'never' }), text('d', ''), text('r', '', { returned: 'request' })]),
      ],
    };
    const type = { ...userType, schema, extensions: [] };
    const resource = { id: 'b', box: { a: '1', n: '2', d: '3', r: '4' } };
    expect(see(type, resource)['box']).toEqual({ a: '1', d: '3' });
    expect(see(type, resource, 'box')['box']).toEqual({ a: '1', d: '3' });
    expect(see(type, resource, 'box.r,box.n')['box']).toEqual({ a: '1', r: '4' });
    expect(see(type, resource, undefined, 'box.a,box.d')['box']).toEqual({ a: '1' });
  });

  it('takes nothing from a prototype', () => {
    const inherited = Object.create({ userName: 'from the prototype', [enterprise]: { department: 'x' } }) as ScimObject;
    inherited['id'] = 'u1';
    inherited['name'] = Object.create({ givenName: 'from the prototype' });
    expect(see(userType, inherited)).toStrictEqual(adaAlways);
  });
});

describe('parseProjection', () => {
  it.each([[undefined], [null], [''], [' , '], [[]]])('counts %j as absent', (given) => {
    expect(parseProjection(userType, given, given)).toBe(defaultProjection);
    expect(parseProjection(userType, given, 'meta').mode).toBe('without');
  });

  it.each([
    ['userName', 'meta', 'invalidValue'],
    [['userName'], ['nope'], 'invalidValue'],
    [5, undefined, 'invalidSyntax'],
    [undefined, {}, 'invalidSyntax'],
    [['userName', 5], undefined, 'invalidSyntax'],
  ])('refuses %j with %j', (attributes, excluded, scimType) => {
    expect(() => parseProjection(userType, attributes, excluded)).toThrowError(expect.objectContaining({ status: 400, scimType }) as ScimError);
  });
});

describe('wants', () => {
  it.each<[ResourceType, string | undefined, string | undefined, string, boolean]>([
    [groupType, undefined, undefined, 'members', true],
    [groupType, undefined, 'members', 'members', false],
    [groupType, undefined, 'MEMBERS', 'members', false],
    [groupType, undefined, 'members.display', 'members', true],
    [groupType, undefined, 'members.display', 'members.display', false],
    [groupType, undefined, 'members.display', 'members.value', true],
    [groupType, 'displayName', undefined, 'members', false],
    [groupType, 'members.value', undefined, 'members', true],
    [groupType, 'members.value', undefined, 'members.display', false],
    [groupType, 'displayName', undefined, 'id', true],
    [userType, undefined, undefined, 'groups', true],
    [userType, undefined, undefined, 'members', false],
    [userType, undefined, undefined, 'password', false],
    [userType, 'password', undefined, 'password', false],
    [userType, undefined, undefined, membership, false],
    [userType, membership, undefined, membership, true],
    [userType, `${membership}:seatHeld`, undefined, membership, true],
    [userType, `${membership}:seatHeld`, undefined, `${membership}:status`, false],
    [userType, undefined, membership, membership, false],
    [userType, undefined, undefined, `${enterprise}:manager.displayName`, true],
    [userType, 'userName', undefined, enterprise, false],
  ])('%o', (type, attributes, excluded, name, expected) => {
    expect(wants(parseProjection(type, attributes, excluded), type, name)).toBe(expected);
  });
});

describe('schemasOf', () => {
  it('names the core schema and the extensions that are there', () => {
    expect(schemasOf(userType, {})).toEqual([core]);
    expect(schemasOf(userType, ada)).toEqual([core, enterprise, membership]);
    expect(schemasOf(groupType, team)).toEqual([groupType.schema.id]);
  });
});

describe('every projection', () => {
  const names = [...userType.schema.attributes, ...membershipExtension.attributes].flatMap(({ name, subAttributes }) => [name, ...(subAttributes ?? []).map((sub) => `${name}.${sub.name}`)]);
  const asked = fc.array(fc.oneof(fc.constantFrom(...names, 'id', 'schemas', 'meta', core, enterprise, membership, `${enterprise}:manager`), fc.string()), { minLength: 1 });

  it('shows the id, never the password, nothing that was not there, and agrees with wants', () => {
    fc.assert(
      fc.property(asked, fc.constantFrom('default', 'only', 'without'), (list, mode) => {
        const projection = parseProjection(userType, mode === 'only' ? list.join(',') : undefined, mode === 'without' ? list : undefined);
        const shown = project(userType, ada, projection);
        expect(shown['id']).toBe('u1');
        expect(shown['schemas']).toEqual(schemasOf(userType, shown));
        expect(JSON.stringify(shown)).not.toContain('must n');
        for (const name of Object.keys(shown)) expect(name === 'schemas' || wants(projection, userType, name)).toBe(true);
        for (const name of ['groups', 'emails', 'userName', 'externalId', enterprise, membership]) {
          if (!wants(projection, userType, name)) expect(shown).not.toHaveProperty([name]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
