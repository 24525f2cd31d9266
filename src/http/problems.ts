// The help pages that every error answer links to: static, small, without scripts, and the same for everybody.
import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { ScimError } from '../scim/errors.ts';
import { onlyGet } from './only-get.ts';
import { problemCodes, problemPages } from './problem-pages.ts';
import type { RequestEnv } from './request-frame.ts';

const style = 'body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}code{color:#555}';
const styleHash = createHash('sha256').update(style).digest('base64');

const headers = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'Cache-Control': 'public, max-age=3600',
};

/** `/problems/{code}` for every code that an error can carry, and the list of them at `/problems`. */
export function problemRoutes(): Hono<RequestEnv> {
  const app = new Hono<RequestEnv>();
  const pages = new Map<string, string>(problemCodes.map((code) => [code, renderPage(code)]));
  const index = renderIndex();
  onlyGet(app, '/problems', (c) => c.body(index, 200, headers));
  onlyGet(app, '/problems/:code', (c) => {
    const page = pages.get(c.req.param('code') ?? '');
    return page === undefined ? c.get('fail')(new ScimError(404, undefined, 'There is no such help page. /problems lists them all.')) : c.body(page, 200, headers);
  });
  return app;
}

function renderPage(code: (typeof problemCodes)[number]): string {
  const { title, meaning, remedy } = problemPages[code];
  return frame(title, `<h1>${escape(title)}</h1><p><code>${code}</code></p><h2>What happened</h2><p>${escape(meaning)}</p><h2>What to do</h2><p>${escape(remedy)}</p>`);
}

function renderIndex(): string {
  const rows = problemCodes.map((code) => `<li><a href="/problems/${code}">${escape(problemPages[code].title)}</a> <code>${code}</code></li>`);
  return frame('Error codes', `<h1>Error codes</h1><ul>${rows.join('')}</ul>`);
}

function frame(title: string, body: string): string {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)} · Usher</title><style>${style}</style>`;
  return `<!doctype html><html lang="en"><head>${head}</head><body>${body}</body></html>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
