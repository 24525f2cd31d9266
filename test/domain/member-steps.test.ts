// Member steps of a group: the symbolic result equals running the steps over the full list.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeMemberSteps } from '../../src/domain/commands/compose-member-steps.ts';
import type { MemberStep } from '../../src/domain/model/group.ts';

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const ids = fc.array(id, { maxLength: 4 });
const step: fc.Arbitrary<MemberStep> = fc.oneof(
  fc.record({ kind: fc.constantFrom('add' as const, 'remove' as const, 'replace' as const), ids }),
  fc.record({ kind: fc.constant('removeMatching' as const), match: ids }),
);

/** Runs the steps over the whole list, as a reader of RFC 7644 would by hand. */
function naive(members: readonly string[], steps: readonly MemberStep[]): string[] {
  let list = [...members];
  for (const one of steps) {
    if (one.kind === 'replace') list = [...one.ids];
    else if (one.kind === 'remove') list = list.filter((member) => !one.ids.includes(member));
    else if (one.kind === 'removeMatching') list = list.filter((member) => !(one.match as string[]).includes(member));
    else list = [...list, ...one.ids];
  }
  return [...new Set(list)].sort();
}

describe('member steps', () => {
  it('come to the same as the steps one by one, knowing only the ids they mention', () => {
    fc.assert(
      fc.property(fc.uniqueArray(id), fc.array(step, { maxLength: 6 }), (members: string[], steps) => {
        const whole = steps.some((one) => one.kind === 'replace');
        const mentioned = new Set(steps.flatMap((one) => (one.kind === 'removeMatching' ? (one.match as string[]) : one.ids)));
        const present = new Set(members.filter((member) => whole || mentioned.has(member)));
        const matched = steps.flatMap((one) => (one.kind === 'removeMatching' ? [new Set(one.match as string[])] : []));
        const { added, removed } = composeMemberSteps(steps, present, matched);
        const result: string[] = [...members.filter((member) => !removed.includes(member)), ...added].sort();
        expect(result).toEqual(naive(members, steps));
        expect(added.some((member) => members.includes(member))).toBe(false);
        expect(removed.every((member) => members.includes(member))).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });
});
