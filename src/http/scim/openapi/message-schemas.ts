// The messages of RFC 7644 and RFC 9865: lists, searches, patches, bulk requests and errors, with the limits that are enforced.
import { maxBulkOperations } from '../../../scim/bulk/read-bulk-request.ts';
import type { ScimType } from '../../../scim/errors.ts';
import { maxFilterBytes } from '../../../scim/filter/limits.ts';
import { pageLimits } from '../../../scim/pagination.ts';
import { maxPatchOperations } from '../../../scim/patch/read-envelope.ts';
import { readable, ref, type JsonObject } from '../../openapi/json.ts';

const api = 'urn:ietf:params:scim:api:messages:2.0';
export const messageUrns = {
  list: `${api}:ListResponse`,
  search: `${api}:SearchRequest`,
  patch: `${api}:PatchOp`,
  bulk: `${api}:BulkRequest`,
  bulkAnswer: `${api}:BulkResponse`,
  error: `${api}:Error`,
} as const;

/** https://www.rfc-editor.org/rfc/rfc7644#section-3.12, https://www.rfc-editor.org/rfc/rfc9865#section-2.1 */
const scimTypes: Readonly<Record<ScimType, string>> = {
  invalidFilter: 'the filter cannot be used',
  tooMany: 'the answer would be too large',
  uniqueness: 'the value is taken',
  mutability: 'the attribute cannot be changed',
  invalidSyntax: 'the body cannot be read',
  invalidPath: 'the path of a PATCH operation is wrong',
  noTarget: 'the path of a PATCH operation selects nothing',
  invalidValue: 'a value is missing or does not fit',
  invalidVers: 'the version of the protocol is not supported',
  sensitive: 'private data must not stand in an address',
  invalidCursor: 'the cursor is not one of this query',
  expiredCursor: 'the cursor is too old',
  invalidCount: 'the page size is not that of the first page',
};

