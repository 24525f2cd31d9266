// Compares what the server answers with what the OpenAPI document says: status, headers, media type and every member of the body.
import { registerSchema, unregisterSchema, validate } from '@hyperjump/json-schema/openapi-3-1';
import { expect } from 'vitest';
import { scimPath } from '../../src/http/scim/endpoint.ts';
import { sendRequest, type RawAnswer } from '../support/raw-http.ts';

export type Part = Readonly<Record<string, unknown>>;

export interface Sent {
  readonly body?: unknown;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Conversation {
  /** Sends a request under the SCIM base and fails where the answer is not as described. */
  readonly send: (method: string, path: string, sent?: Sent) => Promise<RawAnswer>;
  /** What was answered, as `operationId status`. */
  readonly seen: ReadonlySet<string>;
  readonly end: () => void;
}

const dialect = 'https://spec.openapis.org/oas/3.1/dialect/base';
/** Headers that mean something: an answer may have those only where the document has them. */
const telling = ['etag', 'location', 'content-location', 'allow', 'www-authenticate', 'retry-after', 'link', 'x-problem-code'];
let documents = 0;

export function partIn(holder: unknown, ...names: readonly string[]): Part {
  let at = holder;
  for (const name of names) at = typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? (at as Part)[name] : undefined;
  return typeof at === 'object' && at !== null ? (at as Part) : {};
}

/** The target of a reference, else the part itself. */
export function follow(document: Part, part: Part): Part {
  const reference = part['$ref'];
  return typeof reference === 'string' ? partIn(document, ...reference.slice(2).split('/')) : part;
}

/** The schemas with no room for members that they do not name. */
function closed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(closed);
  const entries = Object.entries(value).map(([name, part]) => [name, closed(part)] as const);
  const isObject = 'properties' in value && (value as Part)['type'] === 'object';
  return Object.fromEntries(isObject ? [...entries, ['additionalProperties', false] as const] : entries);
}

/** Why a value does not fit the schema at a pointer such as `#/components/schemas/User`; empty when it does. */
async function misfits(uri: string, pointer: string, value: unknown): Promise<string[]> {
  const { valid, errors = [] } = (await validate(`${uri}${pointer}`))(value as never, 'BASIC') as { valid: boolean; errors?: { instanceLocation: string; absoluteKeywordLocation: string }[] };
  return valid ? [] : ['it does not fit', ...errors.map(({ instanceLocation, absoluteKeywordLocation }) => `${instanceLocation} ${absoluteKeywordLocation.slice(uri.length)}`)];
}

/** The path of the document for an address, with parameters where no plain one fits. */
function templateFor(document: Part, path: string): string {
  const plain = path.split('?')[0] ?? '';
  const templates = Object.keys(partIn(document, 'paths'));
  const matches = (template: string) => new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/gu, '[^/]+')}$`, 'u').test(plain);
  return templates.find((template) => template === plain) ?? templates.find(matches) ?? `no path for ${plain}`;
}

export function converse(document: Part, root: string, token: string): Conversation {
  documents += 1;
  const uri = `https://usher.example/described/${documents}`;
  registerSchema({ ...(closed({ components: partIn(document, 'components') }) as object), $id: uri }, uri, dialect);
  const seen = new Set<string>();
  return {
    seen,
    end: () => unregisterSchema(uri),
    send: async (method, path, { body, token: other, headers = {} } = {}) => {
      const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
      const type = text === undefined ? {} : { 'Content-Type': 'application/scim+json' };
      const answer = await sendRequest(root, { method, path: `${scimPath}${path}`, body: text, headers: { Authorization: `Bearer ${other ?? token}`, ...type, ...headers } });
      const operation = partIn(document, 'paths', templateFor(document, path), method.toLowerCase());
      const where = `${method} ${path} ${answer.status}`;
      const responses = partIn(operation, 'responses');
      const told = responses[String(answer.status)] ?? responses['default'];
      expect(told, `${where} is not in the document: ${answer.text}`).toBeDefined();
      seen.add(`${String(operation['operationId'])} ${answer.status}`);
      const described = follow(document, told as Part);
      expectHeaders(document, described, answer, where, responses[String(answer.status)] === undefined);
      const media = partIn(described, 'content');
      if (Object.keys(media).length === 0) expect(answer.text, where).toBe('');
      else {
        const schema = partIn(media, String(answer.headers['content-type']), 'schema');
        expect(schema['$ref'], `${where} is of no described media type`).toBeDefined();
        expect(await misfits(uri, String(schema['$ref']), answer.json), `${where} ${answer.text}`).toEqual([]);
      }
      return answer;
    },
  };
}

function expectHeaders(document: Part, described: Part, { headers }: RawAnswer, where: string, loose: boolean): void {
  const told = Object.entries(partIn(described, 'headers')).map(([name, header]) => ({ name: name.toLowerCase(), required: follow(document, header as Part)['required'] === true }));
  for (const { name, required } of told) if (required) expect(headers[name], `${where} ${name}`).toBeDefined();
  const names = new Set(told.map(({ name }) => name));
  if (!loose) expect(telling.filter((name) => headers[name] !== undefined && !names.has(name)), where).toEqual([]);
}
