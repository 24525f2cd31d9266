// What the events of connections, tokens and blocked intents come to.
import type { EffectTable } from '../effect.ts';
import type { ConnectionEvent } from './connections.ts';

/** The effect of each event. */
export const connectionEffects: EffectTable<ConnectionEvent> = {
  connectionCreated: ({ id, label, policy }) => ({ changes: [{ kind: 'connection.insert', id, label, policy }], audit: { action: 'connection_create', targetId: id } }),
  connectionRenamed: ({ id, label }) => ({ changes: [{ kind: 'connection.rename', id, label }], audit: { action: 'connection_update', targetId: id, metadata: { fields: ['label'] } } }),
  connectionPolicyChanged: ({ id, policy, fields }) => ({ changes: [{ kind: 'connection.policy', id, policy }], audit: { action: 'policy_update', targetId: id, metadata: { fields } } }),
  connectionPaused: ({ id }) => ({ changes: [{ kind: 'connection.pause', id }], audit: { action: 'connection_pause', targetId: id } }),
  connectionResumed: ({ id }) => ({ changes: [{ kind: 'connection.resume', id }], audit: { action: 'connection_resume', targetId: id } }),
  connectionDeleted: ({ id, tokens, reason }) => ({ changes: [{ kind: 'connection.delete', id }], audit: { action: 'connection_delete', targetId: id, metadata: { tokens }, reason } }),
  breakerTripped: ({ id, departures, mode }) => ({ changes: [{ kind: 'connection.trip', id }], audit: { action: 'connection_breaker_trip', targetId: id, metadata: { departures, mode } } }),
  breakerReleased: ({ id, reason }) => ({ changes: [{ kind: 'connection.release', id }], audit: { action: 'connection_breaker_release', targetId: id, reason } }),
  intentDismissed: ({ id, membershipId, act, reason }) => ({
    changes: [{ kind: 'intent.end', id, as: 'dismissed' }],
    audit: { action: 'blocked_intent_dismiss', targetId: membershipId, metadata: { act, intent: id }, reason },
  }),
  intentFinished: ({ id, membershipId, act, connectionId, reason }) => ({
    changes: [{ kind: 'intent.end', id, as: 'finished' }],
    audit: { action: 'blocked_intent_finish', targetId: membershipId, metadata: { act, intent: id, connection: connectionId }, reason },
  }),
  intentWithdrawn: ({ membershipId }, linkSpace) => ({
    changes: [{ kind: 'intent.withdraw', membershipId, linkSpace }],
    audit: { action: 'blocked_intent_withdraw', targetId: membershipId },
  }),
  tokenCreated: ({ token }) => ({
    changes: [{ kind: 'token.insert', token }],
    audit: { action: 'token_create', targetId: token.id, metadata: { holder: token.connectionId ?? token.membershipId ?? '' } },
  }),
  tokenRevoked: ({ id }) => ({ changes: [{ kind: 'token.revoke', id }], audit: { action: 'token_revoke', targetId: id } }),
};
