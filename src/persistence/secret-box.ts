// Secrets at rest: AES-256-GCM under keys of the server, each with the name of its key and bound to one context; assumes keys of 32 bytes, newest first.
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import type { SecretBox } from '../domain/outgoing/ports.ts';

const cipherName = 'aes-256-gcm';
const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;

/** Seals as `v1.{key}.{bytes}`: the id of the key, then salt, nonce, cipher text and tag. A random salt gives each secret a key of its own. */
export function createSecretBox(keys: readonly Uint8Array[]): SecretBox {
  const byId = new Map(keys.map((key) => [keyId(key), key]));
  const [newest] = keys;
  if (newest === undefined) throw new Error('a box needs a key');
  const newestId = keyId(newest);
  return {
    seal(secret, context) {
      const random = randomBytes(saltBytes + nonceBytes);
      const cipher = createCipheriv(cipherName, keyOf(newest, random), random.subarray(saltBytes)).setAAD(Buffer.from(`${newestId} ${context}`));
      const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return `v1.${newestId}.${Buffer.concat([random, body, cipher.getAuthTag()]).toString('base64url')}`;
    },
    open(sealed, context) {
      const [version, id = '', text = ''] = sealed.split('.');
      const key = byId.get(id);
      const bytes = Buffer.from(text, 'base64url');
      if (version !== 'v1' || key === undefined || bytes.length < saltBytes + nonceBytes + tagBytes) return undefined;
      const decipher = createDecipheriv(cipherName, keyOf(key, bytes), bytes.subarray(saltBytes, saltBytes + nonceBytes), { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(`${id} ${context}`)).setAuthTag(bytes.subarray(-tagBytes));
      try {
        return decipher.update(bytes.subarray(saltBytes + nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        return undefined;
      }
    },
    isCurrent: (sealed) => sealed.startsWith(`v1.${newestId}.`),
  };
}

function keyId(key: Uint8Array): string {
  return createHash('sha256').update('usher secret key id').update(key).digest('hex').slice(0, 12);
}

function keyOf(key: Uint8Array, random: Buffer): Buffer {
  return createHmac('sha256', key).update(random.subarray(0, saltBytes)).digest();
}
