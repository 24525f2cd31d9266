// Seals the texts of cursors so that clients can neither read nor make them; may assume keys of 32 bytes that all instances share.
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/** Seals and opens texts for a holder; what was sealed for one opens for nobody else. */
export interface CursorSeal {
  /** The sealed text: letters, digits, `-` and `_` only. https://www.rfc-editor.org/rfc/rfc9865#section-2 */
  readonly seal: (text: string, holder: string) => string;
  /** The text, or undefined for whatever this seal did not make for this holder. */
  readonly open: (sealed: string, holder: string) => string | undefined;
}

/** Longest sealed text that is looked at, in characters: keys of 512 characters make some 3,000. */
const longest = 8_192;
const saltBytes = 12;
const nonceBytes = 12;
const tagBytes = 16;
const cipherName = 'aes-256-gcm';

/**
 * A seal by AES-256-GCM. The first key seals, all of them open, so that a new one can come before the old one goes. Each text has a key
 * of its own, made from a random salt: random nonces alone would wear one key out. https://www.rfc-editor.org/rfc/rfc9865#section-5.2
 */
export function createCursorSeal(keys: readonly Uint8Array[]): CursorSeal {
  const [newest] = keys;
  if (newest === undefined) throw new Error('a seal needs a key');
  return {
    seal(text, holder) {
      const random = randomBytes(saltBytes + nonceBytes);
      const cipher = createCipheriv(cipherName, textKey(newest, random), random.subarray(saltBytes)).setAAD(Buffer.from(holder));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([random, body, cipher.getAuthTag()]).toString('base64url');
    },
    open(sealed, holder) {
      const bytes = decode(sealed);
      if (bytes === undefined) return undefined;
      for (const key of keys) {
        const text = tryKey(key, bytes, holder);
        if (text !== undefined) return text;
      }
      return undefined;
    },
  };
}

function textKey(key: Uint8Array, random: Buffer): Buffer {
  return createHmac('sha256', key).update(random.subarray(0, saltBytes)).digest();
}

/** Only the one spelling that `seal` writes: other spellings of the same bytes are forgeries too. */
function decode(sealed: string): Buffer | undefined {
  if (sealed.length > longest) return undefined;
  const bytes = Buffer.from(sealed, 'base64url');
  return bytes.length >= saltBytes + nonceBytes + tagBytes && bytes.toString('base64url') === sealed ? bytes : undefined;
}

function tryKey(key: Uint8Array, bytes: Buffer, holder: string): string | undefined {
  const body = bytes.subarray(saltBytes + nonceBytes, -tagBytes);
  const decipher = createDecipheriv(cipherName, textKey(key, bytes), bytes.subarray(saltBytes, saltBytes + nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(holder)).setAuthTag(bytes.subarray(-tagBytes));
  try {
    return decipher.update(body, undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}
