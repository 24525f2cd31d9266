// Reads the body of a request into memory, never more than its limit; may assume nothing of what the headers say about its length.
import { badRequest, ScimError } from '../../scim/errors.ts';

/** All bytes of the body. Throws 413 as soon as it is known to be longer than `limitBytes`, 400 if it breaks off. */
export async function readBody(request: Request, limitBytes: number): Promise<Uint8Array> {
  const declared = request.headers.get('content-length');
  const bytes = declared === null ? await readStream(request, limitBytes) : await readDeclared(request, declared, limitBytes);
  if (bytes.byteLength > limitBytes) throw tooLarge(limitBytes);
  return bytes;
}

/** Node's parser takes no more from the connection than was declared, so the quick way is safe; it costs half a request less than a stream. */
async function readDeclared(request: Request, declared: string, limitBytes: number): Promise<Uint8Array> {
  if (!/^\d{1,15}$/.test(declared)) throw badRequest('invalidSyntax', 'The header Content-Length is not a number of bytes.');
  if (Number(declared) > limitBytes) throw tooLarge(limitBytes);
  return new Uint8Array(await request.arrayBuffer().catch(brokenOff));
}

async function readStream(request: Request, limitBytes: number): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array();
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(brokenOff);
    if (done) return chunks.length === 1 ? (chunks[0] ?? new Uint8Array()) : Buffer.concat(chunks, length);
    length += value.byteLength;
    if (length > limitBytes) throw tooLarge(limitBytes);
    chunks.push(value);
  }
}

function brokenOff(): never {
  throw badRequest('invalidSyntax', 'The body broke off before it was complete. Send the request again.');
}

function tooLarge(limitBytes: number): ScimError {
  return new ScimError(413, undefined, `The body is larger than ${limitBytes} bytes, the most that is read here. Send less in one request.`);
}
