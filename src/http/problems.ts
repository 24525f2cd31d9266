// The help pages that every error answer links to: static, small, without scripts, and the same for everybody.
import { Hono } from 'hono';
import { ScimError } from '../scim/errors.ts';
import { escapeHtml, htmlPage, pageHeaders } from './html-page.ts';
import { onlyGet } from './only-get.ts';
import { problemCodes, problemPages } from './problem-pages.ts';
import type { RequestEnv } from './request-frame.ts';

const headers = { ...pageHeaders, 'Cache-Control': 'public, max-age=3600' };

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
  return htmlPage(title, `<h1>${escapeHtml(title)}</h1><p><code>${code}</code></p><h2>What happened</h2><p>${escapeHtml(meaning)}</p><h2>What to do</h2><p>${escapeHtml(remedy)}</p>`);
}

function renderIndex(): string {
  const rows = problemCodes.map((code) => `<li><a href="/problems/${code}">${escapeHtml(problemPages[code].title)}</a> <code>${code}</code></li>`);
  return htmlPage('Error codes', `<h1>Error codes</h1><ul>${rows.join('')}</ul>`);
}
