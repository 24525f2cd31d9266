// Whatever the text: a filter or a refusal, and soon.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupType, userType } from '../../../src/scim/schema/resource-types.ts';
import { parseFilter, parseFilterForTypes } from '../../../src/scim/filter/parse-filter.ts';
import { parsePath } from '../../../src/scim/filter/parse-path.ts';
import { gadgetUserType } from './gadget-type.ts';
import { filterPlan } from './plans.ts';
import { printPlan, sequence } from './print-plan.ts';
import { refusalOf } from './refusal-of.ts';

const runs = 50_000;

const pieces = [
  ...['userName', 'emails', 'emails.type', 'name.givenName', 'active', 'meta.created', 'manager', 'password', 'not', 'and', 'or', 'pr'],
  ...['eq', 'ne', 'co', 'gt', 'true', 'null', '12', '-1e5', '"a"', '"\\ud83d"', '"\\', '"', '(', ')', '[', ']', '].value', '.', ':', ' ', '  '],
  ...['\n', '\0', '\u00a0', '__proto__', 'constructor', 'urn:ietf:params:scim:schemas:core:2.0:User:', '$ref', '%', '\ud800', 'é', '"2026-01-31T08:00:00Z"'],
];

const soup = fc
  .tuple(fc.array(fc.constantFrom(...pieces), { maxLength: 24 }), fc.constantFrom('', ' '))
  .map(([words, separator]) => words.join(separator));

/** A legal filter with one place overwritten, doubled or left out. */
const damaged = fc.tuple(filterPlan, fc.integer(), fc.nat(), fc.constantFrom('', '"', '(', ')', '[', ']', '\\', ' ', '.', '\0', 'not')).map(
  ([plan, seed, place, patch]) => {
    const text = printPlan(plan, sequence(seed));
    const at = place % (text.length + 1);
    return text.slice(0, at) + patch + text.slice(at + (place % 3));
  },
);

const anyText = fc.oneof(
  { weight: 7, arbitrary: soup },
  { weight: 1, arbitrary: damaged },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.string() },
);

describe('garbage', () => {
  it(
    `${runs} texts are parsed or refused, never anything else`,
    () => {
      const outcomes = { parsed: 0, refused: 0 };
      fc.assert(
        fc.property(anyText, (text) => {
          const refusal = refusalOf(() => parseFilter(text, gadgetUserType));
          outcomes[refusal === undefined ? 'parsed' : 'refused'] += 1;
          if (refusal !== undefined && refusal.scimType !== 'invalidFilter') throw refusal;
          const badPath = refusalOf(() => parsePath(text, gadgetUserType));
          if (badPath !== undefined && badPath.scimType !== 'invalidPath' && badPath.scimType !== 'invalidFilter') throw badPath;
          refusalOf(() => parseFilterForTypes(text, [userType, groupType]));
        }),
        { numRuns: runs },
      );
      expect(outcomes.parsed).toBeGreaterThan(200);
      expect(outcomes.refused).toBeGreaterThan(runs / 2);
    },
    60_000,
  );
});

const equal = 'userName eq "a"';

