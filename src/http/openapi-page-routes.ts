// Serves the description of each door, as a document and as a page; without a token, because it is the same for every workspace.
import { createHash } from 'node:crypto';
import { Hono, type Context } from 'hono';
import { onlyGet } from './only-get.ts';
import { pageHeaders } from './html-page.ts';
import { openApiPage } from './openapi-page.ts';
import type { RequestEnv } from './request-frame.ts';
import type { JsonObject } from './openapi/json.ts';

/** A document by its name, and the path of the door that it describes. */
export interface DescribedAs {
  readonly name: string;
  readonly path: string;
  readonly document: JsonObject;
}

/** `/{name}.json` and the page at `/{name}`, to be mounted at `/openapi`. Both are written once. */
export function openApiRoutes(documents: readonly DescribedAs[]): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>();
  for (const { name, path, document } of documents) {
    onlyGet(app, `/${name}.json`, answerWith(JSON.stringify(document), { 'Content-Type': 'application/json' }));
    onlyGet(app, `/${name}`, answerWith(openApiPage(document, { source: `${name}.json`, path }), pageHeaders));
  }
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
