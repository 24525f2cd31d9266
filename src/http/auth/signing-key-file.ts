// The signing keys in a file of mode 0600, made at the first start; several processes may start at once and all get the same key.
import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { importSigningKeys, type PrivateJwk, type SigningKeys } from './signing-keys.ts';

/** The file cannot be made, read or understood; the message is one line for whoever starts the server and repeats nothing of the file. */
export class SigningKeyError extends Error {
  override readonly name = 'SigningKeyError';
}

/** Opens the key file: `{"keys": [<private JWK>, …]}`, the last one signs. Makes it with one Ed25519 key if there is none. */
export async function openSigningKeyFile(path: string): Promise<SigningKeys> {
  const text = await onDisk(path, async () => (await readIfThere(path)) ?? (await create(path)));
  try {
    return await importSigningKeys(readKeys(text));
  } catch {
    throw new SigningKeyError(`The signing key file ${path} does not hold usable Ed25519 or P-256 private keys. Restore it from a backup; without it every token issued so far is lost.`);
  }
}

async function onDisk(path: string, work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new SigningKeyError(`The signing key file ${path} can be neither read nor made (${code}). Mend that, or give a key with SIGNING_KEY.`);
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    // A copy from a backup may have lost its mode; a read-only mount cannot be mended and need not be.
    if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600).catch(() => undefined);
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written whole under another name and linked: of several processes one wins, the others read the winner's key. */
async function create(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.tmp-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await writeDurably(draft, `${JSON.stringify({ keys: [await generateKey()] })}\n`);
    await link(draft, path);
    await syncFolder(dirname(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return await readFile(path, 'utf8');
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Tokens outlive a power cut, so must the key's name in its folder. Not every system can sync a folder. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

async function generateKey(): Promise<PrivateJwk> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { x = '', d = '' } = await exportJWK(privateKey);
  return { kty: 'OKP', crv: 'Ed25519', x, d };
}

function readKeys(text: string): readonly PrivateJwk[] {
  const content: unknown = JSON.parse(text);
  if (!isRecord(content) || !Array.isArray(content['keys'])) throw new Error('no list of keys');
  return content['keys'].map((key: unknown) => {
    if (!isRecord(key) || !isPrivateJwk(key)) throw new Error('not a private key');
    return key;
  });
}

function isPrivateJwk(key: Readonly<Record<string, unknown>>): key is Readonly<Record<string, unknown>> & PrivateJwk {
  const { kty, crv, x, y, d } = key;
  if (typeof x !== 'string' || typeof d !== 'string') return false;
  return kty === 'EC' ? crv === 'P-256' && typeof y === 'string' : kty === 'OKP' && crv === 'Ed25519';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
