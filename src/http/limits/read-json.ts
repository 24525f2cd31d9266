// Reads the JSON body of a request within the limits of trust.md §3; whatever is wrong with it becomes a ScimError that says what and where.
import { badRequest, ScimError } from '../../scim/errors.ts';
import { readBody } from './read-body.ts';
import { scanJson } from './scan-json.ts';

export interface JsonLimits {
  readonly limitBytes: number;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The parsed body. Throws 413 for its size, 415 for a compressed one, 400 invalidSyntax for everything else. */
export async function readJson(request: Request, { limitBytes }: JsonLimits): Promise<unknown> {
  requireNoEncoding(request.headers.get('content-encoding'));
  const text = decode(await readBody(request, limitBytes));
  if (text === '') throw badRequest('invalidSyntax', 'The request has no body. Send a JSON object.');
  scanJson(text);
  return JSON.parse(text);
}

/** A small compressed body can be a huge one in disguise. https://www.rfc-editor.org/rfc/rfc9110#section-8.4 */
function requireNoEncoding(encoding: string | null): void {
  if (encoding === null || encoding === '' || encoding.toLowerCase() === 'identity') return;
  throw new ScimError(415, undefined, 'Compressed bodies are not read. Send the body without a Content-Encoding.');
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw badRequest('invalidSyntax', 'The body is not valid UTF-8. Send JSON in UTF-8.');
  }
}
