// Serves the description of the SCIM door, as a document and as a page; without a token, because it is the same for every workspace.
import { createHash } from 'node:crypto';
import { Hono, type Context } from 'hono';
import { onlyGet } from './only-get.ts';
import { pageHeaders } from './html-page.ts';
import { openApiPage } from './openapi-page.ts';
import type { RequestEnv } from './request-frame.ts';
import type { JsonObject } from './scim/openapi/json.ts';

/** `/scim.json` and the page at `/scim`, to be mounted at `/openapi`. Both are written once. */
export function openApiRoutes(document: JsonObject): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>();
  onlyGet(app, '/scim.json', answerWith(JSON.stringify(document), { 'Content-Type': 'application/json' }));
  onlyGet(app, '/scim', answerWith(openApiPage(document, 'scim.json'), pageHeaders));
  return app;
}

function answerWith(body: string, headers: Readonly<Record<string, string>>) {
  const etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  const all = { ...headers, ETag: etag, 'Cache-Control': 'public, max-age=300' };
  return (c: Context<RequestEnv>) => (names(c.req.raw.headers.get('if-none-match'), etag) ? c.body(null, 304, all) : c.body(body, 200, all));
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2 */
function names(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim());
  return tags.includes('*') || tags.includes(etag) || tags.includes(etag.slice(2));
}
