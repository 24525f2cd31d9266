// Lists and searches of any collection: what the request asks, then the collection, then a page by index or by cursor.
import type { Context } from 'hono';
import type { Call } from '../../domain/model/caller.ts';
import type { Boundary, Page, PageCut } from '../../domain/ports.ts';
import type { Outcome } from '../../domain/refusals.ts';
import type { Listed, TypeQuery } from '../../provisioning/resource-handler.ts';
import { cursorTimeout, writeCursor } from '../../scim/cursor.ts';
import type { CursorSeal } from '../../scim/cursor-seal.ts';
import { cursorResponse, listResponse } from '../../scim/pagination.ts';
import type { ResourceType } from '../../scim/schema/attribute.ts';
import { cursorHolderOf } from '../cursor-holder.ts';
import type { Step } from '../endpoint.ts';
import { negotiate, type ScimMediaType } from '../limits/media-types.ts';
import type { CallEnv } from '../request-frame.ts';
import { answerPage } from './answer.ts';
import { listParametersOf, readListRequest, type ListParameters } from './list-request.ts';
import { readQuery } from './read-query.ts';
import { readSearchRequest } from './search-request.ts';

/** Something that can be listed. `asked` has an entry for each of the types; `name` tells its cursors from those of others. */
export interface Collection {
  readonly name: string;
  readonly types: readonly ResourceType[];
  readonly read: (call: Call, asked: readonly TypeQuery[], cut: PageCut) => Promise<Outcome<Page<Listed>>>;
}

/** https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2 */
export function list(collection: Collection, seal: CursorSeal): Step {
  return async (c) => {
    const mediaType = negotiate(c.req.raw.headers.get('accept'));
    const query = readQuery(c.req.raw.url);
    return await answerList(c, collection, seal, listParametersOf((name) => query.get(name)), mediaType);
  };
}

/** https://www.rfc-editor.org/rfc/rfc7644#section-3.4.3 */
export function search(collection: Collection, seal: CursorSeal, body: (c: Context<CallEnv>) => Promise<unknown>): Step {
  return async (c) => {
    const mediaType = negotiate(c.req.raw.headers.get('accept'));
    return await answerList(c, collection, seal, readSearchRequest(await body(c)), mediaType);
  };
}

async function answerList(c: Context<CallEnv>, collection: Collection, seal: CursorSeal, parameters: ListParameters, mediaType: ScimMediaType): Promise<Response> {
  const call = c.get('call');
  const holder = cursorHolderOf(call.credential);
  const now = Math.floor(Date.now() / 1000);
  const { asked, cut, startIndex, digest } = readListRequest(collection.name, collection.types, parameters, { open: (cursor) => seal.open(cursor, holder), now });
  const found = await collection.read(call, asked, cut);
  if (!found.ok) return c.get('fail')(found.refusal);
  const { rows, total, next, previous } = found.value;
  if (cut.walk === undefined) return answerPage(listResponse(rows, total, startIndex), rows, mediaType, c.get('breakOff'));
  const cursorAt = (place: Boundary | undefined) => place && seal.seal(writeCursor({ place, query: digest, count: cut.limit, expires: now + cursorTimeout }), holder);
  return answerPage(cursorResponse(rows, total, { nextCursor: cursorAt(next), previousCursor: cursorAt(previous) }), rows, mediaType, c.get('breakOff'));
}
