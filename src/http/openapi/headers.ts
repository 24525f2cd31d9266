// The headers of answers that say more than HTTP itself.
import { problemCodes } from '../problem-pages.ts';
import { ref, type JsonObject } from './json.ts';

export const headers = {
  'X-Request-Id': of('The id of the request, under which the logs tell of it.', true),
  'X-Problem-Code': { description: 'Which rule refused, more exactly than `scimType`. `/problems/{code}` explains it.', required: true, schema: { type: 'string', enum: problemCodes } },
  Link: of('The page that explains the error: `<…>; rel="help"`.', true),
  'WWW-Authenticate': of('How to prove who asks; with 403, which scope is missing where it is that. https://www.rfc-editor.org/rfc/rfc6750#section-3'),
  'Retry-After': { description: 'Seconds to wait before the same request is sent again.', required: true, schema: { type: 'integer', minimum: 1 } },
  Allow: of('The methods that the address knows.', true),
  ETag: of('The version of the resource, a weak entity tag; the same as `meta.version`.', true),
  Location: { description: 'The permanent address of the resource; the same as `meta.location`.', required: true, schema: { type: 'string', format: 'uri' } },
  'Content-Location': { description: 'The permanent address of the resource, for which `/Me` is another name.', required: true, schema: { type: 'string', format: 'uri' } },
} as const satisfies Readonly<Record<string, JsonObject>>;

export type HeaderName = keyof typeof headers;

/** The headers of one answer; every answer has the first. */
export function headersOf(...names: readonly HeaderName[]): JsonObject {
  return Object.fromEntries(['X-Request-Id', ...names].map((name) => [name, ref('headers', name)]));
}

function of(description: string, required = false): JsonObject {
  return { description, ...(required && { required }), schema: { type: 'string' } };
}
