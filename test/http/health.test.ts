// The routes at the server root: alive whatever the database does, ready only when it answers in time, keys for whoever wants to verify.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { testApp } from './test-app.ts';

const never = new Promise<boolean>(() => undefined);

describe('/healthz', () => {
  it('is 200 while the process lives, without a token and without the database', async () => {
    const { app } = await testApp(undefined, { ready: async () => await never });
    for (const method of ['GET', 'HEAD']) expect((await app.request('/healthz', { method })).status).toBe(200);
    expect(await (await app.request('/healthz')).json()).toEqual({ status: 'ok' });
  });
});

describe('/readyz', () => {
  const answered = async (ready: () => Promise<boolean>) => {
    const { app } = await testApp(undefined, { ready });
    const answer = await app.request('/readyz');
    return [answer.status, ((await answer.json()) as { status: string }).status, answer.headers.get('retry-after')];
  };

  it('is 200 when the database answers', async () => {
    expect(await answered(async () => true)).toEqual([200, 'ready', null]);
  });

  it.each<[string, () => Promise<boolean>]>([
    ['says no', async () => false],
    ['rejects', async () => await Promise.reject(new Error('gone'))],
    ['throws at once', () => { throw new Error('gone'); }],
  ])('is 503 with Retry-After when it %s', async (_, ready) => {
    expect(await answered(ready)).toEqual([503, 'unavailable', '2']);
  });

  it('is 503 within two seconds when it hangs, and recovers with the next question', async () => {
    let ready = async () => await never;
    const { app } = await testApp(undefined, { ready: async () => await ready() });
    const start = performance.now();
    expect((await app.request('/readyz')).status).toBe(503);
    expect(performance.now() - start).toBeLessThan(2000);
    ready = async () => true;
    expect((await app.request('/readyz')).status).toBe(200);
  });

  it('asks once for all who wait', async () => {
    let asked = 0;
    const { app } = await testApp(undefined, {
      ready: async () => {
        asked += 1;
        await sleep(50);
        return true;
      },
    });
    const all = await Promise.all(Array.from({ length: 20 }, async () => await app.request('/readyz')));
    expect([asked, ...new Set(all.map(({ status }) => status))]).toEqual([1, 200]);
    await app.request('/readyz');
    expect(asked).toBe(2);
  });
});

describe('/.well-known/jwks.json', () => {
  it('publishes the keys and may be cached for a while', async () => {
    const keys = [{ kty: 'OKP', crv: 'Ed25519', x: 'x', kid: 'k' }];
    const { app } = await testApp(undefined, { jwks: () => ({ keys }) });
    const answer = await app.request('/.well-known/jwks.json');
    expect(await answer.json()).toEqual({ keys });
    expect([answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual(['application/jwk-set+json', 'public, max-age=300']);
  });
});

it.each(['/healthz', '/readyz', '/.well-known/jwks.json'])('%s can only be read', async (path) => {
  const { app } = await testApp();
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    const answer = await app.request(path, { method });
    expect([answer.status, answer.headers.get('allow'), answer.headers.get('x-problem-code')]).toEqual([405, 'GET, HEAD, OPTIONS', 'method-not-allowed']);
  }
  const options = await app.request(path, { method: 'OPTIONS' });
  expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
});