/** Texts that stall or crash careless parsers. */
const hostile: readonly [what: string, text: string][] = [
  ['4,000 new lines in a string', `userName eq "${'\n'.repeat(4000)}`],
  ['4,000 new lines in a closed string', `userName eq "${'\n'.repeat(4000)}"`],
  ['4,000 new lines for a value', `userName eq ${'\n'.repeat(4000)}`],
  ['40 new lines in an open string', `userName eq "${'\n'.repeat(40)}`],
  ['4,000 backslashes', `userName eq "${'\\'.repeat(4000)}`],
  ['4,001 backslashes and a quote', `userName eq "${'\\'.repeat(4001)}"`],
  ['20,000 round brackets', '('.repeat(20_000)],
  ['20,000 square brackets', 'emails['.repeat(20_000)],
  ['4,096 round brackets', '('.repeat(4096)],
  ['4,000 closing brackets', `title pr${')'.repeat(4000)}`],
  ['1,000 times not', `${'not ('.repeat(800)}title pr${')'.repeat(800)}`],
  ['a string of 1 MB', `userName eq "${'a'.repeat(2 ** 20)}"`],
  ['a string of 4,097 bytes in few characters', `userName eq "${'é'.repeat(2045)}"`],
  ['100,000 comparisons', Array.from({ length: 100_000 }, () => equal).join(' and ')],
  ['a name of 4,000 colons', `${':'.repeat(4000)} pr`],
  ['a name of 1,300 parts', `${'a:'.repeat(1300)} pr`],
  ['a name of 2,000 dots', `${'a.'.repeat(2000)} pr`],
  ['a number of 4,000 digits', `level eq ${'9'.repeat(4000)}`],
  ['a number of 4,000 digits and a letter', `level eq ${'1'.repeat(4000)}x`],
  ['a dateTime of 4,000 digits', `meta.created eq "2026-01-31T08:00:00.${'1'.repeat(4000)}Z"`],
  ['4,000 quotes', '"'.repeat(4000)],
  ['4,000 spaces', ' '.repeat(4000)],
];

describe('hostile filters', () => {
  it.each(hostile)('%s: refused within 50 ms', (_, text) => {
    const before = process.threadCpuUsage();
    const refusal = refusalOf(() => parseFilter(text, gadgetUserType));
    const used = process.threadCpuUsage(before);
    expect(refusal).toMatchObject({ status: 400, scimType: 'invalidFilter' });
    expect((used.user + used.system) / 1000).toBeLessThan(50);
    expect(refusal?.message.length).toBeLessThan(400);
    expect(refusalOf(() => parsePath(text, gadgetUserType))).toMatchObject({ status: 400 });
  });
});

describe('caps', () => {
  const nested = (depth: number): string => `${'('.repeat(depth)}title pr${')'.repeat(depth)}`;
  const terms = (count: number): string => Array.from({ length: count }, () => 'title pr').join(' and ');
  const ofBytes = (bytes: number): string => `title eq "${'a'.repeat(bytes - 11)}"`;
  const parses = (text: string): boolean => refusalOf(() => parseFilter(text, gadgetUserType)) === undefined;

  it.each([
    ['4,096 bytes', ofBytes(4096), true],
    ['4,097 bytes', ofBytes(4097), false],
    ['2,042 letters of two bytes', `title eq "${'é'.repeat(2042)}"`, true],
    ['2,043 letters of two bytes', `title eq "${'é'.repeat(2043)}"`, false],
    ['64 terms', terms(64), true],
    ['65 terms', terms(65), false],
    ['64 terms, one behind a bracket', `${terms(62)} or emails[type pr].value pr`, true],
    ['65 terms, one behind a bracket', `${terms(63)} or emails[type pr].value pr`, false],
    ['16 brackets open at once', nested(16), true],
    ['17 brackets open at once', nested(17), false],
    ['16 with a square one', `${'('.repeat(15)}emails[type pr]${')'.repeat(15)}`, true],
    ['17 with a square one', `${'('.repeat(15)}emails[(type pr)]${')'.repeat(15)}`, false],
    ['40 brackets one after the other', Array.from({ length: 40 }, () => '(title pr)').join(' or '), true],
  ])('%s', (_, text, accepted) => {
    expect(parses(text)).toBe(accepted);
  });

  it('count inside the brackets of a path too', () => {
    const path = (depth: number): string => `emails[${'('.repeat(depth)}type pr${')'.repeat(depth)}]`;
    expect(refusalOf(() => parsePath(path(15), userType))).toBeUndefined();
    expect(refusalOf(() => parsePath(path(16), userType))).toMatchObject({ scimType: 'invalidFilter' });
    expect(refusalOf(() => parsePath('a'.repeat(4097), userType))).toMatchObject({ scimType: 'invalidPath' });
  });
});
