// The forecast of seats: a seat becomes free only with the last claim of a person, in whatever order things happen.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecast, type Expectation } from '../../src/domain/rules/seat-forecast.ts';

const at = (day: number) => `2027-01-${String(day).padStart(2, '0')}T00:00:00.000Z`;
const invitation = (accountId: string, workspaceId: string, day: number, claims: number): Expectation => ({ at: at(day), kind: 'invitation', accountId, claims, workspaceId });
const deactivation = (accountId: string, workspaceId: string, day: number, claims: number): Expectation => ({ ...invitation(accountId, workspaceId, day, claims), kind: 'deactivation' });
const changes = (...expected: Expectation[]) => forecast(expected).map(({ accountId, change }) => `${accountId} ${change}`);

describe('forecast', () => {
  it.each<[string, Expectation[], string[]]>([
    ['an invitation that runs out frees its seat', [invitation('a', 'w', 1, 1)], ['a -1']],
    ['not that of somebody who is in another workspace', [invitation('a', 'w', 1, 2)], ['a 0']],
    ['the last of two invitations frees it', [invitation('a', 'v', 5, 2), invitation('a', 'w', 3, 2)], ['a 0', 'a -1']],
    ['a deactivation keeps the seat', [deactivation('a', 'w', 1, 1)], ['a 0']],
    ['that of an invited person ends the invitation', [deactivation('a', 'w', 1, 1), invitation('a', 'w', 2, 1)], ['a -1', 'a 0']],
    ['an invitation ends before it', [deactivation('a', 'w', 3, 1), invitation('a', 'w', 2, 1)], ['a -1', 'a 0']],
    ['people do not count for each other', [invitation('a', 'w', 1, 1), invitation('b', 'w', 2, 2)], ['a -1', 'b 0']],
    ['nothing comes of nothing', [], []],
  ])('%s', (_, expected, change) => {
    expect(changes(...expected)).toEqual(change);
  });

  it('is in the order of time and frees each person\'s seat at most once', () => {
    const one = fc.record({ day: fc.integer({ min: 1, max: 28 }), account: fc.constantFrom('a', 'b'), place: fc.constantFrom('v', 'w'), kind: fc.constantFrom('invitation' as const, 'deactivation' as const) });
    fc.assert(
      fc.property(fc.uniqueArray(one, { selector: ({ account, place, kind }) => `${account}${place}${kind}` }), (given) => {
        const all = given.map(({ day, account, place, kind }) => ({ ...invitation(account, place, day, 2), kind }));
        const result = forecast(all);
        expect(result.map((each) => each.at)).toEqual(result.map((each) => each.at).toSorted());
        for (const account of ['a', 'b']) {
          const freed = result.filter((each) => each.accountId === account && each.change === -1).length;
          const invited = all.filter((each) => each.accountId === account && each.kind === 'invitation').length;
          expect(freed).toBe(invited === 2 ? 1 : 0);
        }
      }),
    );
  });
});
