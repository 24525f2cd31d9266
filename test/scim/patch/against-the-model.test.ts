// Property: random requests in the words of random clients do to a user what the naive reference model does.
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { deepFreeze, enterprise, patch, refusal } from './patching.ts';
import { modelPatch, Refused } from './reference-model.ts';
import type { Json, Step } from './reference-model.ts';

const word = fc.constantFrom('a', 'A', 'b', 'c');
const blank = fc.constantFrom(null, '');
const maybe = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.oneof({ weight: 6, arbitrary }, { weight: 1, arbitrary: blank });

const subs = {
  emails: { value: word, type: fc.constantFrom('work', 'Work', 'home'), display: word, primary: fc.boolean() },
  addresses: { locality: word, region: word, type: fc.constantFrom('work', 'home'), primary: fc.boolean() },
} as const;
type List = keyof typeof subs;
const list = fc.constantFrom<List>('emails', 'addresses');

function element(attribute: List, blanks: boolean): fc.Arbitrary<Json> {
  const model = Object.entries(subs[attribute]).map(([name, arbitrary]) => [name, blanks ? maybe(arbitrary) : arbitrary]);
  return fc.record(Object.fromEntries(model), { requiredKeys: [], noNullPrototype: true });
}

const condition = (attribute: List): fc.Arbitrary<{ sub: string; value: string | boolean }> =>
  fc.oneof(...Object.entries(subs[attribute]).map(([sub, arbitrary]) => fc.record({ sub: fc.constant(sub), value: arbitrary as fc.Arbitrary<string | boolean> })));

const op = fc.constantFrom<Step['op']>('add', 'remove', 'replace');

const singleStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ op, attribute: fc.constantFrom('title', 'userName', 'department'), value: maybe(word) }),
  fc.record({ op, attribute: fc.constant('active'), value: maybe(fc.boolean()) }),
  fc.record({ op, attribute: fc.constant('name'), value: fc.oneof(blank, fc.record({ givenName: maybe(word), familyName: maybe(word) }, { requiredKeys: [] })) }),
  fc.record({ op, attribute: fc.constant('name'), sub: fc.constantFrom('givenName', 'familyName'), value: maybe(word) }),
  fc.record({ op, attribute: fc.constant('manager'), value: fc.oneof(blank, fc.record({ value: maybe(word) })) }),
  fc.record({ op, attribute: fc.constant('manager'), sub: fc.constant('value'), value: maybe(word) }),
);

const listStep: fc.Arbitrary<Step> = list.chain((attribute) => {
  const where = fc.array(condition(attribute), { minLength: 1, maxLength: 2 });
  const sub = fc.constantFrom(...Object.keys(subs[attribute]));
  const how = fc.constantFrom<'eq' | 'ne'>('eq', 'eq', 'eq', 'ne');
  const ofSub = (name: string): fc.Arbitrary<unknown> => maybe(Object.entries(subs[attribute]).find(([key]) => key === name)?.[1] ?? word);
  return fc.oneof(
    fc.record({ op, attribute: fc.constant(attribute), value: fc.array(element(attribute, true), { maxLength: 3 }) }),
    fc.record({ op: fc.constant<Step['op']>('remove'), attribute: fc.constant(attribute) }),
    fc.record({ op, attribute: fc.constant(attribute), where, how, value: element(attribute, true) }),
    sub.chain((name) => fc.record({ op, attribute: fc.constant(attribute), where, how, sub: fc.constant(name), value: ofSub(name) })),
  );
});

const user: fc.Arbitrary<Json> = fc
  .record(
    {
      userName: word,
      title: word,
      active: fc.boolean(),
      name: fc.record({ givenName: word, familyName: word }),
      emails: fc.uniqueArray(element('emails', false), { maxLength: 3, selector: ({ value, type }) => `${String(value).toLowerCase()} ${String(type).toLowerCase()}` }),
      addresses: fc.uniqueArray(element('addresses', false), { maxLength: 2, selector: (one) => JSON.stringify(one).toLowerCase() }),
      [enterprise]: fc.record({ department: word, manager: fc.record({ value: word }) }),
    },
    { requiredKeys: ['userName'] },
  )
  .map((made) => {
    const plain = JSON.parse(JSON.stringify(made)) as Json;
    for (const name of ['emails', 'addresses']) {
      const elements = ((plain[name] ?? []) as Json[]).filter((one) => Object.keys(one).length > 0);
      elements.slice(1).forEach((one) => delete one['primary']);
      if (elements.length === 0) delete plain[name];
      else plain[name] = elements;
    }
    return plain;
  });

/** How a client puts a step: with or without path, names and ops in some case, booleans as text, extension names bare or in full. */
const manner = fc.record({ pathless: fc.boolean(), nested: fc.boolean(), upper: fc.boolean(), text: fc.boolean(), bare: fc.boolean(), alone: fc.boolean() });
type Manner = typeof manner extends fc.Arbitrary<infer T> ? T : never;

function say(step: Step, how: Manner): Json {
  const spell = (name: string): string => (how.upper ? name.toUpperCase() : name);
  const extended = ['department', 'manager'].includes(step.attribute);
  const conditions = step.where?.map((each) => `${spell(each.sub)} ${step.how ?? 'eq'} ${JSON.stringify(how.text ? String(each.value) : each.value)}`);
  const tail = `${conditions === undefined ? '' : `[${conditions.join(' AND ')}]`}${step.sub === undefined ? '' : `.${spell(step.sub)}`}`;
  const name = `${spell(step.attribute)}${tail}`;
  const path = extended && !how.bare ? `${enterprise}:${name}` : name;
  const value: unknown = how.text && typeof step.value === 'boolean' ? (step.value ? 'True' : 'FALSE') : step.value;
  const one: unknown = how.alone && Array.isArray(value) && value.length === 1 ? value[0] : value;
  const verb = how.upper ? `${step.op.charAt(0).toUpperCase()}${step.op.slice(1)}` : step.op;
  if (step.op === 'remove' || !how.pathless) return { op: verb, path, ...('value' in step ? { value: one } : {}) };
  return { op: verb, value: extended && how.nested ? { [enterprise]: { [name]: one } } : { [path]: one } };
}

function expected(before: Json, steps: readonly Step[]): Json | string {
  try {
    return modelPatch(before, steps);
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

const request = fc.array(fc.tuple(fc.oneof(singleStep, listStep, listStep), manner), { minLength: 1, maxLength: 4 });

it('20,000 requests do what the model says and leave the user given as it was', { timeout: 120_000 }, () => {
  const seen = { done: 0, refused: new Set<string>() };
  fc.assert(
    fc.property(user, request, (before, asked) => {
      const wanted = expected(
        before,
        asked.map(([step]) => step),
      );
      const operations = asked.map(([step, how]) => say(step, how));
      const current = deepFreeze(structuredClone(before));
      if (typeof wanted === 'string') {
        seen.refused.add(wanted);
        expect(refusal(() => patch(current, operations)).split(':')[0]).toBe(wanted);
        return;
      }
      seen.done += 1;
      const result = patch(current, operations);
      if (!isDeepStrictEqual(result.resource, wanted)) expect(result.resource).toStrictEqual(wanted);
      if (!isDeepStrictEqual(current, before)) expect(current).toStrictEqual(before);
      const said = asked.map(([step]) => step).filter((step) => step.attribute === 'active');
      expect(result.activeAsserted).toBe(said.at(-1)?.value);
    }),
    { numRuns: 20_000 },
  );
  expect(seen.done).toBeGreaterThan(5_000);
  expect([...seen.refused].sort()).toEqual(['invalidValue', 'mutability', 'noTarget']);
});
