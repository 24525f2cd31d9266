// Checks a change of seats against the organization's limit.
import type { Decision, Ground } from '../ports.ts';
import { refuse } from '../refusals.ts';
import type { SeatEffect } from '../rules/seats.ts';
import { need } from './decide.ts';

/**
 * What a change of seats still asks for: the account lock whenever a claim begins or ends, the organization's lock when a limit could
 * be passed, or the refusal `seat-limit-reached`. Undefined when the change may happen.
 */
export function checkSeat(ground: Ground, effect: SeatEffect): Extract<Decision<never>, { kind: 'restart' | 'refuse' }> | undefined {
  return checkSeats(ground, [effect]);
}

/** The same for changes that happen together. */
export function checkSeats(ground: Ground, effects: readonly SeatEffect[]): Extract<Decision<never>, { kind: 'restart' | 'refuse' }> | undefined {
  if (effects.every(({ claim }) => claim === 'none')) return undefined;
  const { seatLimit, name } = ground.workspace.organization;
  const wanted = effects.filter(({ ledger }) => ledger === 1).length;
  const limited = wanted > 0 && seatLimit !== undefined;
  const restart = need(ground, { account: true, organization: limited ? 'exclusive' : 'none' });
  const used = ground.seatsUsed ?? 0;
  if (restart !== undefined || !limited || used + wanted <= seatLimit) return restart;
  const left = seatLimit - used;
  const lack = left <= 0 ? `No seat left: ${name} uses all ${seatLimit} of its seats` : `Not enough seats left: ${name} has ${left} free, and ${wanted} are needed`;
  return { kind: 'refuse', refusal: refuse('seat-limit-reached', `${lack}. Free a seat by removing a member, or raise the limit, then retry.`) };
}
