// Units of work start only after those they wait for, never too many at once, and all of them.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createGate, runInOrder } from '../../../src/provisioning/bulk/run-in-order.ts';

const anyUnits = fc.array(fc.record({ picks: fc.array(fc.nat(1_000), { maxLength: 3 }), turns: fc.nat(3) }), { maxLength: 30 });

it('any units are done once, in an order that their waiting allows', async () => {
  await fc.assert(
    fc.asyncProperty(anyUnits, fc.integer({ min: 1, max: 5 }), async (drawn, atOnce) => {
      const units = drawn.map(({ picks, turns }, place) => ({ place, turns, after: place === 0 ? [] : [...new Set(picks.map((pick) => pick % place))] }));
      const done: number[] = [];
      let running = 0;
      await runInOrder(units, atOnce, async ({ place, turns, after }) => {
        expect(after.every((earlier) => done.includes(earlier))).toBe(true);
        running += 1;
        expect(running).toBeLessThanOrEqual(atOnce);
        for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
        running -= 1;
        done.push(place);
      });
      expect(done.toSorted((one, other) => one - other)).toEqual([...units.keys()]);
      if (atOnce === 1) expect(done).toEqual([...units.keys()]);
    }),
    { numRuns: 300 },
  );
});

it('a gate lends its places in the order of arrival, and again after a failure', async () => {
  const gate = createGate(2);
  const log: string[] = [];
  let inside = 0;
  const visit = async (name: string) =>
    await gate(async () => {
      inside += 1;
      expect(inside).toBeLessThanOrEqual(2);
      log.push(name);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      if (name === 'b') throw new Error('b fails');
      return name;
    });
  const results = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map(visit));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  expect(log).toEqual(['a', 'b', 'c', 'd', 'e']);
});
