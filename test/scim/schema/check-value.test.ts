// checkValue: what each attribute type takes, what means "unassigned", what is refused and in which words.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScimError } from '../../../src/scim/errors.ts';
import type { Attribute } from '../../../src/scim/schema/attribute.ts';
import { checkValue, maxElements, maxTextLength } from '../../../src/scim/schema/check-value.ts';
import { define } from '../../../src/scim/schema/define.ts';
import { resolveAttribute } from '../../../src/scim/schema/resolve.ts';
import { groupType, resourceTypes, userType } from '../../../src/scim/schema/resource-types.ts';
import { scimLikeJson } from './scim-like-json.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

function attribute(path: string): Attribute {
  const found = resolveAttribute(path === 'members' ? groupType : userType, path);
  if (found === undefined) throw new Error(`no attribute ${path}`);
  return found.sub ?? found.attribute;
}

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return `${error.status} ${error.scimType}: ${error.message}`;
  }
  throw new Error('nothing was refused');
}

const manager = `${enterprise}:manager`;
const accepted: [path: string, sent: unknown, kept: unknown][] = [
  ['title', 'Engineer', 'Engineer'],
  ['title', ' spaces stay ', ' spaces stay '],
  ['title', '', undefined],
  ['title', null, undefined],
  ['title', [], undefined],
  ['active', true, true],
  ['active', 'True', true],
  ['active', 'FALSE', false],
  ['active', 'false', false],
  ['active', '', undefined],
  ['name', { GIVENNAME: 'Ada', familyName: 'King', unknown: { a: 1 } }, { familyName: 'King', givenName: 'Ada' }],
  ['name', { givenName: '' }, undefined],
  ['name', {}, undefined],
  ['name', [{ givenName: 'Ada' }], { givenName: 'Ada' }],
  ['emails', [{ type: 'work', Value: 'a@x.example', primary: 'True' }], [{ value: 'a@x.example', type: 'work', primary: true }]],
  ['emails', { value: 'a@x.example' }, [{ value: 'a@x.example' }]],
  ['emails', 'a@x.example', [{ value: 'a@x.example' }]],
  ['emails', ['a@x.example', null, '', {}], [{ value: 'a@x.example' }]],
  ['emails', [{ value: '', type: 'work' }], undefined],
  ['emails', [{ value: null, type: 'work', primary: true }, { value: 'b@x.example' }], [{ value: 'b@x.example' }]],
  ['emails', [{ type: 'work' }], [{ type: 'work' }]],
  ['emails', [{ value: 'a', primary: true }, { primary: true, value: 'a' }], [{ value: 'a', primary: true }]],
  ['emails', [], undefined],
  ['emails', null, undefined],
  ['roles', ['{"value":"admin"}'], [{ value: '{"value":"admin"}' }]],
  ['addresses', [{ postalCode: 10115, country: 'anything' }], [{ postalCode: '10115', country: 'anything' }]],
  [`${enterprise}:employeeNumber`, 42, '42'],
  [manager, 'id-1', { value: 'id-1' }],
  [manager, [{ value: 'id-1' }], { value: 'id-1' }],
  [manager, ['id-1'], { value: 'id-1' }],
  [manager, { value: 'id-1', displayName: 'Boss', $ref: '../Users/id-1' }, { value: 'id-1' }],
  [manager, { value: '' }, undefined],
  [manager, [null], undefined],
  [manager, { displayName: 'Boss' }, undefined],
  ['members', [{ $ref: null, value: 'm1' }, { value: 'm1' }], [{ value: 'm1' }]],
  ['members', [{ value: 'm1', display: 'ignored', type: 'User' }], [{ value: 'm1', type: 'User' }]],
  ['members', ['m1', {}], [{ value: 'm1' }]],
  ['profileUrl', 'not a url', 'not a url'],
];

