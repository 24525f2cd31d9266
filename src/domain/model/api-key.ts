// API keys: credentials that members make for their scripts; they belong to the workspace and are attributed to their creator.

/** Scopes that end with the creator's access, and the host application's own, which do not. */
export type KeyScope = 'scim.read' | 'scim.write' | 'admin.read' | 'admin.write' | `app:${string}`;

/** Life of a key that has not expired; only a reactivation ends a suspension. */
export type KeyStatus = 'active' | 'suspended' | 'revoked';

/** A key as the database keeps it when it is made; the key itself is never stored. */
export interface ApiKeyRecord {
  readonly id: string;
  readonly membershipId: string;
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  readonly expiresAt: Date | undefined;
}

/** A key as answers show it; times are ISO 8601 in UTC with milliseconds. The creator may be gone. */
export interface ApiKeyView {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  readonly status: KeyStatus | 'expired';
  readonly creator: { readonly id: string; readonly userName: string; readonly status: 'invited' | 'active' | 'deactivated' | 'removed' };
  readonly createdAt: string;
  readonly expiresAt: string | undefined;
  readonly lastUsedAt: string | undefined;
}

/** Most keys of one member that are not revoked, expired ones included. */
export const mostKeysPerMember = 50;

const ownScopes: ReadonlySet<string> = new Set(['scim.read', 'scim.write', 'admin.read', 'admin.write'] satisfies readonly KeyScope[]);
const appScope = /^app:[a-z0-9][a-z0-9._:-]{0,63}$/;

/** Whether a text is a scope that a key may carry: one of this server's, or `app:` with a name that the host application understands. */
export function isKeyScope(text: string): text is KeyScope {
  return ownScopes.has(text) || appScope.test(text);
}

/** The scopes of a key that hold now: without an active creator it keeps those of the host application alone. */
export function liveScopes<S extends string>(scopes: readonly S[], creatorActive: boolean): S[] {
  return scopes.filter((scope) => creatorActive || scope.startsWith('app:'));
}
