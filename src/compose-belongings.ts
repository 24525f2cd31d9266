// Puts belongings and API keys together; compose.ts mounts them.
import type { Pool } from 'pg';
import type { Settings } from '../config/settings.ts';
import { loadResourceKinds } from './cli/load-resource-kinds.ts';
import { tokenParties } from './cli/own-issuer.ts';
import type { BelongingReads, KeyReads } from './domain/belonging-ports.ts';
import type { BelongingKinds } from './domain/model/belonging.ts';
import type { KeyContext } from './http/admin/belongings/key-endpoints.ts';
import type { ResourceContext } from './http/admin/belongings/resource-endpoints.ts';
import { mintKey } from './http/auth/mint-token.ts';
import type { SigningKeys } from './http/auth/signing-keys.ts';
import type { Verify } from './http/auth/verify-token.ts';
import { createKeyUses, type NoteKeyUse } from './persistence/key-uses.ts';
import { createBelongingReads } from './persistence/reads/belonging-reads.ts';
import { createKeyReads } from './persistence/reads/key-reads.ts';

/** The ports of this area on an open database. */
export interface BelongingPorts {
  readonly belongingKinds: BelongingKinds;
  readonly belongings: BelongingReads;
  readonly keyReads: KeyReads;
  readonly noteKeyUse: NoteKeyUse;
}

/** Puts them on a pool. */
export function openBelongingPorts(settings: Settings, pool: Pool): BelongingPorts {
  return { belongingKinds: loadResourceKinds(settings), belongings: createBelongingReads(pool), keyReads: createKeyReads(pool), noteKeyUse: createKeyUses(pool) };
}

type Own = 'belongings' | 'belongingKinds' | 'keyReads' | 'signKey';

/** What the endpoints of this area work with beside what all have. */
export function belongingContext(settings: Settings, { belongings, belongingKinds, keyReads }: BelongingPorts, keys: SigningKeys): Pick<ResourceContext & KeyContext, Own> {
  return { belongings, belongingKinds, keyReads, signKey: async (tenant, key) => await mintKey(keys, tokenParties(settings), tenant, key) };
}

/** Notes every use of a key whose signature holds, at whatever door. */
export function notingKeys(verify: Verify, { noteKeyUse }: BelongingPorts): Verify {
  return async (token) => {
    const credential = await verify(token);
    if (credential.kind === 'person' && credential.key === true) noteKeyUse(credential.tenant, credential.tokenId);
    return credential;
  };
}
