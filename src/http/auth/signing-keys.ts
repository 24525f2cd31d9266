// The keys that sign our tokens: the last one signs, all of them verify, so that a new one can be appended before the old one goes.
import { hkdfSync } from 'node:crypto';
import { calculateJwkThumbprint, importJWK, type CryptoKey, type JWK_EC_Public, type JWK_OKP_Public } from 'jose';
import type { SigningJwk } from '../../../config/signing-key.ts';

export const signingAlgorithms = ['EdDSA', 'ES256'] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

/** The public half as the JWKS publishes it. */
export type PublicJwk = (JWK_OKP_Public | JWK_EC_Public) & { readonly kid: string; readonly alg: SigningAlgorithm; readonly use: 'sig' };

/** `kid` is the SHA-256 thumbprint. https://www.rfc-editor.org/rfc/rfc7638 */
export interface SigningKey {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

export interface SigningKeys {
  readonly signing: SigningKey;
  readonly find: (kid: string) => SigningKey | undefined;
  readonly jwks: () => { readonly keys: readonly PublicJwk[] };
  /** Secret keys of 32 bytes for another purpose, newest first: whoever has the signing keys derives the same ones. */
  readonly derive: (purpose: string) => readonly Uint8Array[];
}

/** The parts of a private key that are read; whatever else a JWK says of itself is not believed. */
export type PrivateJwk = Pick<SigningJwk, 'kty' | 'crv' | 'x' | 'y' | 'd'>;

/** Imports private keys, oldest first. Rejects when there is none, or one whose halves do not belong together. */
export async function importSigningKeys(given: readonly PrivateJwk[]): Promise<SigningKeys> {
  const keys = await Promise.all(given.map(importKey));
  const newest = keys.at(-1);
  if (newest === undefined) throw new Error('there is no signing key');
  const byKid = new Map(keys.map(({ key }) => [key.kid, key]));
  const published = Object.freeze(keys.map(({ open }) => open).toReversed());
  const secrets = given.toReversed().map(({ d }) => Buffer.from(d, 'base64url'));
  const derive = (purpose: string) => secrets.map((secret) => new Uint8Array(hkdfSync('sha256', secret, Buffer.alloc(0), purpose, 32)));
  return { signing: newest.key, find: (kid) => byKid.get(kid), jwks: () => ({ keys: published }), derive };
}

async function importKey({ kty, crv, x, y, d }: PrivateJwk): Promise<{ readonly key: SigningKey; readonly open: PublicJwk }> {
  const open = kty === 'EC' ? { kty, crv, x, y: y ?? '' } : { kty, crv, x };
  const alg = kty === 'EC' ? 'ES256' : 'EdDSA';
  const [kid, publicKey, privateKey] = await Promise.all([calculateJwkThumbprint(open), importJWK(open, alg), importJWK({ ...open, d }, alg)]);
  return { key: { kid, alg, publicKey, privateKey }, open: Object.freeze({ ...open, kid, alg, use: 'sig' }) };
}
