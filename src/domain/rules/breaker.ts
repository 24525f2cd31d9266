// The breaker of a connection: what its policy says when it ends the access of unusually many members.
import type { DomainEvent } from '../events.ts';
import type { Actor } from '../model/caller.ts';
import { refuse, type Refusal } from '../refusals.ts';

/** A connection that acts. */
type ActingConnection = Extract<Actor, { kind: 'connection' }>;

/** How many members lose their access by the events; who is deactivated and removed in one go counts once. */
export function departuresIn(events: readonly DomainEvent[]): number {
  return new Set(events.flatMap((event) => (event.kind === 'memberDeactivated' || event.kind === 'memberRemoved' ? [event.id] : []))).size;
}

/** `trip`: the departures go on and somebody is told; `stop`: they must not happen, now and until an admin lets them. */
export function judgeDepartures({ policy, departures, tripped }: ActingConnection, leaving: number): 'pass' | 'trip' | 'stop' {
  const { mode, most } = policy.breaker;
  if (leaving === 0 || mode === 'off') return 'pass';
  const tooMany = departures + leaving > most;
  if (mode === 'hold') return tripped || tooMany ? 'stop' : 'pass';
  return tooMany && !tripped ? 'trip' : 'pass';
}

/**
 * Whether departures are counted. All of one connection meet at its row until their commits, so that those on whose number nothing depends
 * any more leave it alone: without a breaker, and once an alert was given in this window.
 */
export function isCounted({ policy, departures, tripped }: ActingConnection): boolean {
  const { mode } = policy.breaker;
  return mode === 'hold' || (mode === 'alert' && !(tripped && departures > 0));
}

/** The refusal of departures that are held. */
export function heldDepartures({ label, policy }: ActingConnection): Refusal {
  const { most, windowMinutes } = policy.breaker;
  const detail = `The connection "${label}" may end the access of ${most} members in ${windowMinutes} minutes and asks for more. If that is meant, let an admin release the connection; the identity provider will retry.`;
  return refuse('mass-deprovision-hold', detail);
}
