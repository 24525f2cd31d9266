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
  if (effect.claim === 'none') return undefined;
  const { seatLimit, name } = ground.workspace.organization;
  const limited = effect.ledger === 1 && seatLimit !== undefined;
  const restart = need(ground, { account: true, organization: limited ? 'exclusive' : 'none' });
  if (restart !== undefined || !limited || (ground.seatsUsed ?? 0) < seatLimit) return restart;
  const detail = `No seat left: ${name} uses all ${seatLimit} of its seats. Free a seat by removing a member, or raise the limit, then retry.`;
  return { kind: 'refuse', refusal: refuse('seat-limit-reached', detail) };
}
