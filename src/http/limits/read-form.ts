// Reads a body of form fields, as OAuth's endpoints take them; may assume nothing of what was sent.
import { badRequest, ScimError } from '../../scim/errors.ts';
import { parseHeaderList } from './header-list.ts';
import { readBody } from './read-body.ts';

const formType = 'application/x-www-form-urlencoded';

/** Whether the body is declared to be a form in UTF-8. */
export function isForm(contentType: string | null): boolean {
  const [sent, ...others] = parseHeaderList(contentType ?? '');
  return sent?.name === formType && others.length === 0 && /^utf-?8$/iu.test(sent.parameters.get('charset') ?? 'utf-8');
}

/** The fields, each at most once; no name becomes anything but a key of the map. Throws 400, 413 and 415. */
export async function readForm(request: Request, limitBytes: number): Promise<ReadonlyMap<string, string>> {
  const encoding = request.headers.get('content-encoding') ?? '';
  if (encoding !== '' && encoding.toLowerCase() !== 'identity') throw new ScimError(415, undefined, 'Compressed bodies are not read. Send the body without a Content-Encoding.');
  const text = Buffer.from(await readBody(request, limitBytes)).toString('utf8');
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    // What is no UTF-8 arrives as the replacement character, which no field of ours has.
    if (/[\0\uFFFD]/u.test(name + value)) throw badRequest('invalidSyntax', 'The form is not percent-encoded UTF-8.');
    if (fields.has(name)) throw badRequest('invalidSyntax', `The form has ${JSON.stringify(name.slice(0, 40).toWellFormed())} more than once. Send it once.`);
    fields.set(name, value);
  }
  return fields;
}
