// The head of the description: what the team API is, and the rules that hold for every request.
import type { JsonObject } from '../../openapi/json.ts';

const rules = [
  'Every request needs a token: `Authorization: Bearer <token>`. It decides who asks and in which workspace; nothing of another workspace can be seen. What a person may do follows from the role.',
  'Bodies and answers are JSON in UTF-8. Members of a body and parameters that are not known are refused, and all faults of a request are named at once.',
  'Lists are `{total, items, nextCursor, previousCursor}`; `cursor` and `limit` ask for the next page with the same filters and order. A cursor is good for an hour and for whom it was given to.',
  'What has a version shows it in ETag: If-Match makes a change to that version only, If-None-Match saves reading what has not changed. An identical repeat writes nothing.',
  'Refusals are `application/problem+json` (RFC 9457). `code` names the rule; `/problems/{code}` explains it. HEAD answers like GET without a body, OPTIONS with Allow.',
];

/** Everything but tags, paths and components. `servers` is relative to the document, so that it is right behind every proxy. */
export const about: JsonObject = {
  openapi: '3.1.1',
  jsonSchemaDialect: 'https://spec.openapis.org/oas/3.1/dialect/base',
  info: {
    title: 'Usher team API',
    version: '1',
    summary: 'Members, invitations, roles, seats and everything else behind the protocol, for people, their scripts and the host application.',
    description: rules.join('\n\n'),
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '../api/v1', description: 'This server.' }],
  security: [{ bearer: [] }],
};
