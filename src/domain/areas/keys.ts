// API keys: what may happen to them, what storage is told, and what the audit calls it.
import type { ApiKeyRecord } from '../model/api-key.ts';

/** Keys of one member, by their ids. */
interface KeysOf {
  readonly membershipId: string;
  readonly ids: readonly string[];
}

/** Decisions about keys. */
export type KeyEvent =
  | { readonly kind: 'keyCreated'; readonly key: ApiKeyRecord }
  | ({ readonly kind: 'keysRevoked'; readonly reason: string | undefined } & KeysOf)
  | ({ readonly kind: 'keysSuspended' | 'keysResumed' } & KeysOf);

/** What storage is told of them. */
export type KeyChange =
  | { readonly kind: 'key.insert'; readonly key: ApiKeyRecord }
  | ({ readonly kind: 'keys.revoke' | 'keys.suspend' | 'keys.resume' } & KeysOf);

/** Audited actions of this area. */
export type KeyAction = 'api_key_create' | 'api_key_revoke' | 'api_key_suspend' | 'api_key_resume';
