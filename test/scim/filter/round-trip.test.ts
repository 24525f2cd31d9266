// Filters made first and written down afterwards must come back as they were made.
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxFilterBytes } from '../../../src/scim/filter/limits.ts';
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import { gadgetUserType } from './gadget-type.ts';
import { notation } from './notation.ts';
import { expectedFilter, filterPlan } from './plans.ts';
import type { Plan } from './plans.ts';
import { printPlan, sequence } from './print-plan.ts';

const runs = 20_000;

describe('round trip', () => {
  it(
    `${runs} generated filters parse to what they were made from`,
    () => {
      const seen = { longest: 0, kinds: new Set<Plan['kind']>() };
      fc.assert(
        fc.property(filterPlan, fc.integer(), (plan, seed) => {
          const text = printPlan(plan, sequence(seed));
          fc.pre(Buffer.byteLength(text) <= maxFilterBytes);
          seen.longest = Math.max(seen.longest, text.length);
          seen.kinds.add(plan.kind);
          const expected = expectedFilter(plan);
          const parsed = parseFilter(text, gadgetUserType);
          if (!isDeepStrictEqual(parsed, expected)) expect(`${text} is ${notation(parsed)}`).toBe(`${text} is ${notation(expected)}`);
        }),
        { numRuns: runs },
      );
      expect(seen.kinds.size).toBe(6);
      expect(seen.longest).toBeGreaterThan(1000);
    },
    60_000,
  );
});
