// The listening server: bounded input answered as SCIM errors, one clear line when it cannot listen, and a stop that drops no request.
import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import { afterEach, describe, expect, it } from 'vitest';
import { readBearer } from '../../src/http/auth/bearer.ts';
import { readJson } from '../../src/http/limits/read-json.ts';
import type { RequestEnv } from '../../src/http/request-frame.ts';
import { ListenError, serve, type Listening } from '../../src/http/server.ts';
import { sendBytes, sendRequest } from '../support/raw-http.ts';
import { testApp, type TestApp } from './test-app.ts';

const open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(async ({ stop }) => await stop(0)));
});

function door(): Hono<RequestEnv> {
  return new Hono<RequestEnv>()
    .post('/json', async (c) => c.json({ read: JSON.stringify(await readJson(c.req.raw, { limitBytes: 1000 })).length }))
    .get('/token', (c) => c.json({ token: readBearer(c.req.raw.headers) }))
    .get('/slow/:ms', async (c) => {
      await sleep(Number(c.req.param('ms')));
      return c.json({ done: true });
    });
}

async function start(host = '127.0.0.1'): Promise<Listening & TestApp> {
  const test = await testApp(door());
  const listening = await serve(test.app, { host, port: 0, logger: test.logger });
  open.push(listening);
  return { ...listening, ...test };
}

async function status(url: string, agent?: Agent): Promise<{ readonly status: number; readonly connection: string | undefined }> {
  return await new Promise((resolve, reject) => {
    const sent = get(url, { agent }, (incoming) => {
      incoming.resume();
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, connection: incoming.headers.connection }));
    });
    sent.on('error', reject);
  });
}

describe('a body', () => {
  it.each([
    ['in chunks', [Buffer.from('{"a":'), Buffer.from('1}')], 200],
    ['of a declared length', '{"a":1}', 200],
    ['in chunks that exceed the limit', Array.from({ length: 5 }, () => Buffer.alloc(300, ' ')), 413],
    ['of a declared length above the limit', ' '.repeat(1001), 413],
    ['of 5 MB in chunks', Array.from({ length: 50 }, () => Buffer.alloc(100_000, ' ')), 413],
  ] as const)('%s is answered with %3$i', async (_, body, expected) => {
    const { url, log } = await start();
    const answer = await sendRequest(url, { method: 'POST', path: '/door/json', body });
    expect(answer.status).toBe(expected);
    expect((await sendRequest(url, { path: '/healthz' })).status).toBe(200);
    expect(log().some(({ level }) => level === 'error')).toBe(false);
  });

  it('longer than declared is another, malformed request', async () => {
    const { url } = await start();
    const answer = await sendBytes(url, 'POST /door/json HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}{"a":1}');
    expect([answer.status, answer.text]).toEqual([200, '{"read":2}']);
  });

  it('that breaks off harms nobody', async () => {
    const { url, port, log } = await start();
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /door/json HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"a"');
    await sleep(100);
    socket.destroy();
    await expect.poll(() => log().length).toBe(1);
    expect(log()[0]).toMatchObject({ level: 'info', status: 400 });
    expect((await sendRequest(url, { path: '/healthz' })).status).toBe(200);
  });
});

