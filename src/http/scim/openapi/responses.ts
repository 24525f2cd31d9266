// The answers that many operations share: each error with an example, and the two answers without a body.
import type { ScimType } from '../../../scim/errors.ts';
import { exampleId } from './examples.ts';
import { headersOf, type HeaderName } from '../../openapi/headers.ts';
import { content, ref, type JsonObject } from '../../openapi/json.ts';
import { messageUrns } from './message-schemas.ts';

interface Told {
  readonly name: string;
  readonly description: string;
  readonly detail: string;
  readonly scimType?: ScimType;
  readonly headers?: readonly HeaderName[];
}

const errors = {
  400: {
    name: 'BadRequest',
    description: 'The request cannot be understood: its body, its filter, a path or a value. `detail` names the place.',
    scimType: 'invalidFilter',
    detail: 'Invalid filter at character 1: User has no attribute "mail". Check its spelling and schema URN against /Schemas.',
  },
  401: {
    name: 'Unauthorized',
    description: 'The token is missing, expired, revoked or not one of this server.',
    detail: 'No token was sent. Send it in one header: "Authorization: Bearer <token>".',
    headers: ['WWW-Authenticate'],
  },
  403: {
    name: 'Forbidden',
    description: 'The token is good and this is not allowed to it: its scope or role is too small, its connection is paused, no seat is left, or somebody would remove themselves.',
    detail: 'No seat left: Acme uses all 2 of its seats. Free a seat by removing a member, or raise the limit, then retry.',
    headers: ['WWW-Authenticate'],
  },
  404: { name: 'NotFound', description: 'There is no such resource in this workspace.', detail: `There is no user ${exampleId} in this workspace. It may have been removed: look it up by userName.` },
  406: {
    name: 'NotAcceptable',
    description: 'Accept or Accept-Encoding rules out everything that this server can send.',
    detail: 'The Accept header allows none of the media types of this server. Allow application/scim+json or application/json.',
  },
  409: {
    name: 'Conflict',
    description: 'Another resource has the same unique value (`uniqueness`), or the last owner of the workspace would be lost.',
    scimType: 'uniqueness',
    detail: 'The userName "ada@acme.example" belongs to another user of this workspace. Match users by userName before creating or renaming them.',
  },
  412: {
    name: 'PreconditionFailed',
    description: 'The resource is not of the version that If-Match or If-None-Match asks for. Nothing was changed.',
    detail: 'The resource has changed since the version that the request names. Read it again, apply the change to what is there now, and send the new version.',
  },
  413: { name: 'PayloadTooLarge', description: 'The body is larger than is read here, or a bulk request has too many operations.', detail: 'The body is larger than 1048576 bytes, the most that is read here. Send less in one request.' },
  415: {
    name: 'UnsupportedMediaType',
    description: 'The body is of another media type or charset, or compressed.',
    detail: 'The Content-Type is not one that this server reads. Send application/scim+json or application/json, in UTF-8.',
  },
  429: {
    name: 'TooManyDepartures',
    description: 'The connection would end the access of more people in a short time than its policy lets pass (`mass-deprovision-hold`). An admin releases it; send the request again later.',
    detail: 'The connection "okta" may end the access of 50 members in 60 minutes and asks for more. If that is meant, let an admin release the connection; the identity provider will retry.',
    headers: ['Retry-After'],
  },
  500: {
    name: 'InternalError',
    description: 'The server met a fault of its own. The log holds the cause under the id of the request.',
    detail: 'The server met a fault of its own. Give the request id in the header X-Request-Id to whoever runs it: the log holds the cause.',
  },
  503: {
    name: 'Unavailable',
    description: 'The database cannot answer now, or others were changing the same resource for too long. Send the request again.',
    detail: 'The database cannot answer at the moment. Send the request again in a few seconds.',
    headers: ['Retry-After'],
  },
} as const satisfies Readonly<Record<number, Told>>;

export type ErrorStatus = keyof typeof errors;

/** What any operation may be answered with. */
export const always: readonly ErrorStatus[] = [401, 403, 406, 500, 503];

const notModified = 'NotModified';
export const unchanged = 'The resource is still of the version that If-None-Match names.';

export const responses: JsonObject = {
  ...Object.fromEntries(Object.entries(errors).map(([status, told]) => [told.name, errorResponse(status, told)])),
  [notModified]: { description: unchanged, headers: headersOf('ETag', 'Location') },
};

/** Statuses in order, each with its shared answer. */
export function refer(statuses: readonly (ErrorStatus | 304)[]): JsonObject {
  return Object.fromEntries(statuses.map((status) => [String(status), ref('responses', status === 304 ? notModified : errors[status].name)]));
}

function errorResponse(status: string, { description, detail, scimType, headers = [] }: Told): JsonObject {
  const example = { schemas: [messageUrns.error], status, ...(scimType !== undefined && { scimType }), detail };
  return { description, headers: headersOf('X-Problem-Code', 'Link', ...headers), content: content(ref('schemas', 'Error'), example) };
}
