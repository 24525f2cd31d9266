// Reads the body of a request into memory, never more than its limit; may assume nothing of what the headers say about its length.
import { badRequest, ScimError } from '../../scim/errors.ts';

/** All bytes of the body. Throws 413 as soon as it is known to be longer than `limitBytes`, 400 if it breaks off. */
export async function readBody(request: Request, limitBytes: number): Promise<Uint8Array> {
  const declared = request.headers.get('content-length') ?? '';
  if (/^\d{1,15}$/.test(declared) && Number(declared) > limitBytes) throw tooLarge(limitBytes);
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
