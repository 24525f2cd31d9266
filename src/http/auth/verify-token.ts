// Turns a token of our own issuer into a credential, or refuses it; distrusts every byte until the signature holds, and every claim after.
import { hash } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import { isKeyScope } from '../../domain/model/api-key.ts';
import { nowhere, type Credential, type Scope, type Tenant } from '../../domain/model/caller.ts';
import { invalidToken } from './auth-failure.ts';
import { longestTokenBytes } from './bearer.ts';
import { signingAlgorithms, type SigningKeys } from './signing-keys.ts';
import { sessionType, tokenType } from './mint-token.ts';

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
const knownScopes: Readonly<Record<Scope, true>> = {
  'scim.read': true,
  'scim.write': true,
  'admin.read': true,
  'admin.write': true,
  'account.read': true,
  'account.write': true,
  'host.read': true,
  'host.write': true,
};

const tokenTypes = [tokenType, sessionType] as const;
type TokenType = (typeof tokenTypes)[number];

/** Only what the signature proves is remembered, under the token's hash and never past its expiry. */
export function createVerifier({ keys, issuer, audience, now = Date.now }: VerifierOptions): Verify {
  const cache = new LRUCache<string, Verified>({ max: cachedTokens });
  return async (token) => {
    const digest = hash('sha256', token, 'base64url');
    const known = cache.get(digest);
    if (known !== undefined && now() < known.expiresAtMs) return known.credential;
    const { claims, type } = await verifySignature(token, keys, issuer, audience, now());
    const verified = { credential: readCredential(claims, type), expiresAtMs: claims.exp === undefined ? Infinity : claims.exp * 1000 };
    cache.set(digest, verified);
    return verified.credential;
  };
}

async function verifySignature(token: string, keys: SigningKeys, issuer: string, audience: string, nowMs: number): Promise<{ readonly claims: JWTPayload; readonly type: TokenType }> {
  checkForm(token);
  const { kid, type } = readHeader(token);
  const key = keys.find(kid);
  if (key === undefined) throw invalidToken('The token was signed with a key that this server does not know.');
  try {
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: [key.alg],
      issuer,
      audience,
      typ: type,
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(nowMs),
      requiredClaims: ['sub', 'jti', 'iat'],
    });
    // jose would also take a list of audiences; we never issue one.
    if (payload.aud !== audience) throw invalidToken('The token was issued for another audience.');
    return { claims: payload, type };
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
function readHeader(token: string): { readonly kid: string; readonly type: TokenType } {
  let header: Readonly<Record<string, unknown>>;
  try {
    header = decodeProtectedHeader(token);
  } catch {
    throw invalidToken('The header of the token cannot be read.');
  }
  const { alg, kid, typ } = header;
  const type = tokenTypes.find((one) => one === typ);
  if (!Object.keys(header).every((name) => ownHeaders.has(name)) || typeof kid !== 'string' || type === undefined || !signingAlgorithms.some((one) => one === alg)) {
    throw invalidToken('The token is not one of this server: its header is another.');
  }
  return { kid, type };
}

function explain(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return invalidToken('The token has expired. Create a new one and use it from now on.');
  if (error instanceof errors.JWTClaimValidationFailed) return invalidToken(`The token is not for this server: its claim "${error.claim}" does not hold.`);
  return error instanceof errors.JOSEError ? invalidToken('The signature of the token does not hold. Copy the token whole, as it was printed.') : error;
}

function readCredential(claims: JWTPayload, type: TokenType): Credential {
  const tenant: Tenant = Object.freeze({ workspaceId: readUuid(claims, 'tenant'), organizationId: readUuid(claims, 'organization') });
  const common = { tenant, scopes: readScopes(claims['scope'], claims['kind'] === 'key' ? isKeyScope : isScope) };
  const [tokenId, subject] = [readUuid(claims, 'jti'), readUuid(claims, 'sub')];
  const kind = claims['kind'];
  if (type === tokenType && kind === 'connection') return Object.freeze({ kind, ...common, tokenId, connectionId: subject });
  if (type === tokenType && kind === 'key') return Object.freeze({ kind: 'person', ...common, tokenId, membershipId: subject, epoch: 0, key: true });
  // Whatever is not for machines ends by itself.
  if (claims.exp === undefined) throw unfit(kind === 'person' || kind === 'host' || kind === 'account' ? 'exp' : 'kind');
  if (kind === 'person') {
    const session = type === sessionType ? { session: Object.freeze({ accountId: readUuid(claims, 'account') }) } : {};
    return Object.freeze({ kind, ...common, tokenId, membershipId: subject, epoch: readEpoch(claims), ...session });
  }
  const organizationWide = tenant.workspaceId === nowhere;
  if (organizationWide && kind === 'host' && type === tokenType) return Object.freeze({ kind, ...common, tokenId, clientId: subject });
  if (organizationWide && kind === 'account' && type === sessionType) return Object.freeze({ kind, ...common, sessionId: tokenId, accountId: subject });
  throw unfit('kind');
}

function readEpoch(claims: JWTPayload): number {
  const epoch = claims['epoch'];
  if (typeof epoch !== 'number' || !Number.isSafeInteger(epoch) || epoch < 0) throw unfit('epoch');
  return epoch;
}

function readUuid(claims: JWTPayload, name: string): string {
  const value = claims[name];
  if (typeof value !== 'string' || !uuid.test(value)) throw unfit(name);
  return value;
}

/** Every scope must be known: a token that promises more than this server understands is not one of its own. */
function readScopes(value: unknown, known: (text: string) => text is Scope): readonly Scope[] {
  if (typeof value !== 'string') throw unfit('scope');
  const scopes = value.split(' ');
  if (!scopes.every(known)) throw unfit('scope');
  return Object.freeze(scopes);
}

function isScope(text: string): text is Scope {
  return Object.hasOwn(knownScopes, text);
}

function unfit(claim: string): Error {
  return invalidToken(`The token is not one of this server: its claim "${claim}" does not hold.`);
}