describe('what is no request', () => {
  it.each([
    ['garbage', 'hello\r\n\r\n', 400, 'bad-request'],
    ['a broken header', 'GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n', 400, 'bad-request'],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n', 400, 'bad-request'],
    ['no Host', 'GET /healthz HTTP/1.1\r\n\r\n', 400, 'bad-request'],
    ['a Host that is none', 'GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n', 400, 'bad-request'],
    ['a Host with a path', 'GET /healthz HTTP/1.1\r\nHost: x/y?z\r\n\r\n', 400, 'bad-request'],
    ['a relative address', 'GET healthz HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'bad-request'],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'bad-request'],
    ['a backslash', 'GET /\\healthz HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'bad-request'],
    ['an address of another scheme', 'GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'bad-request'],
    ['two lengths', 'POST /door/json HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}', 400, 'bad-request'],
    ['a length and chunks', 'POST /door/json HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400, 'bad-request'],
    ['a length that is none', 'POST /door/json HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n{}', 400, 'bad-request'],
    ['40 KB of headers', `GET /healthz HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(40_000)}\r\n\r\n`, 431, 'headers-too-large'],
    ['40 KB of address', `GET /healthz?${'a'.repeat(40_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, 'headers-too-large'],
  ])('%s is answered with a SCIM error all the same', async (_, bytes, expected, code) => {
    const { url } = await start();
    const answer = await sendBytes(url, bytes);
    expect([answer.status, answer.headers['x-problem-code']]).toEqual([expected, code]);
    expect(answer.json).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(expected), detail: expect.stringMatching(/\.$/) as string });
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers['link']).toBe(`</problems/${code}>; rel="help"`);
    expect((await sendRequest(url, { path: '/healthz' })).status).toBe(200);
  });

  it.each([
    ['HTTP/1.0 without Host', 'GET /healthz HTTP/1.0\r\n\r\n'],
    ['an absolute address', 'GET http://other.example/healthz HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['an unknown expectation', 'GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\n\r\n'],
    ['30 KB of headers', `GET /healthz HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(30_000)}\r\n\r\n`],
    ['an upgrade nobody offers', 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
  ])('%s is one, and answered', async (_, bytes) => {
    const { url } = await start();
    expect((await sendBytes(url, bytes)).status).toBe(200);
  });

  it.each([
    ['two headers', 'Authorization: Bearer a\r\nAuthorization: Bearer b', 401],
    ['the same header twice', 'Authorization: Bearer a\r\nAuthorization: Bearer a', 401],
    ['an empty first header', 'Authorization:\r\nauthorization: Bearer a', 401],
    ['an empty second header', 'Authorization: Bearer a\r\nAUTHORIZATION:', 401],
    ['one header', 'authorization: Bearer a', 200],
  ])('%s of authorization on the wire', async (_, headers, expected) => {
    const { url } = await start();
    expect((await sendBytes(url, `GET /door/token HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n`)).status).toBe(expected);
  });
});

describe('listening', () => {
  it('names an address that works, and the port that was found', async () => {
    const { url, port } = await start();
    expect(url).toBe(`http://127.0.0.1:${port}`);
    const wide = await start('0.0.0.0');
    expect((await sendRequest(wide.url, { path: '/healthz' })).headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
  });

  it.each([
    ['a port in use', async () => ({ host: '127.0.0.1', port: (await start()).port }), /^Port \d+ on 127\.0\.0\.1 is in use/],
    ['an address of another machine', async () => ({ host: '192.0.2.1', port: 0 }), /^192\.0\.2\.1 is not an address of this machine/],
    ['a name that does not exist', async () => ({ host: 'nowhere.invalid', port: 0 }), /^nowhere\.invalid is not an address/],
  ])('on %s is one clear error', async (_, where, says) => {
    const { app, logger } = await testApp();
    const error = await serve(app, { ...(await where()), logger }).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(ListenError);
    expect((error as Error).message).toMatch(says);
    expect((error as Error).message).not.toContain('\n');
  });
});

describe('stop', () => {
  it('lets requests under way finish and takes no new ones', async () => {
    const { url, stop } = await start();
    const slow = status(`${url}/door/slow/400`);
    await sleep(100);
    const stopped = stop(5);
    await sleep(200);
    await expect(status(`${url}/healthz`)).rejects.toThrow(/ECONNREFUSED/);
    expect(await slow).toEqual({ status: 200, connection: 'close' });
    await stopped;
  });

  it('is quick when nobody asks, whatever connections are open', async () => {
    const { url, port, stop } = await start();
    const agent = new Agent({ keepAlive: true });
    await status(`${url}/healthz`, agent);
    const silent: Socket = connect(port, '127.0.0.1');
    silent.on('error', () => undefined);
    await sleep(50);
    const before = performance.now();
    await Promise.all([stop(8), stop(8)]);
    expect(performance.now() - before).toBeLessThan(1000);
    agent.destroy();
    silent.destroy();
  });

  it('cuts what is not done at the end of the grace', async () => {
    const { url, stop } = await start();
    const slow = status(`${url}/door/slow/20000`).catch((error: unknown) => (error as NodeJS.ErrnoException).code);
    await sleep(100);
    const before = performance.now();
    await stop(0.3);
    expect(performance.now() - before).toBeLessThan(1500);
    expect(await slow).toBe('ECONNRESET');
  });

  it('drops no request of clients that keep sending on their connections', async () => {
    const { url, stop } = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 6 });
    const seen: number[] = [];
    const faults: string[] = [];
    const client = async () => {
      for (;;) {
        try {
          seen.push((await status(`${url}/healthz`, agent)).status);
        } catch (error) {
          const { code = '' } = error as NodeJS.ErrnoException;
          if (code !== 'ECONNREFUSED') faults.push(code);
          return;
        }
      }
    };
    const clients = Promise.all(Array.from({ length: 6 }, client));
    await sleep(300);
    await stop(5);
    await clients;
    agent.destroy();
    expect(seen.length).toBeGreaterThan(20);
    expect([faults, [...new Set(seen)]]).toEqual([[], [200]]);
  });
});
