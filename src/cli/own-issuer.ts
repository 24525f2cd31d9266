// The issuer of our own tokens, the same for the server that checks them and the commands that make them.
import { join } from 'node:path';
import type { Settings } from '../../config/settings.ts';
import type { TokenParties } from '../http/auth/mint-token.ts';
import { openSigningKeyFile } from '../http/auth/signing-key-file.ts';
import { importSigningKeys, type SigningKeys } from '../http/auth/signing-keys.ts';

/** The keys of our own issuer: those of the setting, or those kept in the data folder, made at the first start. */
export async function openSigningKeys(settings: Settings): Promise<SigningKeys> {
  if (settings.signingKey !== undefined) return await importSigningKeys([settings.signingKey]);
  return await openSigningKeyFile(join(settings.dataDir, 'signing-keys.json'));
}

/** Who issues our tokens and for whom. Independent of the public address, so that moving the server does not void its tokens. */
export function tokenParties(settings: Settings): TokenParties {
  return { issuer: settings.issuer ?? 'usher', audience: 'usher' };
}
