// Connections, tokens and what guards refused to connections: what may happen to them, what storage is told, and what the audit calls it.
import type { ConnectionPolicy } from '../model/connection-policy.ts';
import type { IntentAct } from '../model/blocked-intent.ts';
import type { RefusalRule } from '../refusals.ts';

/** A token as the database keeps it; the token itself is never stored. */
export interface TokenRecord {
  readonly id: string;
  readonly connectionId: string | undefined;
  readonly membershipId: string | undefined;
  readonly epoch: number | undefined;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | undefined;
}

/** Decisions about connections and tokens. `fields` are names of what changed. */
export type ConnectionEvent =
  | { readonly kind: 'connectionCreated'; readonly id: string; readonly label: string; readonly policy?: ConnectionPolicy | undefined }
  | { readonly kind: 'connectionRenamed'; readonly id: string; readonly label: string }
  | { readonly kind: 'connectionPolicyChanged'; readonly id: string; readonly policy: ConnectionPolicy; readonly fields: readonly string[] }
  | { readonly kind: 'connectionPaused' | 'connectionResumed'; readonly id: string }
  | { readonly kind: 'connectionDeleted'; readonly id: string; readonly tokens: number; readonly reason: string | undefined }
  | { readonly kind: 'breakerTripped'; readonly id: string; readonly departures: number; readonly mode: 'alert' | 'hold' }
  | { readonly kind: 'breakerReleased'; readonly id: string; readonly reason: string | undefined }
  | { readonly kind: 'intentDismissed'; readonly id: string; readonly membershipId: string; readonly act: IntentAct; readonly reason: string }
  | { readonly kind: 'intentFinished'; readonly id: string; readonly membershipId: string; readonly act: IntentAct; readonly connectionId: string; readonly reason: string | undefined }
  | { readonly kind: 'intentWithdrawn'; readonly membershipId: string }
  | { readonly kind: 'tokenCreated'; readonly token: TokenRecord }
  | { readonly kind: 'tokenRevoked'; readonly id: string };

/** What storage is told of them. */
export type ConnectionChange =
  | { readonly kind: 'connection.insert'; readonly id: string; readonly label: string; readonly policy: ConnectionPolicy | undefined }
  | { readonly kind: 'connection.rename'; readonly id: string; readonly label: string }
  | { readonly kind: 'connection.policy'; readonly id: string; readonly policy: ConnectionPolicy }
  | { readonly kind: 'connection.pause' | 'connection.resume' | 'connection.delete'; readonly id: string }
  /** Counts in the present window or begins a new one; with `most` storage refuses the transaction that goes beyond it. */
  | { readonly kind: 'connection.departures'; readonly id: string; readonly count: number; readonly most: number | undefined; readonly holds: boolean; readonly windowMinutes: number }
  /** Marks removals as the identity provider's own. */
  | { readonly kind: 'connection.removed'; readonly ids: readonly string[] }
  /** Refused by storage when it is tripped already, so that only one of several at once tells of it. */
  | { readonly kind: 'connection.trip' | 'connection.release'; readonly id: string }
  | { readonly kind: 'intent.note'; readonly connectionId: string; readonly membershipId: string; readonly act: IntentAct; readonly rule: RefusalRule }
  | { readonly kind: 'intent.end'; readonly id: string; readonly as: 'dismissed' | 'finished' }
  /** The identity provider asks for the contrary by now: every open intent of the connection on the member is over. */
  | { readonly kind: 'intent.withdraw'; readonly membershipId: string; readonly linkSpace: string }
  | { readonly kind: 'token.insert'; readonly token: TokenRecord }
  | { readonly kind: 'token.revoke'; readonly id: string };

/** Audited actions of this area. */
export type ConnectionAction =
  | 'connection_create'
  | 'connection_update'
  | 'connection_pause'
  | 'connection_resume'
  | 'connection_delete'
  | 'connection_breaker_trip'
  | 'connection_breaker_release'
  | 'policy_update'
  | 'blocked_intent_dismiss'
  | 'blocked_intent_finish'
  | 'blocked_intent_withdraw'
  | 'token_create'
  | 'token_revoke';
