// A connection as the team API shows it.
import type { ConnectionView } from '../../../domain/areas/connection-reads.ts';
import { expiresWithin } from './shapes.ts';

/** What needs somebody's eye is said in sentences too. */
export function showConnection({ departures, trippedAt, tokens, ...connection }: ConnectionView): object {
  const now = Date.now();
  const shown = tokens.map((token) => ({ ...token, expiresWithinDays: expiresWithin(token.expiresAt, now) }));
  const expiring = shown.flatMap(({ id, expiresAt, expiresWithinDays }) =>
    expiresWithinDays === null ? [] : [`The token ${id} expires at ${String(expiresAt)}: create its successor and put it into the identity provider before.`],
  );
  const { mode } = connection.policy.breaker;
  const tripped = trippedAt === null ? [] : [mode === 'hold' ? `The breaker holds further departures since ${trippedAt}: release it if they are meant.` : `The connection has ended the access of unusually many members by ${trippedAt}.`];
  const unused = tokens.length === 0 ? ['The connection has no live token: nobody can use it.'] : [];
  const { id, label, paused, policy, openIntents, createdAt, lastSeenAt } = connection;
  return { id, label, paused, policy, tokens: shown, warnings: [...tripped, ...expiring, ...unused], breaker: { departures, trippedAt }, openIntents, createdAt, lastSeenAt };
}
