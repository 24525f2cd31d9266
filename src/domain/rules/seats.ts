// Seats are counted by person and organization: who holds one, and what a change of a membership does to the count.
import type { Membership } from '../model/membership.ts';

/** What decides whether a membership holds a seat. */
export type SeatSubject = Pick<Membership, 'status' | 'acceptedAt' | 'pendingInvitation'>;

/**
 * Whether a live membership counts for its person's seat: active, deactivated after acceptance, or invited with a pending,
 * unexpired invitation. A removed membership (undefined) never does.
 */
function holdsSeat(membership: SeatSubject | undefined): boolean {
  if (membership === undefined) return false;
  if (membership.status === 'active') return true;
  return membership.status === 'deactivated' ? membership.acceptedAt !== undefined : membership.pendingInvitation;
}

/** `claim` begins or ends this workspace's claim on the person's seat; `ledger` is what it does to the organization's count. */
export interface SeatEffect {
  readonly claim: 'begin' | 'end' | 'none';
  readonly ledger: -1 | 0 | 1;
}

/** The effect of a membership going from one state to another, given whether another workspace claims the person's seat too. */
export function seatEffect(before: SeatSubject | undefined, after: SeatSubject | undefined, claimedElsewhere: boolean): SeatEffect {
  const held = holdsSeat(before);
  const holds = holdsSeat(after);
  if (held === holds) return { claim: 'none', ledger: 0 };
  if (holds) return { claim: 'begin', ledger: claimedElsewhere ? 0 : 1 };
  return { claim: 'end', ledger: claimedElsewhere ? 0 : -1 };
}

/** The seats an organization uses: persons with at least one membership that holds one. */
export function seatsUsed(memberships: readonly (SeatSubject & { readonly accountId: string })[]): number {
  return new Set(memberships.filter(holdsSeat).map((membership) => membership.accountId)).size;
}
