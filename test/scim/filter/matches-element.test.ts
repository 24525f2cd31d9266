// The element test: a table of its rules, and a naive second reading of the same rules on generated filters.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contains } from '../../../src/scim/filter/comparable.ts';
import { matchesElement } from '../../../src/scim/filter/matches-element.ts';
import { parseValueFilter } from '../../../src/scim/filter/parse-filter.ts';
import type { ScimObject } from '../../../src/scim/schema/attribute.ts';
import { gadgets, pathOf } from './gadget-type.ts';
import { elementPlan } from './plans.ts';
import type { Plan } from './plans.ts';
import { printPlan, sequence } from './print-plan.ts';

const parts = pathOf(gadgets, 'parts');
const matches = (filter: string, element: ScimObject): boolean => matchesElement(parseValueFilter(filter, parts), element);

const inherited = Object.create({ label: 'a' }) as ScimObject;

const table: readonly [filter: string, element: ScimObject, expected: boolean][] = [
  ['label eq "straße"', { label: 'STRAßE' }, true],
  ['label eq "e\u0301"', { label: 'É' }, true],
  ['value eq "a"', { value: 'A' }, false],
  ['value eq "e\u0301"', { value: 'é' }, false],
  ['label eq "a"', {}, false],
  ['label ne "a"', {}, true],
  ['label ne "a"', { label: 'A' }, false],
  ['not (label eq "a")', {}, true],
  ['not (label ne "a")', {}, false],
  ['label pr', {}, false],
  ['label pr', { label: '' }, false],
  ['label pr', { label: null }, false],
  ['label eq ""', { label: '' }, false],
  ['label co ""', { label: 'x' }, true],
  ['label eq null', { label: null }, true],
  ['label ne null', { label: 'a' }, true],
  ['label eq "a"', { label: 7 }, false],
  ['label ne "a"', { label: 7 }, true],
  ['label co "B"', { label: 'abc' }, true],
  ['label sw "AB"', { label: 'abc' }, true],
  ['label ew "C"', { label: 'abc' }, true],
  ['label ew "b"', { label: 'abc' }, false],
  ['label co "%"', { label: 'abc' }, false],
  ['value gt "B"', { value: 'a' }, true],
  ['label gt "B"', { label: 'a' }, false],
  ['value gt "\uffee"', { value: '😀' }, true],
  ['value lt "ab"', { value: 'a' }, true],
  ['value ge "a"', { value: 'a' }, true],
  ['count gt 9', { count: 10 }, true],
  ['count le 9', { count: 10 }, false],
  ['count eq 10', { count: '10' }, false],
  ['primary eq true', { primary: true }, true],
  ['primary eq false', {}, true],
  ['primary ne true', {}, true],
  ['primary ne false', {}, false],
  ['primary pr', {}, false],
  ['fitted eq "2026-01-31T08:00:00Z"', { fitted: '2026-01-31T10:00:00+02:00' }, true],
  ['fitted gt "2026-01-31T08:00:00Z"', { fitted: '2026-01-31T08:00:00.000001Z' }, true],
  ['fitted gt "2026-01-31T08:00:00.0001Z"', { fitted: '2026-01-31T08:00:00.001Z' }, true],
  ['fitted lt "2026-01-31T08:00:00Z"', { fitted: 'yesterday' }, false],
  ['marks eq "b"', { marks: ['a', 'b'] }, true],
  ['marks ne "b"', { marks: ['a', 'b'] }, true],
  ['marks ne "b"', { marks: ['b'] }, false],
  ['marks ne "b"', { marks: [] }, true],
  ['marks eq null', { marks: [] }, true],
  ['marks pr', { marks: ['a'] }, true],
  ['label eq "a"', inherited, false],
  ['label eq "a" and count eq 1 or value eq "x"', { label: 'a', count: 2, value: 'x' }, true],
];

describe('an element', () => {
  it.each(table)('%j on %j', (filter, element, expected) => {
    expect(matches(filter, element)).toBe(expected);
  });
});