const refused: [path: string, sent: unknown, detail: RegExp][] = [
  ['userName', 42, /^400 invalidValue: "userName" must be a string, but a number was sent\.$/],
  ['userName', { a: 1 }, /must be a string, but an object was sent/],
  ['userName', ['a'], /must be a string, but a list was sent/],
  ['title', false, /must be a string, but a boolean was sent/],
  ['password', 123456, /^400 invalidValue: "password" must be a string, but a number was sent\.$/],
  ['active', 'Yes', /"active" must be true or false, but the text "Yes" was sent/],
  ['active', 1, /must be true or false, but a number was sent/],
  ['active', 'x'.repeat(41), /but a string was sent/],
  ['name', 'Ada', /"name" must be an object, but a string was sent/],
  ['name', [{ givenName: 'a' }, { givenName: 'b' }], /"name" must be an object, but a list was sent/],
  ['name', { givenName: 5 }, /"name\.givenName" must be a string/],
  ['name', { givenName: 'a', givenname: 'b' }, /"name\.givenName" is given more than once/],
  ['emails', 5, /"emails" must be an object, but a number was sent/],
  ['emails', [{ value: 'a' }, { value: 5 }], /"emails\[1\]\.value" must be a string/],
  ['emails', [[{ value: 'a' }]], /"emails\[0\]" must be an object, but a list was sent/],
  ['emails', [{ value: 'a', primary: true }, { value: 'b', primary: 'true' }], /more than one element as primary/],
  ['emails', Array.from({ length: maxElements + 1 }, (_, i) => `${i}@x.example`), /at most 1000/],
  ['addresses', 'Main Street 1', /"addresses" must be an object/],
  ['addresses', [{ postalCode: 1.5 }], /"addresses\[0\]\.postalCode" must be a string/],
  ['members', [{ type: 'User' }], /"members\[0\]\.value" is required/],
  ['members', [{ value: '' }], /"members\[0\]\.value" is required/],
  ['members', [{ value: 7 }], /"members\[0\]\.value" must be a string/],
  ['userName', 'x'.repeat(513), /513 characters long; at most 512/],
  ['title', 'x'.repeat(maxTextLength + 1), /at most 65536/],
  ['title', 'a\0b', /cannot be stored/],
  ['title', '\ud800', /cannot be stored/],
  ['title', `a${'\u0301'.repeat(65)}`, /combining marks/],
];

describe('checkValue', () => {
  it.each(accepted)('%s: %j is kept as %j', (path, sent, kept) => {
    expect(checkValue(attribute(path), sent)).toStrictEqual(kept);
  });

  it.each(refused)('%s: %j is refused', (path, sent, detail) => {
    expect(refusal(() => checkValue(attribute(path), sent))).toMatch(detail);
  });

  it('takes numbers and dates only as their type says', () => {
    const integer = define('level', 'integer', '');
    const decimal = define('ratio', 'decimal', '');
    const moment = define('start', 'dateTime', '');
    expect(checkValue(integer, 7)).toBe(7);
    expect(checkValue(decimal, 0.5)).toBe(0.5);
    expect(checkValue(moment, '2026-01-31T08:00:00+01:00')).toBe('2026-01-31T08:00:00+01:00');
    for (const wrong of [1.5, '7', true, 2 ** 53]) expect(refusal(() => checkValue(integer, wrong))).toMatch(/a whole number/);
    for (const wrong of ['0.5', {}]) expect(refusal(() => checkValue(decimal, wrong))).toMatch(/a number/);
    for (const wrong of ['2026-02-30T08:00:00Z', '2026-01-31', 5]) expect(refusal(() => checkValue(moment, wrong))).toMatch(/a date and time/);
  });

  it('calls the attribute as the caller does', () => {
    expect(refusal(() => checkValue(attribute('title'), 5, 'Operations[2].value'))).toContain('"Operations[2].value"');
  });

  it('takes 20,000 members in linear time', () => {
    const members = Array.from({ length: 20_000 }, (_, i) => ({ value: `member-${i}`, $ref: null }));
    const begin = performance.now();
    expect(checkValue(attribute('members'), members)).toHaveLength(20_000);
    expect(performance.now() - begin).toBeLessThan(2_000);
  });

  it('never throws anything but a refusal, and what it keeps it keeps again', () => {
    const attributes = resourceTypes.flatMap((type) => [type.schema, ...type.extensions.map((e) => e.schema)]).flatMap((schema) => schema.attributes);
    const before = Object.getOwnPropertyNames(Object.prototype);
    fc.assert(
      fc.property(fc.constantFrom(...attributes), scimLikeJson, (one, value) => {
        try {
          const kept = checkValue(one, value);
          expect(checkValue(one, kept)).toStrictEqual(kept);
        } catch (error) {
          if (!(error instanceof ScimError)) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  });
});
