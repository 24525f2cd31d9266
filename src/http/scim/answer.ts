// The good answers of the SCIM door; bad ones are made by the request frame alone.
import type { Listed, LongList, OpenLong, Representation } from '../../provisioning/resource-handler.ts';
import type { ScimObject } from '../../scim/schema/attribute.ts';
import type { ScimMediaType } from '../limits/media-types.ts';
import type { RequestVariables } from '../request-frame.ts';
import { streamTexts } from '../stream-texts.ts';

/** See `RequestVariables`. */
type BreakOff = RequestVariables['breakOff'];

/** One resource, or only its headers where there is nothing to show. https://www.rfc-editor.org/rfc/rfc7644#section-3.14 */
export function answerResource(status: 200 | 201, { resource, location, etag, long }: Representation, mediaType: ScimMediaType, breakOff: BreakOff): Response {
  const headers = { Location: location, ETag: etag };
  if (resource === undefined) return new Response(null, { status: 204, headers });
  const body = long === undefined ? JSON.stringify(resource) : streamTexts(writeLong(resource, long), breakOff, long.pieces);
  return new Response(body, { status, headers: { 'Content-Type': mediaType, ...headers } });
}

/** A resource whose long list stands at its end, in pieces of text. */
async function* writeLong(resource: ScimObject, { name, pieces }: LongList): AsyncGenerator<string> {
  yield `${JSON.stringify(resource).slice(0, -1)},${JSON.stringify(name)}:[`;
  let comma = '';
  for await (const piece of pieces) {
    if (piece.length === 0) continue;
    yield comma + JSON.stringify(piece).slice(1, -1);
    comma = ',';
  }
  yield ']}';
}

/** A page of a list. `body` is the whole of it; `rows` are its Resources, of which long ones are written one after the other. */
export function answerPage(body: ScimObject, rows: readonly Listed[], mediaType: ScimMediaType, breakOff: BreakOff): Response {
  if (!rows.some(isLong)) return answerJson(body, mediaType);
  return new Response(streamTexts(writePage(body, rows), breakOff), { status: 200, headers: { 'Content-Type': mediaType } });
}

async function* writePage(body: ScimObject, rows: readonly Listed[]): AsyncGenerator<string> {
  yield `${JSON.stringify({ ...body, Resources: undefined }).slice(0, -1)},"Resources":[`;
  let comma = '';
  for (const row of rows) {
    const opened = isLong(row) ? await row() : { resource: row, long: undefined };
    if (opened === undefined) continue;
    try {
      yield comma;
      if (opened.long === undefined) yield JSON.stringify(opened.resource);
      else yield* writeLong(opened.resource, opened.long);
    } finally {
      // The client may be gone before the first piece was asked for.
      await opened.long?.pieces.return?.();
    }
    comma = ',';
  }
  yield ']}';
}

function isLong(row: Listed): row is OpenLong {
  return typeof row === 'function';
}

/** The resource as the client has it already: the headers of the whole answer. https://www.rfc-editor.org/rfc/rfc9110#section-15.4.5 */
export function answerUnchanged({ location, etag }: Representation): Response {
  return new Response(null, { status: 304, headers: { Location: location, ETag: etag } });
}

/** Any other body. */
export function answerJson(body: ScimObject | string, mediaType: ScimMediaType): Response {
  return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status: 200, headers: { 'Content-Type': mediaType } });
}

/** Nothing to say but that it is done. */
export function answerNothing(): Response {
  return new Response(null, { status: 204 });
}
