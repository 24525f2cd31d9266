// The description as it is served: to programs and to people, without a token and without anything that runs.
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { loadSettings } from '../../config/settings.ts';
import { describeDoor } from '../../src/compose.ts';
import { openApiPage } from '../../src/http/openapi-page.ts';
import { openApiRoutes } from '../../src/http/openapi-page-routes.ts';
import { resourceTypes } from '../../src/scim/schema/resource-types.ts';
import { testApp } from './test-app.ts';
import { partIn, type Part } from './openapi-described.ts';

const document = describeDoor(loadSettings({}), resourceTypes);
const { app } = await testApp(new Hono(), { doors: [{ path: '/openapi', app: openApiRoutes([{ name: 'scim', path: '/scim/v2', document }]) }] });
const ask = async (path: string, init: RequestInit = {}) => await app.request(`https://scim.example${path}`, init);

describe.each([['/openapi/scim.json', 'application/json'], ['/openapi/scim', 'text/html; charset=utf-8']])('%s', (path, type) => {
  it('is answered to anybody and may be kept for a while', async () => {
    const answer = await ask(path);
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([200, type, 'public, max-age=300']);
    const etag = answer.headers.get('etag') ?? '';
    for (const tags of [etag, '*', `"x", ${etag}`, etag.slice(2)]) {
      const again = await ask(path, { headers: { 'If-None-Match': tags } });
      expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
    }
    expect((await ask(path, { headers: { 'If-None-Match': '"x"' } })).status).toBe(200);
  });

  it('can only be read', async () => {
    expect((await ask(path, { method: 'HEAD' })).status).toBe(200);
    const refused = await ask(path, { method: 'POST' });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});

it('is the whole document', async () => {
  expect(await (await ask('/openapi/scim.json')).json()).toEqual(document);
});

describe('the page', () => {
  it('tells every operation and every schema, and links lead somewhere', async () => {
    const page = await (await ask('/openapi/scim')).text();
    const anchors = [...page.matchAll(/ id="([^"]+)"/gu)].map(([, name]) => name);
    expect(new Set(anchors).size).toBe(anchors.length);
    for (const item of Object.values(partIn(document, 'paths'))) {
      for (const [method, operation] of Object.entries(item as Part)) if (!['head', 'options'].includes(method)) expect(anchors).toContain((operation as Part)['operationId']);
    }
    for (const name of Object.keys(partIn(document, 'components', 'schemas'))) expect(anchors).toContain(`schema-${name}`);
    const inside = [...page.matchAll(/href="#([^"]+)"/gu)].map(([, name]) => name);
    expect(inside.length).toBeGreaterThan(100);
    expect(inside.filter((name) => !anchors.includes(name))).toEqual([]);
    expect(page).toContain('href="scim.json"');
    expect(page).toContain('<code>members[].value</code> <b>required</b>');
  });

  it('runs nothing', async () => {
    const answer = await ask('/openapi/scim');
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'/);
    expect(await answer.text()).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|undefined|\[object/i);
  });

  it('shows words of operators as words', () => {
    const hostile = '<script>alert(1)</script>"&`<b>`';
    const info = { title: hostile, summary: hostile, description: hostile };
    const schema = { type: 'object', description: hostile, properties: { [hostile]: { type: 'string', enum: [hostile], description: hostile } } };
    const operation = { tags: [hostile], operationId: hostile, summary: hostile, description: hostile, parameters: [], responses: { 200: { description: hostile, content: { 'application/json': { schema: { $ref: `#/components/schemas/${hostile}` }, example: hostile } } } } };
    const page = openApiPage({ info, tags: [{ name: hostile, description: hostile }], paths: { [hostile]: { get: operation } }, components: { schemas: { [hostile]: schema } } }, { source: hostile, path: hostile });
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&amp;<code>&lt;b&gt;</code>');
    expect(page).not.toMatch(/<script|<b>(?!required)/);
  });
});
