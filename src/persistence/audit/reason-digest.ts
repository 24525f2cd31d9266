// The digest that stands in the audit chain for a person's words, so that the words can be erased and the chain still verifies.
import { createHash } from 'node:crypto';

/** Hex SHA-256 of the salt followed by the reason; salts all have one length, so that the seam is never in doubt. */
export function reasonDigest(salt: string, reason: string): string {
  return createHash('sha256').update(salt).update(reason).digest('hex');
}