/** The schema components that no resource type changes. */
export const messageSchemas: JsonObject = {
  SearchRequest: {
    description: 'What a list is asked for, in a body. Every member may be left out.',
    ...message(messageUrns.search, {
      attributes: namesSchema('Names of the attributes to show.'),
      excludedAttributes: namesSchema('Names of the attributes not to show; not together with `attributes`.'),
      filter: { type: 'string', maxLength: maxFilterBytes, description: 'As the parameter `filter`.' },
      sortBy: { type: 'string', description: 'As the parameter `sortBy`.' },
      sortOrder: sortOrderSchema(),
      startIndex: { type: 'integer', default: 1, description: 'As the parameter `startIndex`; not together with `cursor`.' },
      count: { type: 'integer', default: pageLimits.defaultCount, description: 'As the parameter `count`.' },
      cursor: { type: 'string', description: 'As the parameter `cursor`.' },
    }, []),
  },
  PatchOp: {
    description: 'Changes to one resource, made in order, all of them or none.',
    ...message(messageUrns.patch, {
      Operations: { type: 'array', minItems: 1, maxItems: maxPatchOperations, items: patchOperation() },
    }, ['Operations']),
  },
  BulkRequest: {
    description: 'Several changes in one request. Each is done or refused by itself, as the single request would be.',
    ...message(messageUrns.bulk, {
      failOnErrors: { type: 'integer', minimum: 1, description: 'After this many errors the rest is neither done nor reported. Without it everything is tried.' },
      Operations: { type: 'array', minItems: 1, maxItems: maxBulkOperations, items: bulkOperation() },
    }, ['Operations']),
  },
  BulkResponse: {
    description: 'What became of each operation, in the order of the request.',
    ...message(messageUrns.bulkAnswer, { Operations: { type: 'array', maxItems: maxBulkOperations, items: bulkResult() } }, ['schemas', 'Operations']),
  },
  Error: {
    description: 'Why a request was refused.',
    ...message(messageUrns.error, {
      status: { type: 'string', pattern: '^[45][0-9]{2}$', description: 'The HTTP status, as a text.' },
      scimType: { type: 'string', enum: Object.keys(scimTypes), description: `What sort of error it is: ${Object.entries(scimTypes).map(([name, words]) => `\`${name}\`, ${words}`).join('; ')}.` },
      detail: { type: 'string', description: 'One or two sentences for whoever runs the client: what is wrong and what to do.' },
    }, ['schemas', 'status', 'detail']),
  },
};

/** A ListResponse around some sort of resource. https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2, https://www.rfc-editor.org/rfc/rfc9865#section-2 */
export function listSchema(description: string, items: JsonObject): JsonObject {
  const properties = {
    totalResults: { type: 'integer', minimum: 0, description: 'How many there are in all, not only on this page.' },
    startIndex: { type: 'integer', minimum: 1, description: 'The index of the first resource of this page, counted from 1. Not on a page by cursor.' },
    itemsPerPage: { type: 'integer', minimum: 0, description: 'How many there are on this page.' },
    previousCursor: { type: 'string', description: 'The cursor of the page before; none on the first page.' },
    nextCursor: { type: 'string', description: 'The cursor of the next page; none on the last page.' },
    Resources: { type: 'array', items },
  };
  return { description, ...message(messageUrns.list, properties, ['schemas', 'totalResults', 'itemsPerPage', 'Resources']) };
}

export function sortOrderSchema(): JsonObject {
  return { type: 'string', enum: ['ascending', 'descending'], default: 'ascending', description: 'Resources without a value come last when ascending, first when descending.' };
}

function message(urn: string, properties: JsonObject, required: readonly string[]): JsonObject {
  return { type: 'object', ...(required.length > 0 && { required }), properties: { schemas: { type: 'array', items: { type: 'string', const: urn }, minItems: 1 }, ...properties } };
}

function namesSchema(description: string): JsonObject {
  return { type: 'array', items: { type: 'string' }, description };
}

function patchOperation(): JsonObject {
  return {
    type: 'object',
    required: ['op'],
    properties: {
      op: { type: 'string', enum: ['add', 'remove', 'replace'], description: 'Taken in any case.' },
      path: { type: 'string', maxLength: maxFilterBytes, description: 'The attribute, such as `title`, `name.familyName` or `emails[type eq "work"].value`. Without it, `value` is an object of attributes. A remove needs it.' },
      value: { description: 'The new value, of the form that the attribute has. A remove of `members` may name in it whom to remove.' },
    },
  };
}

function bulkOperation(): JsonObject {
  return {
    type: 'object',
    required: ['method', 'path'],
    properties: {
      method: { type: 'string', enum: ['POST', 'PUT', 'PATCH', 'DELETE'], description: 'Taken in any case.' },
      path: { type: 'string', description: 'The endpoint of a resource type to create, such as `/Users`, else one resource, such as `/Users/{id}`. The id may be `bulkId:` and the bulkId of another operation.' },
      bulkId: { type: 'string', minLength: 1, description: 'A name for what the operation creates, unique in the request. A POST needs it. `bulkId:` and this name stand for the new id in the other operations, before or after.' },
      version: { type: 'string', description: 'As If-Match: the operation is done to this version only. Not for a POST.' },
      data: { type: 'object', description: 'The body of the single request. None for a DELETE.' },
    },
  };
}

function bulkResult(): JsonObject {
  return {
    type: 'object',
    required: ['status'],
    properties: {
      location: { type: 'string', format: 'uri', description: 'The address of the resource; none for a POST that failed.' },
      method: { type: 'string' },
      bulkId: { type: 'string' },
      version: { type: 'string', description: 'The new version of the resource.' },
      status: { type: 'string', pattern: '^[2-5][0-9]{2}$', description: 'The status that the single request would have had.' },
      response: {
        anyOf: [ref('schemas', 'Error'), { type: 'object' }],
        description: `The error, where there was one. After a success only where \`active\` is not what the operation asked for, because another source keeps the user deactivated: the user. At most ${readable(maxBulkOperations)} operations are answered.`,
      },
    },
  };
}
