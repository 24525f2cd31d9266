// Bodies made to do harm: nothing but a ScimError comes out, nothing shared is changed, no work grows faster than what was sent.
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { ScimError } from '../../../src/scim/errors.ts';
import { applyPatch } from '../../../src/scim/patch/apply-patch.ts';
import { parsePatch } from '../../../src/scim/patch/parse-patch.ts';
import { planGroupPatch } from '../../../src/scim/patch/plan-group-patch.ts';
import type { ResourceType } from '../../../src/scim/schema/attribute.ts';
import { groupType, resourceTypes, userType } from '../../../src/scim/schema/resource-types.ts';
import { countWork, growthOf } from '../../support/count-work.ts';
import { deepFreeze, enterprise, patchOp } from './patching.ts';

const inherited = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));
const current = deepFreeze({
  id: '1',
  userName: 'ada',
  displayName: 'Ada',
  name: { givenName: 'Ada' },
  emails: [{ value: 'a@b.example', type: 'work', primary: true }, { value: 'c@d.example', type: 'home' }],
  members: [{ value: '7' }, { value: '8', type: 'Group' }],
  [enterprise]: { manager: { value: '7' } },
});

/** Everything a server does with a body; a refusal is a result, any other error fails the test. */
function run(type: ResourceType, body: unknown): string {
  try {
    const operations = parsePatch(type, body);
    applyPatch(type, current, operations);
    planGroupPatch(operations);
    return 'done';
  } catch (error) {
    if (!(error instanceof ScimError) || error.message.length > 600) throw error;
    return error.scimType ?? 'none';
  }
}

function expectCleanPrototypes(): void {
  expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(inherited);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
}

afterEach(expectCleanPrototypes);

const evil = ['__proto__', 'constructor', 'prototype', 'toString', 'constructor.prototype', '__proto__.polluted', 'name.__proto__', `${enterprise}:__proto__`];
const names = ['userName', 'name', 'name.givenName', 'emails', 'emails.value', 'active', 'manager', 'members', 'id', 'meta', 'schemas', 'groups', enterprise, 'title', 'password'];
const filters = ['[type eq "work"]', '[value eq "7"]', '[type eq "x"].value', '[primary eq "True"].primary', '[', ']', '[]', '[not (type pr)]', '[value co "@"].display', '[type eq "a" and'];

const text = fc.oneof(fc.constantFrom(...names, ...evil, 'add', 'Replace', 'REMOVE', 'True', ''), fc.string(), fc.string({ unit: 'binary' }));
const path = fc.oneof(
  text,
  fc.tuple(fc.constantFrom(...names, ...evil), fc.constantFrom(...filters)).map(([name, filter]) => name + filter),
);
const leaf: fc.Arbitrary<unknown> = fc.oneof(text, fc.boolean(), fc.constant(null), fc.double(), fc.integer());
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(fc.oneof(path, fc.constantFrom('value', 'type', 'primary', 'display', '$ref', 'givenName')), tie('value')), { maxLength: 4 }).map(asParsed),
  ),
}));

/** As JSON.parse does: a key `__proto__` becomes a property of its own. */
function asParsed(entries: readonly (readonly [string, unknown])[]): unknown {
  const object = {};
  for (const [key, part] of entries) Object.defineProperty(object, key, { value: part, enumerable: true, configurable: true, writable: true });
  return object;
}

const operation = fc
  .record({ op: fc.oneof({ weight: 8, arbitrary: fc.constantFrom('add', 'Replace', 'remove') }, { weight: 1, arbitrary: leaf }), path: fc.oneof({ weight: 5, arbitrary: path }, leaf), value }, { requiredKeys: ['op'] });
const body: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ schemas: fc.constant([patchOp]), Operations: fc.array(operation, { minLength: 1, maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ schemas: value, Operations: fc.oneof(value, fc.array(value)) }) },
  { weight: 1, arbitrary: fc.anything({ withBigInt: false, withDate: false }) },
);

it('50,000 bodies of garbage are applied or refused, the resource given stays as it is', { timeout: 120_000 }, () => {
  const before = JSON.stringify(current);
  const results = new Map<string, number>();
  fc.assert(
    fc.property(fc.constantFrom(...resourceTypes), body, (type, sent) => {
      const result = run(type, sent);
      results.set(result, (results.get(result) ?? 0) + 1);
    }),
    { numRuns: 50_000, seed: 7644 },
  );
  expect(JSON.stringify(current)).toBe(before);
  expect([...results.values()].reduce((sum, count) => sum + count, 0)).toBe(50_000);
  for (const kind of ['done', 'invalidSyntax', 'invalidPath', 'invalidFilter', 'invalidValue', 'mutability', 'noTarget']) {
    // How often is the same in every run: the bodies are made from one seed.
    expect(results.get(kind) ?? 0, kind).toBeGreaterThan(20);
  }
});

describe('names that every object inherits', () => {
  it.each(evil)('%s is no attribute, as path, key and part', (name) => {
    for (const op of ['add', 'replace', 'remove']) {
      expect(run(userType, { Operations: [{ op, path: name, value: { polluted: 'yes' } }] })).toBe('invalidPath');
    }
    const object = asParsed([[name, { polluted: 'yes' }]]);
    expect(run(userType, { Operations: [{ op: 'replace', value: object }] })).toBe('invalidPath');
    expect(run(userType, { Operations: [{ op: 'replace', path: 'name', value: object }] })).toBe('invalidValue');
    expect(run(userType, { Operations: [{ op: 'replace', value: { [enterprise]: object } }] })).toBe('invalidPath');
    expect(run(userType, { Operations: [{ op: 'add', path: `emails[${name} eq "x"].value`, value: 'x' }] })).toBe('invalidFilter');
  });
});

