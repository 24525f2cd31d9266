// Secrets of clients: long enough to be found by nobody, so that a plain hash of them is all that is kept.
import { hash, randomBytes } from 'node:crypto';

/** A new secret, to be shown once. */
export function newClientSecret(): string {
  return `uhs_${randomBytes(32).toString('base64url')}`;
}

/** What is stored of a secret, in hexadecimal. */
export function hashOfSecret(secret: string): string {
  return hash('sha256', secret, 'hex');
}
