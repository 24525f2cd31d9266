// The good answers of the SCIM door; bad ones are made by the request frame alone.
import type { LongList, Representation } from '../../provisioning/resource-handler.ts';
import type { ScimObject } from '../../scim/schema/attribute.ts';
import type { ScimMediaType } from '../limits/media-types.ts';

/** One resource, or only its headers where there is nothing to show. https://www.rfc-editor.org/rfc/rfc7644#section-3.14 */
export function answerResource(status: 200 | 201, { resource, location, etag, long }: Representation, mediaType: ScimMediaType): Response {
  const headers = { Location: location, ETag: etag };
  if (resource === undefined) return new Response(null, { status: 204, headers });
  const body = long === undefined ? JSON.stringify(resource) : streamOf(writeLong(resource, long), async () => void (await long.pieces.return?.()));
  return new Response(body, { status, headers: { 'Content-Type': mediaType, ...headers } });
}

/** A resource whose long list stands at its end, in pieces of text. */
async function* writeLong(resource: ScimObject, { name, pieces }: LongList): AsyncGenerator<string> {
  let open = `${JSON.stringify(resource).slice(0, -1)},${JSON.stringify(name)}:[`;
  for await (const piece of pieces) {
    if (piece.length === 0) continue;
    yield open + JSON.stringify(piece).slice(1, -1);
    open = ',';
  }
  yield open === ',' ? ']}' : `${open}]}`;
}

/** Asks for the next text only when the client has taken the one before; `close` is called when the client goes away. */
function streamOf(texts: AsyncGenerator<string>, close: () => Promise<void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream(
    {
      pull: async (controller) => {
        const { done, value } = await texts.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
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