const texts = fc.constantFrom('a', 'A', 'ab', 'b', 'Ba', '', 'é', 'É', 'e\u0301', '😀', '\uffee');
const moments = fc.constantFrom('2026-01-31T08:00:00Z', '2026-01-31T09:00:00+01:00', '0002-01-01T00:00:00Z', '9990-06-01T00:00:00.5Z');
const elements: fc.Arbitrary<ScimObject> = fc.record(
  {
    value: fc.oneof(texts, fc.constant(null)),
    label: texts,
    count: fc.integer({ min: -3, max: 9 }),
    fitted: moments,
    marks: fc.array(texts.filter((text) => text !== ''), { maxLength: 3 }),
    primary: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** The rules once more, on the plan instead of the AST: lists of values, code points and Date instead of slots and folded texts. */
function naive(plan: Plan, element: ScimObject): boolean {
  if (plan.kind === 'no') return !naive(plan.of, element);
  if ('of' in plan) {
    const truths = plan.of.map((term) => naive(term, element));
    return plan.kind === 'all' ? !truths.includes(false) : truths.includes(true);
  }
  if (plan.kind === 'element') throw new Error('No element inside an element.');
  const { name } = plan;
  const there = [element[name]].flat().filter((value) => value !== undefined && value !== null && value !== '');
  if (plan.kind === 'present') return there.length > 0;
  const { operator, value } = plan;
  if (value.means === null) return (operator === 'ne') === there.length > 0;
  if (there.length === 0 && name === 'primary') there.push(false);
  if (operator === 'ne') return there.length === 0 || there.some((each) => ranked(name, each, value.means) !== 0);
  return there.some((each) => {
    const rank = ranked(name, each, value.means);
    const [whole, part] = [folded(name, each), folded(name, value.means)];
    return {
      eq: rank === 0,
      gt: rank > 0,
      ge: rank >= 0,
      lt: rank < 0,
      le: rank <= 0,
      co: whole.split(part).length > 1 || part === '',
      sw: whole.slice(0, part.length) === part,
      ew: whole.slice(whole.length - Math.min(part.length, whole.length)) === part,
    }[operator];
  });
}

function folded(name: string, value: unknown): string {
  return name === 'value' ? String(value) : String(value).normalize('NFC').toLowerCase();
}

function ranked(name: string, left: unknown, right: unknown): number {
  if (name === 'fitted') return Date.parse(String(left)) - Date.parse(String(right));
  if (typeof left === 'number') return left - Number(right);
  return Buffer.compare(Buffer.from(folded(name, left)), Buffer.from(folded(name, right)));
}

describe('elements and filters by chance', () => {
  it('agree with the naive reading', () => {
    const outcomes = { true: 0, false: 0 };
    fc.assert(
      fc.property(elementPlan(texts), elements, fc.integer(), (plan, element, seed) => {
        const filter = parseValueFilter(printPlan(plan, sequence(seed)), parts);
        const expected = naive(plan, element);
        outcomes[`${expected}`] += 1;
        expect(matchesElement(filter, element)).toBe(expected);
      }),
      { numRuns: 10_000 },
    );
    expect(Math.min(outcomes.true, outcomes.false)).toBeGreaterThan(2000);
  }, 60_000);
});

describe('contains', () => {
  it('agrees with the built-in search', () => {
    const ab = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 120 });
    fc.assert(
      fc.property(ab, ab, fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 32, maxLength: 60 }), fc.boolean(), (left, right, part, inside) => {
        const text = inside ? `${left}${part}${right}` : left + right;
        expect(contains(text, part)).toBe(text.includes(part));
      }),
      { numRuns: 5000 },
    );
  });

  it('stays linear where the built-in search does not', () => {
    const text = 'a'.repeat(2 ** 20);
    const part = `${'a'.repeat(2000)}b${'a'.repeat(2000)}`;
    const before = process.threadCpuUsage();
    expect(contains(text, part)).toBe(false);
    expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(250);
  });
});
