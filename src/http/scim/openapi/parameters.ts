// The parameters of requests: those of lists, of what is shown, and the headers that set conditions.
import { maxFilterBytes, maxFilterDepth, maxFilterTerms } from '../../../scim/filter/limits.ts';
import { pageLimits } from '../../../scim/pagination.ts';
import { readable, type JsonObject } from '../../openapi/json.ts';
import { sortOrderSchema } from './message-schemas.ts';

const { defaultCount, maxCount } = pageLimits;

export const parameters = {
  filter: query('filter', { type: 'string', maxLength: maxFilterBytes }, {
    description: `Which resources are wanted, in the language of RFC 7644 section 3.4.2.2. At most ${readable(maxFilterBytes)} bytes, ${maxFilterTerms} comparisons and ${maxFilterDepth} brackets inside of each other.`,
    example: 'meta.lastModified gt "2026-01-31T08:00:00Z"',
  }),
  sortBy: query('sortBy', { type: 'string' }, { description: 'The attribute to sort by: any that is returned and has one plain value, or a `value`.', example: 'meta.lastModified' }),
  sortOrder: query('sortOrder', sortOrderSchema(), { description: 'The direction of `sortBy`, in any case.' }),
  startIndex: query('startIndex', { type: 'integer', default: 1 }, { description: 'The index of the first resource wanted, counted from 1; less counts as 1. Not together with `cursor`.' }),
  count: query('count', { type: 'integer', default: defaultCount }, { description: `How many resources a page may have, at most ${maxCount}; more counts as ${maxCount}, less than 0 as 0, which asks for the total only.` }),
  cursor: query('cursor', { type: 'string' }, {
    description: 'Asks for a page by cursor: empty for the first page, then the `nextCursor` or `previousCursor` of an answer. Filter, order and count have to stay what they were.',
    allowEmptyValue: true,
  }),
  attributes: query('attributes', { type: 'string' }, {
    description: 'Names of the attributes to show, separated by commas: plain, with a sub-attribute after a dot, or after the URN of their schema and a colon. What is always shown is shown besides.',
    example: 'externalId,meta.version',
  }),
  excludedAttributes: query('excludedAttributes', { type: 'string' }, { description: 'Names of the attributes not to show, in the same forms. Not together with `attributes`.', example: 'meta' }),
  id: { name: 'id', in: 'path', required: true, schema: { type: 'string' }, description: 'The `id` of the resource.' },
  typeName: { name: 'id', in: 'path', required: true, schema: { type: 'string' }, description: 'The name of the resource type.', example: 'User' },
  schemaUrn: { name: 'id', in: 'path', required: true, schema: { type: 'string' }, description: 'The URN of the schema, in any case.', example: 'urn:ietf:params:scim:schemas:core:2.0:User' },
  ifMatch: header('If-Match', 'Entity tags of the versions for which the request is meant, or `*`. For any other version the answer is 412 and nothing is changed.', 'W/"1"'),
  ifNoneMatch: header('If-None-Match', 'Entity tags of versions. A read of one of them is answered 304 without a body, a change of one of them 412.', 'W/"1"'),
  dryRun: {
    name: 'X-Usher-Dry-Run',
    in: 'header',
    schema: { type: 'string', enum: ['true', 'false'] },
    description: 'With `true` the request is answered as in earnest and then undone; the answer repeats the header. That of a change of a user has an `X-Preview-Token`.',
  },
  previewToken: header('X-Preview-Token', 'The token of a rehearsal of the same request in the last 15 minutes. Unless it still holds, the answer is 409 and nothing is changed.', 'AbC…'),
  requestId: header('X-Request-Id', 'An id of your own for the request, of letters, digits and `._:/+=-`, at most 128. The answer repeats it, and the audit log keeps it.', '0a1b2c3d-sync-17'),
} as const satisfies Readonly<Record<string, JsonObject>>;

export type ParameterName = keyof typeof parameters;

function query(name: string, schema: JsonObject, more: JsonObject): JsonObject {
  return { name, in: 'query', schema, ...more };
}

function header(name: string, description: string, example: string): JsonObject {
  return { name, in: 'header', schema: { type: 'string' }, description, example };
}