describe('sizes', () => {
  const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown;
  const nestedObjects = (depth: number): unknown => JSON.parse(`${'{"value":'.repeat(depth)}1${'}'.repeat(depth)}`) as unknown;
  const keys = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));
  const elements = (count: number): object[] => Array.from({ length: count }, (_, i) => ({ value: `${i}` }));
  const someOf = (count: number): string => Array.from({ length: count }, (_, i) => `value eq "x${i}"`).join(' or ');

  it.each<[string, number, (size: number) => object]>([
    ['a path of 32,000 dots', 32_000, (size) => ({ path: `name${'.a'.repeat(size)}`, value: 'x' })],
    ['a key of 32,000 dots', 32_000, (size) => ({ value: { [`name${'.a'.repeat(size)}`]: 'x' } })],
    ['a path of 100,000 brackets', 100_000, (size) => ({ path: `emails${'['.repeat(size)}`, value: 'x' })],
    ['a key of 100,000 brackets', 100_000, (size) => ({ value: { [`emails${'['.repeat(size)}`]: 'x' } })],
    ['a value 2,500 lists deep', 2_500, (size) => ({ path: 'title', value: nested(size) })],
    ['elements 2,500 objects deep', 2_500, (size) => ({ path: 'emails', value: nestedObjects(size) })],
    ['parts 2,500 objects deep', 2_500, (size) => ({ path: 'name', value: { givenName: nestedObjects(size) } })],
    ['a schema object 2,500 deep', 2_500, (size) => ({ value: { [enterprise]: nestedObjects(size) } })],
    ['50,000 unknown keys', 50_000, (size) => ({ value: keys(size) })],
    ['50,000 unknown parts', 50_000, (size) => ({ path: 'name', value: keys(size) })],
    ['50,000 elements', 50_000, (size) => ({ path: 'emails', value: elements(size) })],
  ])('%s: refused, and twice as many take at most twice the steps', (_, size, parts) => {
    const sent = (count: number): unknown => ({ Operations: [{ op: 'add', ...parts(count) }] });
    expect(run(userType, sent(size))).not.toBe('done');
    const growth = growthOf(size, (count) => {
      const large = sent(count);
      return () => void run(userType, large);
    });
    expect(growth).toBeLessThan(2.1);
  });

  it('operations that compare 1,000 elements with 60 conditions each are stopped after a million comparisons', () => {
    const operations = parsePatch(userType, { Operations: Array.from({ length: 200 }, () => ({ op: 'remove', path: `emails[${someOf(60)}]` })) });
    expect(() => applyPatch(userType, { emails: elements(1000) }, operations)).toThrow(/compare too many values/u);
    // Of each element and condition: the condition's value, the element's slot, and whether they are equal.
    expect(countWork(() => expect(() => applyPatch(userType, { emails: elements(1000) }, operations)).toThrow())).toBeLessThan(8_000_000);
  });

  it('filters of more than 262,144 characters in all are refused before one is read', () => {
    const sent = (op: string, count: number): unknown => ({ Operations: Array.from({ length: count }, () => ({ op, path: `members[${someOf(60)}]`, value: { value: 'x' } })) });
    const refused = sent('add', 900);
    expect(() => parsePatch(groupType, refused)).toThrow(/paths with filters have 967500 characters together; at most 262144/u);
    expect(parsePatch(groupType, sent('remove', 240))).toHaveLength(240);
    const thousand = Array.from({ length: 1000 }, () => ({ op: 'remove', path: 'members[value eq "2819c223-7f76-453a-919d-413861904646"]' }));
    expect(parsePatch(groupType, { Operations: thousand })).toHaveLength(1000);
  });

  it('twice the elements added one by one, each with a filter of its own, are compared without making all their keys anew', () => {
    const growth = growthOf(200, (count) => {
      const operations = parsePatch(userType, { Operations: Array.from({ length: count }, (_, i) => ({ op: 'add', path: `emails[type eq "t${i}"].value`, value: `${i}@x.example` })) });
      return () => void applyPatch(userType, current, operations);
    });
    // Each filter still looks at each element; what is written down for each element must not add to it.
    expect(growth).toBeLessThan(4.1);
    const plain = growthOf(200, (count) => {
      const operations = parsePatch(userType, { Operations: Array.from({ length: count }, (_, i) => ({ op: 'add', path: 'emails', value: [{ value: `${i}@x.example`, type: 'work' }] })) });
      return () => void applyPatch(userType, current, operations);
    });
    expect(plain).toBeLessThan(2.3);
  });

  it('twice the members take twice the steps', () => {
    const growth = growthOf(10_000, (count) => {
      const sent = { Operations: [{ op: 'add', path: 'members', value: elements(count) }] };
      return () => void planGroupPatch(parsePatch(groupType, sent));
    });
    expect(growth).toBeLessThan(2.1);
  });

  it('a list of ids is not written down as JSON to find equal ones', () => {
    const ids = Array.from({ length: 10_000 }, (_, i) => ({ value: `2819c223-7f76-453a-919d-${String(i).padStart(12, '0')}` }));
    expect(countWork(() => void parsePatch(groupType, { Operations: [{ op: 'add', path: 'members', value: ids }] }))).toBeLessThan(10_000 * 80);
  });
});
