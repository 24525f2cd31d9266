// The frame of every page that people read: static, without scripts, with the one style that its Content-Security-Policy allows.
import { createHash } from 'node:crypto';

const style = [
  'body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}',
  'code{color:#555}',
  'body.wide{max-width:64rem}',
  'table{border-collapse:collapse;width:100%;margin:1rem 0}',
  'th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #ddd;overflow-wrap:anywhere}',
  'pre{overflow-x:auto;padding:.75rem;background:#f5f5f5;font-size:.875rem}',
].join('');
const styleHash = createHash('sha256').update(style).digest('base64');

export const pageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
} as const;

/** `body` is HTML, the title plain text. */
export function htmlPage(title: string, body: string, width: 'narrow' | 'wide' = 'narrow'): string {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)} · Usher</title><style>${style}</style>`;
  return `<!doctype html><html lang="en"><head>${head}</head><body${width === 'wide' ? ' class="wide"' : ''}>${body}</body></html>`;
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
