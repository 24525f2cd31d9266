// The signing keys: one file however many processes start at once, no private part in public, old keys that still verify.
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSigningKeyFile, SigningKeyError } from '../../src/http/auth/signing-key-file.ts';
import { importSigningKeys, type PrivateJwk } from '../../src/http/auth/signing-keys.ts';
import { mintToken } from '../../src/http/auth/mint-token.ts';
import { createVerifier } from '../../src/http/auth/verify-token.ts';
import { connectionRecord, parties, tenant } from './token-fixtures.ts';

const run = promisify(execFile);
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'usher-keys-'));
  path = join(folder, 'data', 'signing-keys.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function privateJwk(alg: 'EdDSA' | 'ES256'): Promise<PrivateJwk> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true, ...(alg === 'EdDSA' ? { crv: 'Ed25519' } : {}) });
  return (await exportJWK(privateKey)) as PrivateJwk;
}

function put(content: unknown): void {
  mkdirSync(join(folder, 'data'), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
}

describe('the key file', () => {
  it('is made once, readable by its owner only, and read again afterwards', async () => {
    const first = await openSigningKeyFile(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
    expect((await openSigningKeyFile(path)).signing.kid).toBe(first.signing.kid);
    expect(readdirSync(join(folder, 'data'))).toEqual(['signing-keys.json']);
  });

  it('holds one key after several processes made it at the same time', async () => {
    const module = new URL('../../src/http/auth/signing-key-file.ts', import.meta.url).href;
    const script = `const { openSigningKeyFile } = await import(${JSON.stringify(module)}); console.log((await openSigningKeyFile(${JSON.stringify(path)})).signing.kid);`;
    const started = await Promise.all(Array.from({ length: 4 }, async () => await run(process.execPath, ['--input-type=module', '-e', script])));
    const kids = new Set(started.map(({ stdout }) => stdout.trim()));
    expect([...kids]).toEqual([(await openSigningKeyFile(path)).signing.kid]);
    expect(readdirSync(join(folder, 'data'))).toEqual(['signing-keys.json']);
  });

  it('holds one key after many calls within one process', async () => {
    const opened = await Promise.all(Array.from({ length: 30 }, async () => await openSigningKeyFile(path)));
    expect(new Set(opened.map(({ signing }) => signing.kid)).size).toBe(1);
  });

  it('is closed to others again if a copy opened it', async () => {
    const { signing } = await openSigningKeyFile(path);
    chmodSync(path, 0o644);
    expect((await openSigningKeyFile(path)).signing.kid).toBe(signing.kid);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('lets old keys verify after a new one was appended, which signs', async () => {
    const old = await openSigningKeyFile(path);
    const token = await mintToken(old, parties, tenant, connectionRecord);
    const { keys } = JSON.parse(readFileSync(path, 'utf8')) as { keys: unknown[] };
    put({ keys: [...keys, await privateJwk('ES256')] });
    const rotated = await openSigningKeyFile(path);
    expect(rotated.signing.alg).toBe('ES256');
    expect(rotated.jwks().keys.map(({ kid }) => kid)).toEqual([rotated.signing.kid, old.signing.kid]);
    const verify = createVerifier({ keys: rotated, ...parties });
    expect(await verify(token)).toMatchObject({ tokenId: connectionRecord.id });
    expect(await verify(await mintToken(rotated, parties, tenant, connectionRecord))).toMatchObject({ tokenId: connectionRecord.id });
  });

  it.each([
    ['text', 'not json'],
    ['half a file', '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AAAA'],
    ['no list', { keys: {} }],
    ['an empty list', { keys: [] }],
    ['null', 'null'],
    ['a public key only', { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'EJmiw4M-ytEPyN5fKFzZn2sf_2bATB53EfKmU_xHeUs' }] }],
    ['an HMAC key', { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] }],
    ['another curve', { keys: [{ kty: 'EC', crv: 'P-384', x: 'a', y: 'b', d: 'c' }] }],
  ])('that holds %s is one clear error that repeats nothing of it', async (_, content) => {
    put(content);
    const error = await openSigningKeyFile(path).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(SigningKeyError);
    const { message } = error as Error;
    expect(message).toContain(path);
    expect(message).not.toContain('\n');
    expect(message).not.toMatch(/EJmiw4M|c2VjcmV0|AAAA/);
  });

  it('that cannot be made is one clear error', async () => {
    writeFileSync(join(folder, 'data'), 'a file in the way');
    await expect(openSigningKeyFile(path)).rejects.toThrow(/ENOTDIR|EEXIST/);
    await expect(openSigningKeyFile(path)).rejects.toBeInstanceOf(SigningKeyError);
  });
});

describe('imported keys', () => {
  it('derive the same secrets wherever they are imported, the newest first, others for each purpose', async () => {
    const [old, fresh] = [await privateJwk('EdDSA'), await privateJwk('ES256')];
    const [alone, both] = [await importSigningKeys([old]), await importSigningKeys([old, fresh])];
    const hex = (secrets: readonly Uint8Array[]) => secrets.map((secret) => Buffer.from(secret).toString('hex'));
    expect(hex(both.derive('a'))).toEqual([...hex((await importSigningKeys([fresh])).derive('a')), ...hex(alone.derive('a'))]);
    expect(hex(both.derive('a')).every((secret) => secret.length === 64)).toBe(true);
    expect(new Set([...hex(both.derive('a')), ...hex(both.derive('b'))]).size).toBe(4);
  });

  it.each(['EdDSA', 'ES256'] as const)('publish no private part of %s and are named by their thumbprint', async (alg) => {
    const jwk = await privateJwk(alg);
    const { keys } = (await importSigningKeys([jwk])).jwks();
    const { d, ...open } = jwk;
    expect(keys).toEqual([{ ...open, alg, use: 'sig', kid: await calculateJwkThumbprint(open as never) }]);
    expect(JSON.stringify(keys)).not.toContain(d);
  });

  it('must be of halves that belong together', async () => {
    const [one, other] = [await privateJwk('EdDSA'), await privateJwk('EdDSA')];
    await expect(importSigningKeys([{ ...one, x: other.x }])).rejects.toThrow(/./);
    await expect(importSigningKeys([])).rejects.toThrow('no signing key');
  });
});
