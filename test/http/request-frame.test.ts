// Around every request: an id, the headers of every answer, one line in the log that tells nothing of the person, and an answer to any failure.
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { RequestEnv } from '../../src/http/request-frame.ts';
import { ScimError } from '../../src/scim/errors.ts';
import { testApp } from './test-app.ts';

const secret = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';

function door(): Hono<RequestEnv> {
  return new Hono<RequestEnv>()
    .get('/items/:id', (c) => {
      c.set('tenantId', '018f0000-0000-7000-8000-00000000aaaa');
      return c.json({ id: c.req.param('id') });
    })
    .get('/own', () => new Response('x', { headers: { 'Cache-Control': 'private', 'X-Request-Id': 'forged' } }))
    .get('/scim', () => { throw new ScimError(412, undefined, 'The version is another.'); })
    .get('/bug', () => { throw new TypeError(`hunter2 is no function, Bearer ${secret}`); })
    .get('/text', () => { throw 'hunter2'; }) // oxlint-disable-line typescript/only-throw-error
    .get('/late', async () => await Promise.reject(new Error('database gone')))
    .post('/items', async (c) => c.json(await c.req.json()));
}

describe('the request id', () => {
  it.each(['abc', 'A1-b_2.c:d/e+f=g-h', '018f0000-0000-7000-8000-00000000aaaa', 'x'.repeat(128)])('of the caller is kept when it is harmless: %.40s', async (id) => {
    const { app, log } = await testApp(door());
    const answer = await app.request('/healthz', { headers: { 'X-Request-Id': id } });
    expect(answer.headers.get('x-request-id')).toBe(id);
    expect(log()[0]).toMatchObject({ requestId: id });
  });

  it.each(['', ' ', 'x'.repeat(129), 'a b', '<script>', 'a"b', 'a,b', '-a', 'ü', 'a;b', 'ada@example.com', '${jndi:x}', 'a\tb'])('of the caller is replaced when it is not: %.40j', async (id) => {
    const { app } = await testApp(door());
    const answer = await app.request('/healthz', { headers: { 'X-Request-Id': id } });
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('is new for every request and stands on every answer', async () => {
    const { app } = await testApp(door());
    const paths = ['/healthz', '/nowhere', '/door/items/1', '/door/own', '/door/scim', '/door/bug', '/door/text', '/problems/busy'];
    const ids = await Promise.all(paths.map(async (path) => (await app.request(path)).headers.get('x-request-id') ?? ''));
    expect(new Set(ids).size).toBe(paths.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('every answer', () => {
  it.each(['/healthz', '/nowhere', '/door/items/1', '/door/scim', '/door/bug'])('%s is not stored, sniffed, framed or scripted', async (path) => {
    const { app } = await testApp(door());
    expect(Object.fromEntries((await app.request(path)).headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'strict-transport-security': 'max-age=31536000',
    });
  });

  it('keeps the headers that a route sets', async () => {
    const { app } = await testApp(door());
    expect((await app.request('/door/own')).headers.get('cache-control')).toBe('private');
  });

  it('over plain HTTP asks for no TLS', async () => {
    const { app } = await testApp(door(), { baseUrl: 'http://127.0.0.1:8080' });
    expect((await app.request('/healthz')).headers.has('strict-transport-security')).toBe(false);
  });
});

describe('a failure', () => {
  it.each([
    ['/door/scim', 412, 'version-mismatch'], ['/door/bug', 500, 'internal-error'], ['/door/text', 500, 'internal-error'], ['/door/late', 503, 'unavailable'], ['/door/nowhere', 404, 'not-found'],
    ['/nowhere', 404, 'not-found'], ['/', 404, 'not-found'], ['/%ff%00', 404, 'not-found'], ['//', 404, 'not-found'],
  ])('at %s is %i', async (path, status, code) => {
    const { app } = await testApp(door(), { isUnavailable: (error) => error instanceof Error && error.message === 'database gone' });
    const answer = await app.request(path);
    expect([answer.status, answer.headers.get('x-problem-code')]).toEqual([status, code]);
    expect(answer.headers.get('link')).toBe(`<https://scim.example/problems/${code}>; rel="help"`);
    expect(await answer.text()).not.toMatch(/hunter2|eyJ/);
  });

  it('takes the media type that the client accepts', async () => {
    const { app } = await testApp(door());
    const typeFor = async (accept: string) => (await app.request('/nowhere', { headers: { accept } })).headers.get('content-type');
    expect([await typeFor('application/json'), await typeFor('text/html'), await typeFor('*/*')]).toEqual(['application/json', 'application/scim+json', 'application/scim+json']);
  });

  it('of the server is in the log with its place, without what it quotes', async () => {
    const { app, log } = await testApp(door());
    const answer = await app.request('/door/bug', { headers: { 'X-Request-Id': 'bug-1' } });
    expect(answer.status).toBe(500);
    const [bug, request] = log();
    expect(bug).toMatchObject({ level: 'error', requestId: 'bug-1', method: 'GET', path: '/door/bug', error: { type: 'TypeError', stack: expect.stringContaining('request-frame.test.ts') as string } });
    expect(request).toMatchObject({ level: 'warn', status: 500 });
    expect(JSON.stringify(log())).not.toContain('eyJ');
  });
});

describe('the line of a request', () => {
  it('holds method, template, status, time, tenant and id, and nothing else', async () => {
    const { app, log } = await testApp(door());
    await app.request('/door/items/ada@example.com?filter=userName%20eq%20%22ada%22', { headers: { Authorization: `Bearer ${secret}`, Cookie: 'a=hunter2', 'X-Request-Id': 'id-1' } });
    expect(log()).toEqual([
      {
        ...{ level: 'info', time: expect.any(Number), msg: 'request', requestId: 'id-1', method: 'GET', path: '/door/items/:id', status: 200 },
        ...{ durationMs: expect.any(Number), tenantId: '018f0000-0000-7000-8000-00000000aaaa' },
      },
    ]);
  });

  it('never holds a token, a body, a query string or a path', async () => {
    const { app, lines } = await testApp(door());
    const headers = { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' };
    const body = JSON.stringify({ password: 'hunter2', userName: 'ada@example.com' });
    for (const path of ['/door/items', '/door/items/hunter2', '/hunter2?password=hunter2', '/door/scim?x=hunter2', '/door/bug?x=hunter2', '/problems/hunter2', '/%68unter2']) {
      await app.request(path, { headers });
      await app.request(path, { method: 'POST', headers, body });
    }
    expect(lines.length).toBeGreaterThanOrEqual(14);
    const text = lines.filter((line) => !line.includes('"TypeError"')).join('');
    expect(text).not.toMatch(/hunter2|ada@|eyJ|filter|\?/);
  });

  it('names no route where there is none', async () => {
    const { app, log } = await testApp(door());
    await app.request('/hunter2/deep/path');
    expect(log()[0]).toMatchObject({ path: 'no route', status: 404 });
  });
});
