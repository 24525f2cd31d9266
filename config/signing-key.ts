// Reads the private key that signs our tokens from a setting: a JWK, a PEM text or the path of a file with one; never repeats what it read.
import { createPrivateKey, createPublicKey, sign, verify, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

/** A private key with its public half; `kid` only if the JWK brought one. */
export type SigningJwk = {
  readonly kty: 'OKP' | 'EC';
  readonly crv: 'Ed25519' | 'P-256';
  readonly alg: 'EdDSA' | 'ES256';
  readonly x: string;
  readonly y?: string;
  readonly d: string;
  readonly kid?: string;
};

const shape = z.object({
  kty: z.enum(['OKP', 'EC']),
  crv: z.enum(['Ed25519', 'P-256']),
  x: z.string(),
  y: z.string().optional(),
  d: z.string(),
});

export function parseSigningKey(text: string, folder: string, context: z.RefinementCtx): SigningJwk {
  const refuse = (message: string): SigningJwk => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  let content = text;
  if (!/^\s*(\{|-----BEGIN )/.test(text)) {
    try {
      content = readFileSync(resolve(folder, text), 'utf8');
    } catch (error) {
      return refuse(`is neither a JWK nor a PEM text, and as a file it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
    }
  }
  try {
    return readKey(content) ?? refuse('must be an Ed25519 or a P-256 private key');
  } catch {
    return refuse('is not a readable private key (JWK or unencrypted PEM)');
  }
}

function readKey(content: string): SigningJwk | undefined {
  const jwk = content.trimStart().startsWith('{') ? (JSON.parse(content) as JsonWebKey) : undefined;
  const key = jwk === undefined ? createPrivateKey(content) : createPrivateKey({ key: jwk, format: 'jwk' });
  const parsed = shape.safeParse(key.export({ format: 'jwk' }));
  if (!parsed.success || !signs(key, jwk)) return undefined;
  const { kty, crv, x, y, d } = parsed.data;
  const kid = jwk?.['kid'];
  return { kty, crv, alg: kty === 'EC' ? 'ES256' : 'EdDSA', x, ...(y === undefined ? {} : { y }), d, ...(typeof kid === 'string' ? { kid } : {}) };
}

/** A JWK may pair a private half with a foreign public one; such a key would sign tokens that nobody can verify. */
function signs(key: KeyObject, jwk: JsonWebKey | undefined): boolean {
  const open = jwk === undefined ? createPublicKey(key) : createPublicKey({ key: withoutPrivateHalf(jwk), format: 'jwk' });
  const digest = key.asymmetricKeyType === 'ec' ? 'sha256' : null;
  const probe = Buffer.from('probe');
  return verify(digest, probe, open, sign(digest, probe, key));
}

function withoutPrivateHalf(jwk: JsonWebKey): JsonWebKey {
  const { d: _, ...open } = jwk;
  return open;
}
