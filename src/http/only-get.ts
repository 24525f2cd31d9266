// Registers an address that can only be read; every other method gets 405 with Allow; may assume that the request frame runs before it.
import type { Handler, Hono } from 'hono';
import { ScimError } from '../scim/errors.ts';
import type { RequestEnv } from './request-frame.ts';

const allow = 'GET, HEAD, OPTIONS';

export function onlyGet(app: Hono<RequestEnv>, path: string, handler: Handler<RequestEnv>): void {
  app.get(path, handler);
  app.options(path, (c) => c.body(null, 204, { Allow: allow }));
  app.all(path, (c) => c.get('fail')(new ScimError(405, undefined, 'This address can only be read. Use GET.'), { Allow: allow }));
}
