// Turns a token of our own issuer into a credential, or refuses it; distrusts every byte until the signature holds, and every claim after.
import { hash } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Credential, Scope } from '../../domain/model/caller.ts';
import { invalidToken } from './auth-failure.ts';
import { longestTokenBytes } from './bearer.ts';
import { signingAlgorithms, type SigningKeys } from './signing-keys.ts';
import { tokenType } from './mint-token.ts';

/** Resolves to the credential of a token whose signature and claims hold; rejects with an AuthFailure. Whether it was revoked is not asked here. */
export type Verify = (token: string) => Promise<Credential>;

export interface VerifierOptions {
  readonly keys: SigningKeys;
  readonly issuer: string;
  readonly audience: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

interface Verified {
  readonly credential: Credential;
  readonly expiresAtMs: number;
}

const clockToleranceSeconds = 5;
const cachedTokens = 10_000;
const ownHeaders: ReadonlySet<string> = new Set(['alg', 'kid', 'typ']);
const compactForm = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const knownScopes: Readonly<Record<Scope, true>> = { 'scim.read': true, 'scim.write': true, 'admin.read': true, 'admin.write': true };

/** Only what the signature proves is remembered, under the token's hash and never past its expiry. */
export function createVerifier({ keys, issuer, audience, now = Date.now }: VerifierOptions): Verify {
  const cache = new LRUCache<string, Verified>({ max: cachedTokens });
  return async (token) => {
    const digest = hash('sha256', token, 'base64url');
    const known = cache.get(digest);
    if (known !== undefined && now() < known.expiresAtMs) return known.credential;
    const claims = await verifySignature(token, keys, issuer, audience, now());
    const verified = { credential: readCredential(claims), expiresAtMs: claims.exp === undefined ? Infinity : claims.exp * 1000 };
    cache.set(digest, verified);
    return verified.credential;
  };
}

async function verifySignature(token: string, keys: SigningKeys, issuer: string, audience: string, nowMs: number): Promise<JWTPayload> {
  checkForm(token);
  const { kid } = readHeader(token);
  const key = keys.find(kid);
  if (key === undefined) throw invalidToken('The token was signed with a key that this server does not know.');
  try {
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: [key.alg],
      issuer,
      audience,
      typ: tokenType,
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(nowMs),
      requiredClaims: ['sub', 'jti', 'iat'],
    });
    // jose would also take a list of audiences; we never issue one.
    if (payload.aud !== audience) throw invalidToken('The token was issued for another audience.');
    return payload;
  } catch (error) {
    throw explain(error);
  }
}

/** Three base64url parts in their one canonical spelling: a changed last character may not change the bytes, yet it is another token. */
function checkForm(token: string): void {
  if (token.length > longestTokenBytes) throw invalidToken(`The token is longer than ${longestTokenBytes} bytes.`);
  if (!compactForm.test(token) || token.split('.').some((part) => Buffer.from(part, 'base64url').toString('base64url') !== part)) {
    throw invalidToken('The token is not a JSON Web Token. Copy it whole, as it was printed.');
  }
}

/** Our tokens carry three headers; a key or an address of one in the header of a token is never looked at, whoever sent it. */
function readHeader(token: string): { readonly kid: string } {
  let header: Readonly<Record<string, unknown>>;
  try {
    header = decodeProtectedHeader(token);
  } catch {
    throw invalidToken('The header of the token cannot be read.');
  }
  const { alg, kid, typ } = header;
  if (!Object.keys(header).every((name) => ownHeaders.has(name)) || typeof kid !== 'string' || typ !== tokenType || !signingAlgorithms.some((one) => one === alg)) {
    throw invalidToken('The token is not one of this server: its header is another.');
  }
  return { kid };
}

function explain(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return invalidToken('The token has expired. Create a new one and use it from now on.');
  if (error instanceof errors.JWTClaimValidationFailed) return invalidToken(`The token is not for this server: its claim "${error.claim}" does not hold.`);
  return error instanceof errors.JOSEError ? invalidToken('The signature of the token does not hold. Copy the token whole, as it was printed.') : error;
}

function readCredential(claims: JWTPayload): Credential {
  const tenant = Object.freeze({ workspaceId: readUuid(claims, 'tenant'), organizationId: readUuid(claims, 'organization') });
  const common = { tenant, tokenId: readUuid(claims, 'jti'), scopes: readScopes(claims['scope']) };
  if (claims['kind'] === 'connection') return Object.freeze({ kind: 'connection', ...common, connectionId: readUuid(claims, 'sub') });
  if (claims['kind'] !== 'person') throw unfit('kind');
  const epoch = claims['epoch'];
  if (typeof epoch !== 'number' || !Number.isSafeInteger(epoch) || epoch < 0) throw unfit('epoch');
  if (claims.exp === undefined) throw unfit('exp');
  return Object.freeze({ kind: 'person', ...common, membershipId: readUuid(claims, 'sub'), epoch });
}

function readUuid(claims: JWTPayload, name: string): string {
  const value = claims[name];
  if (typeof value !== 'string' || !uuid.test(value)) throw unfit(name);
  return value;
}

/** Every scope must be known: a token that promises more than this server understands is not one of its own. */
function readScopes(value: unknown): readonly Scope[] {
  if (typeof value !== 'string') throw unfit('scope');
  const scopes = value.split(' ');
  if (!scopes.every(isScope)) throw unfit('scope');
  return Object.freeze(scopes);
}

function isScope(text: string): text is Scope {
  return Object.hasOwn(knownScopes, text);
}

function unfit(claim: string): Error {
  return invalidToken(`The token is not one of this server: its claim "${claim}" does not hold.`);
}
