// The seat table of domain.md §6 as a pure rule: what a membership's change does to the organization's count.
import { describe, expect, it } from 'vitest';
import { seatEffect, seatsUsed, type SeatSubject } from '../../src/domain/rules/seats.ts';

const accepted = new Date('2026-01-01T00:00:00Z');
const active: SeatSubject = { status: 'active', acceptedAt: accepted, pendingInvitation: false };
const deactivated: SeatSubject = { status: 'deactivated', acceptedAt: accepted, pendingInvitation: false };
const invited: SeatSubject = { status: 'invited', acceptedAt: undefined, pendingInvitation: true };
const expired: SeatSubject = { status: 'invited', acceptedAt: undefined, pendingInvitation: false };
const neverActive: SeatSubject = { status: 'deactivated', acceptedAt: undefined, pendingInvitation: false };

interface Row {
  readonly why: string;
  readonly elsewhere: SeatSubject | undefined;
  readonly before: SeatSubject | undefined;
  readonly after: SeatSubject | undefined;
  readonly used: readonly [number, number];
}

const table: readonly Row[] = [
  { why: 'removed, in no other workspace', elsewhere: undefined, before: active, after: undefined, used: [1, 0] },
  { why: 'removed from A, still in B', elsewhere: active, before: active, after: undefined, used: [1, 1] },
  { why: 'deactivated', elsewhere: undefined, before: active, after: deactivated, used: [1, 1] },
  { why: 'pending invitation revoked', elsewhere: undefined, before: invited, after: undefined, used: [1, 0] },
  { why: 'removed from A, deactivated in B', elsewhere: deactivated, before: active, after: undefined, used: [1, 1] },
  { why: 'removed from A, pending invitation in B', elsewhere: invited, before: active, after: undefined, used: [1, 1] },
  { why: 'removed from A, only an expired invitation in B', elsewhere: expired, before: active, after: undefined, used: [1, 0] },
  { why: 'active=false on a never-accepted invitation', elsewhere: undefined, before: invited, after: neverActive, used: [1, 0] },
  { why: 'reactivate', elsewhere: undefined, before: deactivated, after: active, used: [1, 1] },
  { why: 'deactivated, then removed', elsewhere: undefined, before: deactivated, after: undefined, used: [1, 0] },
  { why: 'invited to B while active in A', elsewhere: active, before: undefined, after: invited, used: [1, 1] },
  { why: 'invitation expires', elsewhere: undefined, before: invited, after: expired, used: [1, 0] },
  { why: 'accept', elsewhere: undefined, before: invited, after: active, used: [1, 1] },
  { why: 'POST active:false', elsewhere: undefined, before: undefined, after: neverActive, used: [0, 0] },
  { why: 'its first active=true', elsewhere: undefined, before: neverActive, after: active, used: [0, 1] },
  { why: 'restore', elsewhere: undefined, before: undefined, after: active, used: [0, 1] },
];

describe('seats', () => {
  it.each(table)('$why: $used', ({ elsewhere, before, after, used }) => {
    const count = (here: SeatSubject | undefined) => seatsUsed([elsewhere, here].flatMap((one) => (one === undefined ? [] : [{ ...one, accountId: 'a' }])));
    expect([count(before), count(after)]).toEqual(used);
    const held = elsewhere !== undefined && seatsUsed([{ ...elsewhere, accountId: 'a' }]) === 1;
    expect(seatEffect(before, after, held).ledger).toBe(used[1] - used[0]);
  });

  it('frees one when everybody of a person leaves, step by step or together', () => {
    expect([seatEffect(active, undefined, true).ledger, seatEffect(active, undefined, false).ledger]).toEqual([0, -1]);
    const both = (accountId: string) => [{ ...active, accountId }, { ...deactivated, accountId }];
    expect([seatsUsed([...both('a'), ...both('b'), { ...active, accountId: 'c' }]), seatsUsed([{ ...active, accountId: 'c' }]), seatsUsed([])]).toEqual([3, 1, 0]);
  });

  it('counts persons, not memberships', () => {
    const three = [
      { ...active, accountId: 'a' },
      { ...deactivated, accountId: 'a' },
      { ...invited, accountId: 'b' },
      { ...neverActive, accountId: 'c' },
    ];
    expect(seatsUsed(three)).toBe(2);
  });

  it('ends a claim only together with the last thing that holds it', () => {
    expect(seatEffect(active, deactivated, false)).toEqual({ claim: 'none', ledger: 0 });
    expect(seatEffect(active, undefined, true)).toEqual({ claim: 'end', ledger: 0 });
    expect(seatEffect(undefined, active, true)).toEqual({ claim: 'begin', ledger: 0 });
  });
});
