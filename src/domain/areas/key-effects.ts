// What the events of API keys come to.
import type { EffectTable } from '../effect.ts';
import type { KeyEvent } from './keys.ts';

/** The effect of each event; keys that end are told as the business of their creator, in the order of everything else that happens to it. */
export const keyEffects: EffectTable<KeyEvent> = {
  keyCreated: ({ key }) => ({
    changes: [{ kind: 'key.insert', key }],
    audit: { action: 'api_key_create', targetId: key.id, metadata: { creator: key.membershipId, scopes: key.scopes } },
  }),
  keysRevoked: ({ membershipId, ids, reason }) => ({
    changes: [{ kind: 'keys.revoke', membershipId, ids }],
    audit: { action: 'api_key_revoke', targetId: membershipId, metadata: { keys: ids }, reason },
  }),
  keysSuspended: ({ membershipId, ids }) => ({ changes: [{ kind: 'keys.suspend', membershipId, ids }], audit: { action: 'api_key_suspend', targetId: membershipId, metadata: { keys: ids } } }),
  keysResumed: ({ membershipId, ids }) => ({ changes: [{ kind: 'keys.resume', membershipId, ids }], audit: { action: 'api_key_resume', targetId: membershipId, metadata: { keys: ids } } }),
};
