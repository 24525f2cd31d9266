// The head of the description: what the door is, and the rules that hold for every request.
import { cursorTimeout } from '../../../scim/cursor.ts';
import { maxElements, maxTextLength } from '../../../scim/schema/check-value.ts';
import { readable, type JsonObject } from '../../openapi/json.ts';
import type { DescribedLimits } from './operation.ts';

const dialect = 'https://spec.openapis.org/oas/3.1/dialect/base';

/** Everything but tags, paths and components. `servers` is relative to the document, so that it is right behind every proxy. */
export function about({ plain, large, bulk }: DescribedLimits): JsonObject {
  return {
    openapi: '3.1.1',
    jsonSchemaDialect: dialect,
    info: {
      title: 'Usher SCIM',
      version: '2.0',
      summary: 'Provisioning of the users and groups of a workspace, by SCIM 2.0 (RFC 7643, RFC 7644, RFC 9865).',
      description: rules({ plain, large, bulk }).join('\n\n'),
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '../scim/v2', description: 'This server.' }],
    security: [{ bearer: [] }],
  };
}

function rules({ plain, large, bulk }: DescribedLimits): string[] {
  return [
    'Every request needs a token, discovery too: `Authorization: Bearer <token>`. The token decides the workspace; nothing of another workspace can be seen.',
    'Bodies are `application/scim+json` or `application/json`, in UTF-8. Answers are `application/scim+json` unless Accept takes only the other, and come in gzip or Brotli where Accept-Encoding asks for it. Compressed requests are not read.',
    'Names of attributes, schemas and messages are taken in any case. `null`, an empty text, an empty list and an empty object mean that an attribute has no value. Unknown attributes are passed over. Text such as "True" is taken for a boolean attribute, a single value for a list of one. `schemas` may be left out. The schemas below show the plain form.',
    `A text has at most ${readable(maxTextLength)} characters, counted in UTF-16 units, where its schema does not say less; a list ${readable(maxElements)} elements, except the members of a group. A body has at most ${readable(plain)} bytes, that of a group ${readable(large)}, a bulk request ${readable(bulk)}.`,
    `Lists have an index or cursors (RFC 9865). A cursor is good for ${readable(cursorTimeout / 60)} minutes, for the query it was given for.`,
    'Every resource has a version, in ETag and `meta.version`. If-Match makes a change only to that version, If-None-Match saves reading what has not changed. Entity tags are weak and compared as such.',
    'HEAD answers like GET without a body, OPTIONS with Allow. Any other method of an address is refused with 405 and Allow, an address that does not exist with 404. A request that is no proper HTTP gets 400, 408 or 431.',
    'Every answer has X-Request-Id. Errors have the body of the schema Error, X-Problem-Code, and in Link a page that says what happened and what to do. 503 comes with Retry-After.',
  ];
}
