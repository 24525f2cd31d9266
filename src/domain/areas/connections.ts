// Connections and tokens: what may happen to them, what storage is told, and what the audit calls it.

/** A token as the database keeps it; the token itself is never stored. */
export interface TokenRecord {
  readonly id: string;
  readonly connectionId: string | undefined;
  readonly membershipId: string | undefined;
  readonly epoch: number | undefined;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | undefined;
}

/** Decisions about connections and tokens. */
export type ConnectionEvent =
  | { readonly kind: 'connectionCreated'; readonly id: string; readonly label: string }
  | { readonly kind: 'connectionPaused' | 'connectionResumed'; readonly id: string }
  | { readonly kind: 'tokenCreated'; readonly token: TokenRecord }
  | { readonly kind: 'tokenRevoked'; readonly id: string };

/** What storage is told of them. */
export type ConnectionChange =
  | { readonly kind: 'connection.insert'; readonly id: string; readonly label: string }
  | { readonly kind: 'connection.pause' | 'connection.resume'; readonly id: string }
  | { readonly kind: 'token.insert'; readonly token: TokenRecord }
  | { readonly kind: 'token.revoke'; readonly id: string };

/** Audited actions of this area. */
export type ConnectionAction = 'connection_create' | 'connection_pause' | 'connection_resume' | 'token_create' | 'token_revoke';
