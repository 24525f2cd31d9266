// The good answers of the SCIM door; bad ones are made by the request frame alone.
import type { Representation } from '../../provisioning/resource-handler.ts';
import type { ScimObject } from '../../scim/schema/attribute.ts';
import type { ScimMediaType } from '../limits/media-types.ts';

/** One resource, or only its headers where there is nothing to show. https://www.rfc-editor.org/rfc/rfc7644#section-3.14 */
export function answerResource(status: 200 | 201, { resource, location, etag }: Representation, mediaType: ScimMediaType): Response {
  const headers = { Location: location, ETag: etag };
  if (resource === undefined) return new Response(null, { status: 204, headers });
  return new Response(JSON.stringify(resource), { status, headers: { 'Content-Type': mediaType, ...headers } });
}

/** Any other body. */
export function answerJson(body: ScimObject | string, mediaType: ScimMediaType): Response {
  return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status: 200, headers: { 'Content-Type': mediaType } });
}

/** Nothing to say but that it is done. */
export function answerNothing(): Response {
  return new Response(null, { status: 204 });
}
