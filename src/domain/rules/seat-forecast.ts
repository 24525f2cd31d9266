// What is to come for the seats of an organization: invitations that will run out, and booked deactivations, which free nothing.
import type { SeatProspect } from '../records.ts';

/** Something that will happen to a person in one workspace. `claims` counts the workspaces because of which the person holds a seat now. */
export interface Expectation {
  readonly at: string;
  readonly kind: 'invitation' | 'deactivation';
  readonly accountId: string;
  readonly claims: number;
  readonly workspaceId: string;
}

/** What it does to the count of seats. */
export type Prospect = Expectation & { readonly change: SeatProspect['change'] };

/**
 * The expectations in the order of their time, each with what it does to the count if nothing else happens: a seat becomes free only with
 * the last of a person's claims, and a deactivated person keeps it (domain.md §6), unless an invitation that was never accepted ends so.
 */
export function forecast<E extends Expectation>(expected: readonly E[]): (E & Prospect)[] {
  const invited = new Set(expected.filter(({ kind }) => kind === 'invitation').map(placeOf));
  const left = new Map<string, number>();
  return expected.toSorted(inTime).map((each): E & Prospect => {
    // Whatever comes first ends the invitation.
    if (!invited.delete(placeOf(each))) return { ...each, change: 0 };
    const remaining = (left.get(each.accountId) ?? each.claims) - 1;
    left.set(each.accountId, remaining);
    return { ...each, change: remaining === 0 ? -1 : 0 };
  });
}

function placeOf({ accountId, workspaceId }: Expectation): string {
  return `${accountId} ${workspaceId}`;
}

function inTime(one: Expectation, other: Expectation): number {
  return one.at < other.at ? -1 : one.at > other.at ? 1 : 0;
}
