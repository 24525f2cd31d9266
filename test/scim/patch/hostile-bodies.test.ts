// Bodies made to do harm: nothing but a ScimError comes out, nothing shared is changed, nothing takes long.
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { ScimError } from '../../../src/scim/errors.ts';
import { applyPatch } from '../../../src/scim/patch/apply-patch.ts';
import { parsePatch } from '../../../src/scim/patch/parse-patch.ts';
import { planGroupPatch } from '../../../src/scim/patch/plan-group-patch.ts';
import type { ResourceType } from '../../../src/scim/schema/attribute.ts';
import { groupType, resourceTypes, userType } from '../../../src/scim/schema/resource-types.ts';
import { cpuMilliseconds, deepFreeze, enterprise, patchOp } from './patching.ts';

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
    { numRuns: 50_000 },
  );
  expect(JSON.stringify(current)).toBe(before);
  for (const kind of ['done', 'invalidSyntax', 'invalidPath', 'invalidFilter', 'invalidValue', 'mutability', 'noTarget']) {
    // Each kind must occur; how often varies with the random bodies.
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
  const deep = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown;
  const deepObject = (depth: number): unknown => JSON.parse(`${'{"value":'.repeat(depth)}1${'}'.repeat(depth)}`) as unknown;
  it.each<[string, unknown]>([
    ['a path of 32,000 dots', { path: `name${'.a'.repeat(32_000)}`, value: 'x' }],
    ['a key of 32,000 dots', { value: { [`name${'.a'.repeat(32_000)}`]: 'x' } }],
    ['a path of 100,000 brackets', { path: `emails${'['.repeat(100_000)}`, value: 'x' }],
    ['a key of 100,000 brackets', { value: { [`emails${'['.repeat(100_000)}`]: 'x' } }],
    ['a value 5,000 lists deep', { path: 'title', value: deep(5_000) }],
    ['elements 5,000 objects deep', { path: 'emails', value: deepObject(5_000) }],
    ['parts 5,000 objects deep', { path: 'name', value: { givenName: deepObject(5_000) } }],
    ['a schema object 5,000 deep', { value: { [enterprise]: deepObject(5_000) } }],
    ['100,000 unknown keys', { value: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i])) }],
    ['100,000 unknown parts', { path: 'name', value: Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i])) }],
    ['100,000 elements', { path: 'emails', value: Array.from({ length: 100_000 }, (_, i) => ({ value: `${i}` })) }],
  ])('%s: refused at once', (_, parts) => {
    const sent = { Operations: [{ op: 'add', ...(parts as object) }] };
    expect(run(userType, sent)).not.toBe('done');
    expect(cpuMilliseconds(() => run(userType, sent))).toBeLessThan(250);
  });

  it('1,000 operations that compare 1,000 elements with 60 conditions each are stopped', () => {
    const emails = Array.from({ length: 1000 }, (_, i) => ({ value: `${i}` }));
    const filter = Array.from({ length: 60 }, (_, i) => `value eq "x${i}"`).join(' or ');
    const sent = { Operations: Array.from({ length: 1000 }, () => ({ op: 'remove', path: `emails[${filter}]` })) };
    const operations = parsePatch(userType, sent);
    let told = '';
    const took = cpuMilliseconds(() => {
      try {
        applyPatch(userType, { emails }, operations);
      } catch (error) {
        told = error instanceof ScimError ? error.message : String(error);
      }
    });
    expect(told).toMatch(/compare too many values/u);
    expect(took).toBeLessThan(2000);
  });

  it('twice the members take about twice the time', () => {
    const members = (count: number): unknown => ({ Operations: [{ op: 'add', path: 'members', value: Array.from({ length: count }, (_, i) => ({ value: `${i}` })) }] });
    const time = (sent: unknown): number => cpuMilliseconds(() => run(groupType, sent));
    expect(time(members(40_000))).toBeLessThan(8 * time(members(20_000)) + 20);
  });
});
