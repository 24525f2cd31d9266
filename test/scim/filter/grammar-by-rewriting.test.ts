// Which token sequences are filters, decided a second time: by rewriting symbols until one F is left, or not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import { userType } from '../../../src/scim/schema/resource-types.ts';
import { refusalOf } from './refusal-of.ts';

/** One symbol for each token: n a name, l a list, t a sub-attribute, s one behind a bracket or a list, e an operator, v a value. */
const written = new Map(
  Object.entries({ n: 'title', l: 'emails', t: 'type', s: '.value', e: 'eq', v: '"a"', p: 'pr', '&': 'and', '|': 'or', '!': 'not' }),
);
const symbols = ['n', 'l', 't', 's', 'e', 'v', 'p', '&', '|', '!', '(', ')', '[', ']', ' '];

/** Figure 1 of RFC 7644 backwards; X is what may stand inside [ ], F what may not. Earlier rules go first. */
const rules: readonly [RegExp, string][] = [
  [/(?:n|ls?) +(?:p|e +v)/, 'F'],
  [/t +(?:p|e +v)/, 'X'],
  [/l\[ *X *\]s +(?:p|e +v)/, 'F'],
  [/l\[ *X *\](?!s)/, 'F'],
  [/! *\( *X *\)/, 'X'],
  [/! *\( *F *\)/, 'F'],
  [/(?<!! *)\( *X *\)/, 'X'],
  [/(?<!! *)\( *F *\)/, 'F'],
  [/X +[&|] +X/, 'X'],
  [/F +[&|] +F/, 'F'],
];

function isFilter(sequence: string): boolean {
  let rest = sequence;
  for (;;) {
    const rule = rules.find(([pattern]) => pattern.test(rest));
    if (rule === undefined) return /^ *F *$/.test(rest);
    rest = rest.replace(rule[0], rule[1]);
  }
}

const legal = fc.letrec<{ outer: string; inner: string }>((tie) => ({
  outer: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('n p', 'n e v', 'l p', 'l e v', '! (n p)'),
    fc.tuple(tie('outer'), fc.constantFrom(' & ', ' | '), tie('outer')).map((parts) => parts.join('')),
    tie('outer').map((inside) => `(${inside})`),
    tie('outer').map((inside) => `!(${inside})`),
    fc.tuple(tie('inner'), fc.constantFrom('', 's p', 's e v')).map(([inside, behind]) => `l[${inside}]${behind}`),
  ),
  inner: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('t p', 't e v'),
    fc.tuple(tie('inner'), fc.constantFrom(' & ', ' | '), tie('inner')).map((parts) => parts.join('')),
    tie('inner').map((inside) => `(${inside})`),
    tie('inner').map((inside) => `! (${inside})`),
  ),
})).outer;

const patches = fc.array(fc.tuple(fc.nat(), fc.constantFrom(...symbols, ''), fc.nat(2)), { maxLength: 2 });

describe('the grammar', () => {
  it('accepts and refuses what rewriting does', () => {
    const outcomes = { true: 0, false: 0 };
    fc.assert(
      fc.property(legal, patches, (start, changes) => {
        let sequence = start;
        for (const [place, symbol, dropped] of changes) {
          const at = place % (sequence.length + 1);
          sequence = sequence.slice(0, at) + symbol + sequence.slice(at + dropped);
        }
        const text = Array.from(sequence, (symbol) => written.get(symbol) ?? symbol).join('');
        const expected = isFilter(sequence);
        outcomes[`${expected}`] += 1;
        expect([text, refusalOf(() => parseFilter(text, userType)) === undefined]).toEqual([text, expected]);
      }),
      { numRuns: 20_000 },
    );
    expect(Math.min(outcomes.true, outcomes.false)).toBeGreaterThan(4000);
  }, 60_000);
});
