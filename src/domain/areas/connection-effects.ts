// What the events of connections and tokens come to.
import type { EffectTable } from '../effect.ts';
import type { ConnectionEvent } from './connections.ts';

/** The effect of each event. */
export const connectionEffects: EffectTable<ConnectionEvent> = {
  connectionCreated: ({ id, label }) => ({ changes: [{ kind: 'connection.insert', id, label }], audit: { action: 'connection_create', targetId: id } }),
  connectionPaused: ({ id }) => ({ changes: [{ kind: 'connection.pause', id }], audit: { action: 'connection_pause', targetId: id } }),
  connectionResumed: ({ id }) => ({ changes: [{ kind: 'connection.resume', id }], audit: { action: 'connection_resume', targetId: id } }),
  tokenCreated: ({ token }) => ({
    changes: [{ kind: 'token.insert', token }],
    audit: { action: 'token_create', targetId: token.id, metadata: { holder: token.connectionId ?? token.membershipId ?? '' } },
  }),
  tokenRevoked: ({ id }) => ({ changes: [{ kind: 'token.revoke', id }], audit: { action: 'token_revoke', targetId: id } }),
};
