// The verifier takes exactly the tokens that our own keys signed for us, and answers everything else with an AuthFailure.
import { createHmac, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { AuthFailure } from '../../src/http/auth/auth-failure.ts';
import { mintToken } from '../../src/http/auth/mint-token.ts';
import { importSigningKeys, type PrivateJwk, type PublicJwk, type SigningKeys } from '../../src/http/auth/signing-keys.ts';
import { createVerifier, type Verify } from '../../src/http/auth/verify-token.ts';
import { connectionRecord, parties, personRecord, tenant } from './token-fixtures.ts';

let keys: SigningKeys;
let strangerKeys: SigningKeys;
let verify: Verify;
let good: string;

async function newKeys(alg: 'EdDSA' | 'ES256' = 'EdDSA'): Promise<SigningKeys> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true, ...(alg === 'EdDSA' ? { crv: 'Ed25519' } : {}) });
  return await importSigningKeys([(await exportJWK(privateKey)) as PrivateJwk]);
}

beforeAll(async () => {
  [keys, strangerKeys] = await Promise.all([newKeys(), newKeys()]);
  verify = createVerifier({ keys, ...parties });
  good = await mintToken(keys, parties, tenant, connectionRecord);
});

/** Any payload at all under the good header, signed with the right key. */
async function signedPayload(payload: unknown): Promise<string> {
  const input = `${parts()[0]}.${encode(payload)}`;
  const { privateKey } = keys.signing;
  return `${input}.${Buffer.from(await crypto.subtle.sign('Ed25519', privateKey, Buffer.from(input))).toString('base64url')}`;
}

async function failureOf(token: string, by: Verify = verify): Promise<AuthFailure> {
  const outcome = await by(token).catch((error: unknown) => error);
  if (outcome instanceof AuthFailure) return outcome;
  throw outcome instanceof Error ? outcome : new Error(`accepted: ${JSON.stringify(outcome)}`);
}

const encode = (part: unknown): string => Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
const decode = (part = ''): Record<string, unknown> => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
const parts = (): [string, string, string] => good.split('.') as [string, string, string];
const header = (): Record<string, unknown> => decode(parts()[0]);
const claims = (): Record<string, unknown> => decode(parts()[1]);

/** Right in everything but what is changed, and signed with the right key. */
async function signed(changes: Record<string, unknown>, headerChanges: Record<string, unknown> = {}): Promise<string> {
  const said = Object.fromEntries(Object.entries({ ...claims(), ...changes }).filter(([, value]) => value !== undefined));
  const head = Object.fromEntries(Object.entries({ ...header(), ...headerChanges }).filter(([, value]) => value !== undefined));
  return await new SignJWT(said).setProtectedHeader(head as { alg: string }).sign(keys.signing.privateKey);
}

/** Any header at all over the good claims, with a signature by a key of Node's. */
function forged(head: unknown, key: KeyObject, digest: 'sha256' | null, body: unknown = claims()): string {
  const input = `${encode(head)}.${encode(body)}`;
  return `${input}.${sign(digest, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

describe('a token of ours', () => {
  it('of a connection becomes its credential', async () => {
    expect(header()).toEqual({ alg: 'EdDSA', kid: keys.signing.kid, typ: 'at+jwt' });
    expect(claims()).toEqual({
      ...{ iss: parties.issuer, aud: parties.audience, iat: expect.any(Number), jti: connectionRecord.id, kind: 'connection' },
      ...{ sub: connectionRecord.connectionId, tenant: tenant.workspaceId, organization: tenant.organizationId, scope: 'scim.read scim.write' },
    });
    expect(await verify(good)).toEqual({ kind: 'connection', tenant, tokenId: connectionRecord.id, connectionId: connectionRecord.connectionId, scopes: connectionRecord.scopes });
  });

  it('of a person carries epoch and expiry and becomes its credential', async () => {
    const token = await mintToken(keys, parties, tenant, personRecord);
    expect(decode(token.split('.')[1])).toMatchObject({ kind: 'person', sub: personRecord.membershipId, epoch: 3, exp: 4102444800 });
    expect(await verify(token)).toEqual({ kind: 'person', tenant, tokenId: personRecord.id, membershipId: personRecord.membershipId, epoch: 3, scopes: personRecord.scopes });
  });

  it('may be signed with ES256', async () => {
    const es256 = await newKeys('ES256');
    expect(await createVerifier({ keys: es256, ...parties })(await mintToken(es256, parties, tenant, connectionRecord))).toMatchObject({ kind: 'connection' });
  });

  it.each([
    { ...personRecord, epoch: undefined },
    { ...personRecord, expiresAt: undefined },
    { ...personRecord, connectionId: connectionRecord.connectionId },
    { ...personRecord, membershipId: undefined },
  ])('is never minted for a record that is neither a connection’s nor a person’s (%#)', async (record) => {
    await expect(mintToken(keys, parties, tenant, record)).rejects.toThrow(/belongs to one/);
  });
});

describe('a forged signature', () => {
  const openJwk = (): PublicJwk => keys.jwks().keys[0] as PublicJwk;
  const hmac = (alg: string, secret: string | Buffer): string => {
    const input = `${encode({ ...header(), alg })}.${parts()[1]}`;
    return `${input}.${createHmac(`sha${alg.slice(2)}`, secret).update(input).digest('base64url')}`;
  };
  const pem = (): string => createPublicKey({ key: { ...openJwk() }, format: 'jwk' }).export({ format: 'pem', type: 'spki' }) as string;

  it.each<[string, () => string | Promise<string>]>([
    ['alg none without a signature', () => `${encode({ ...header(), alg: 'none' })}.${parts()[1]}.`],
    ['alg none with the old signature', () => `${encode({ ...header(), alg: 'none' })}.${parts()[1]}.${parts()[2]}`],
    ['alg NoNe', () => `${encode({ ...header(), alg: 'NoNe' })}.${parts()[1]}.AAAA`],
    ['HS256 with the public key as PEM', () => hmac('HS256', pem())],
    ['HS256 with the public key as JWK', () => hmac('HS256', JSON.stringify(openJwk()))],
    ['HS512 with the raw public key', () => hmac('HS512', Buffer.from(openJwk().x, 'base64url'))],
    ['HS256 with an empty secret', () => hmac('HS256', '')],
    ['ES256 over our EdDSA key id', () => forged({ ...header(), alg: 'ES256' }, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'sha256')],
    ['RS256 over our EdDSA key id', () => forged({ ...header(), alg: 'RS256' }, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, 'sha256')],
    ['another Ed25519 key under our key id', () => forged(header(), generateKeyPairSync('ed25519').privateKey, null)],
    ['an all-zero ES256 signature', () => `${encode({ ...header(), alg: 'ES256' })}.${parts()[1]}.${Buffer.alloc(64).toString('base64url')}`],
    ['an all-zero EdDSA signature', () => `${parts()[0]}.${parts()[1]}.${Buffer.alloc(64).toString('base64url')}`],
    ['another key under its own id', async () => await mintToken(strangerKeys, parties, tenant, connectionRecord)],
    ['the own key carried in the header', () => {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      return forged({ ...header(), jwk: publicKey.export({ format: 'jwk' }) }, privateKey, null);
    }],
    ['the algorithm named Ed25519', async () => await signed({}, { alg: 'Ed25519' })],
  ])('%s is refused', async (_, make) => {
    expect((await failureOf(await make())).error).toBe('invalid_token');
  });

  it('of a truncated, extended or edited token is refused wherever it is edited', async () => {
    const [head, body, signature] = parts();
    const cut = [`${head}.${body}`, `${head}.${body}.`, good.slice(0, -1), good.slice(0, -10), `${good}A`, `${good}.`, `${good}=`, `.${good}`, `${head}..${signature}`, `${good}.${signature}`];
    for (const token of cut) expect(await failureOf(token)).toBeInstanceOf(AuthFailure);
    for (let at = 0; at < good.length; at += 1) {
      const other = good[at] === 'A' ? 'B' : 'A';
      expect(await failureOf(good.slice(0, at) + other + good.slice(at + 1)), `position ${at}`).toBeInstanceOf(AuthFailure);
    }
  });

  it('with the same bytes in another spelling is another token, and refused', async () => {
    const last = good.at(-1) ?? '';
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const twins = [...alphabet].filter((char) => char !== last && Buffer.from(good.slice(-2, -1) + char, 'base64url').equals(Buffer.from(good.slice(-2), 'base64url')));
    expect(twins.length).toBeGreaterThan(0);
    for (const twin of twins) expect(await failureOf(good.slice(0, -1) + twin)).toBeInstanceOf(AuthFailure);
  });
});

describe('a header of another kind', () => {
  it.each<[string, Record<string, unknown>]>([
    ['no typ', { typ: undefined }],
    ['typ JWT', { typ: 'JWT' }],
    ['typ in its long form', { typ: 'application/at+jwt' }],
    ['typ as a list', { typ: ['at+jwt'] }],
    ['no kid', { kid: undefined }],
    ['an unknown kid', { kid: 'unknown' }],
    ['a kid that every object has', { kid: '__proto__' }],
    ['a kid that is a path', { kid: '../../etc/passwd' }],
    ['an address of keys', { jku: 'https://attacker.example/jwks.json' }],
    ['an address of certificates', { x5u: 'https://attacker.example/x5u' }],
    ['certificates', { x5c: ['AAAA'] }],
    ['a content type', { cty: 'JWT' }],
  ])('with %s is refused although the signature holds', async (_, changes) => {
    expect((await failureOf(await signed({}, changes))).error).toBe('invalid_token');
  });

  it.each([{ crit: ['exp'] }, { crit: ['b64'], b64: false }, { crit: [] }, { b64: false }])('with %j is refused', async (changes) => {
    const { privateKey } = generateKeyPairSync('ed25519');
    expect((await failureOf(forged({ ...header(), ...changes }, privateKey, null))).error).toBe('invalid_token');
  });
});

describe('claims that do not hold', () => {
  it.each<[string, Record<string, unknown>]>([
    ['another issuer', { iss: 'https://evil.example' }],
    ['no issuer', { iss: undefined }],
    ['an issuer as a list', { iss: [parties.issuer] }],
    ['another audience', { aud: 'other' }],
    ['no audience', { aud: undefined }],
    ['a list of audiences', { aud: [parties.audience] }],
    ['an expiry in the past', { exp: 1_000_000_000 }],
    ['an expiry as text', { exp: '4102444800' }],
    ['a start in the future', { nbf: 4_102_444_800 }],
    ['no issue date', { iat: undefined }],
    ['an issue date as text', { iat: 'now' }],
    ['no token id', { jti: undefined }],
    ['a token id that is no UUID', { jti: 'abc' }],
    ['an upper-case UUID', { jti: connectionRecord.id.toUpperCase() }],
    ['no subject', { sub: undefined }],
    ['a subject as a number', { sub: 1 }],
    ['a tenant with SQL', { tenant: "' or 1=1 --" }],
    ['an empty tenant', { tenant: '' }],
    ['a tenant of null', { tenant: null }],
    ['no organization', { organization: undefined }],
    ['a UUID with a line break', { tenant: `${tenant.workspaceId}\n` }],
    ['no scope', { scope: undefined }],
    ['an empty scope', { scope: '' }],
    ['an unknown scope', { scope: 'scim.read root' }],
    ['a scope that every object has', { scope: 'constructor' }],
    ['scopes as a list', { scope: ['scim.read'] }],
    ['no kind', { kind: undefined }],
    ['the kind operator', { kind: 'operator' }],
    ['a person without an expiry', { kind: 'person', epoch: 1 }],
    ['a person without an epoch', { kind: 'person', exp: 4_102_444_800 }],
    ['a negative epoch', { kind: 'person', exp: 4_102_444_800, epoch: -1 }],
    ['half an epoch', { kind: 'person', exp: 4_102_444_800, epoch: 1.5 }],
    ['an epoch as text', { kind: 'person', exp: 4_102_444_800, epoch: '1' }],
  ])('%s', async (_, changes) => {
    // Not through jose's setters, which would refuse some of these before we could.
    expect((await failureOf(await signedPayload({ ...claims(), ...changes }))).error).toBe('invalid_token');
  });

  it.each(['null', '[]', '"text"', '1', '', '{', '\u{ff}'])('a payload of %j', async (payload) => {
    expect((await failureOf(await signedPayload(payload))).error).toBe('invalid_token');
  });
});

describe('time and memory', () => {
  it('remembers a token only until it expires', async () => {
    let nowMs = 1_800_000_000_000;
    const timed = createVerifier({ keys, ...parties, now: () => nowMs });
    const token = await signed({ exp: 1_800_000_060 });
    expect(await timed(token)).toMatchObject({ kind: 'connection' });
    nowMs += 59_000;
    expect(await timed(token)).toMatchObject({ kind: 'connection' });
    nowMs += 7_000;
    expect((await failureOf(token, timed)).message).toMatch(/expired/);
    nowMs -= 30_000;
    expect(await timed(token)).toMatchObject({ kind: 'connection' });
  });

  it('grants a clock that is some seconds off, and no more', async () => {
    const token = await signed({ exp: 1_800_000_000 });
    const at = (seconds: number) => createVerifier({ keys, ...parties, now: () => (1_800_000_000 + seconds) * 1000 });
    expect(await at(4)(token)).toMatchObject({ kind: 'connection' });
    await failureOf(token, at(6));
  });

  it('checks a signature once and hands out the same frozen credential', async () => {
    let asked = 0;
    const counting: SigningKeys = {
      ...keys,
      find: (kid) => {
        asked += 1;
        return keys.find(kid);
      },
    };
    const counted = createVerifier({ keys: counting, ...parties });
    const [first, second] = [await counted(good), await counted(good)];
    expect([asked, second]).toEqual([1, first]);
    expect([first, first.tenant, (first as { scopes: unknown }).scopes].every(Object.isFrozen)).toBe(true);
    await failureOf(`${good}A`, counted);
    await failureOf(`${good}A`, counted);
    expect(await counted(good)).toBe(first);
  });

  it('looks at no token longer than 8 KB', async () => {
    expect((await failureOf(await signed({ padding: 'x'.repeat(8000) }))).message).toMatch(/longer than 8192/);
  });
});

describe('whatever is sent', () => {
  const base64 = fc.string({ unit: fc.constantFrom(...'ABCxyz019-_'), maxLength: 40 });
  const json = fc.json({ maxDepth: 3 }).map(encode);
  it('is answered with an AuthFailure and nothing else', async () => {
    const part = fc.oneof(base64, json, fc.string(), fc.constantFrom(...['', ...parts()]));
    const token = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.array(part, { minLength: 1, maxLength: 5 }).map((all) => all.join('.')),
      fc.dictionary(fc.constantFrom('alg', 'typ', 'kid', 'crit', 'b64', 'jwk'), fc.oneof(fc.jsonValue(), fc.constantFrom('EdDSA', 'at+jwt', keys.signing.kid))).map((head) => `${encode(head)}.${parts()[1]}.${parts()[2]}`),
    );
    await fc.assert(
      fc.asyncProperty(token, async (sent) => {
        if (sent !== good) expect(await failureOf(sent)).toBeInstanceOf(AuthFailure);
      }),
      { numRuns: 3000 },
    );
  });

  it('costs little at any length', async () => {
    const before = process.cpuUsage();
    for (const sent of ['.'.repeat(1e6), 'a'.repeat(1e6), `${'a'.repeat(3000)}.`.repeat(2), `${'A'.repeat(2700)}.${'A'.repeat(2700)}.${'A'.repeat(2700)}`]) await failureOf(sent);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(500);
  });
});
