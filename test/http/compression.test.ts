// Compressed answers over the wire: whole and in pieces, for every coding, and for clients that are slow or go away.
import { request, type IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createLogger } from '../../src/http/log.ts';
import { serve, type Listening, type Served } from '../../src/http/server.ts';

const open: Listening[] = [];
afterEach(async () => {
  for (const listening of open.splice(0)) await listening.stop(1);
});

async function serving(fetch: Served['fetch']): Promise<string> {
  const listening = await serve({ fetch }, { host: '127.0.0.1', port: 0, logger: await createLogger({ level: 'silent', pretty: false }) });
  open.push(listening);
  return listening.url;
}

interface Got {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

async function begin(url: string, headers: Readonly<Record<string, string>>, method = 'GET'): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    request(url, { method, headers, agent: false }, resolve).on('error', reject).end();
  });
}

async function get(url: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Got> {
  const incoming = await begin(url, headers, method);
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(pieces) };
}

const decode = { br: brotliDecompressSync, gzip: gunzipSync, none: (body: Buffer) => body };
const textOf = ({ headers, body }: Got) => decode[(headers['content-encoding'] ?? 'none') as keyof typeof decode](body).toString();
const json = (bytes: number) => JSON.stringify({ text: Array.from({ length: bytes / 5 }, (_, at) => `zäh ${at}`).join(' ').slice(0, bytes) });
const scimJson = { 'Content-Type': 'application/scim+json', ETag: 'W/"1"' };
const codings = ['br', 'gzip'] as const;

describe.each(codings)('%s', (coding) => {
  const asking = { 'Accept-Encoding': coding };

  it.each([1_030, 20_000, 400_000])('carries a text of %i characters', async (length) => {
    const text = json(length);
    const url = await serving(() => new Response(text, { status: 201, headers: scimJson }));
    const got = await get(url, asking);
    expect([got.status, got.headers['content-encoding'], got.headers['content-type'], got.headers['etag']]).toEqual([201, coding, 'application/scim+json', 'W/"1"']);
    expect(got.headers['content-length']).toBe(String(got.body.length));
    expect(got.body.length).toBeLessThan(Buffer.byteLength(text) * 0.9);
    expect(textOf(got)).toBe(text);
    const plain = await get(url);
    expect([plain.headers['content-encoding'], plain.headers['content-length'], plain.body.toString()]).toEqual([undefined, String(Buffer.byteLength(text)), text]);
  });

  it('carries bytes, and the answers of a native Response', async () => {
    const text = json(5_000);
    const headers = new Headers(scimJson);
    for (const body of [Buffer.from(text), new Blob([text]).stream()]) expect(textOf(await get(await serving(() => new Response(body, { headers })), asking))).toBe(text);
    const cloned = await serving(async () => await Promise.resolve(new Response(text, { headers: scimJson }).clone()));
    const got = await get(cloned, asking);
    expect([got.headers['content-encoding'], textOf(got)]).toEqual([coding, text]);
  });

  it('carries what comes in pieces, in the end all of it', async () => {
    const pieces = Array.from({ length: 300 }, (_, at) => `${at} ${'x'.repeat(at * 7)}\n`);
    const url = await serving(() => new Response(streamOf(pieces).stream, { headers: scimJson }));
    const got = await get(url, asking);
    expect([got.headers['content-encoding'], got.headers['content-length'], got.headers['transfer-encoding']]).toEqual([coding, undefined, 'chunked']);
    expect(textOf(got)).toBe(pieces.join(''));
    expect((await get(url)).body.toString()).toBe(pieces.join(''));
  });

  it('leaves alone what is short, of another type, coded already, or has no body', async () => {
    const text = json(5_000);
    const answers: readonly (readonly [string, () => Response])[] = [
      ['short', () => new Response(json(500), { headers: scimJson })],
      ['empty', () => new Response('', { headers: scimJson })],
      ['image', () => new Response(text, { headers: { 'Content-Type': 'image/png' } })],
      ['bytes', () => new Response(text, { headers: { 'Content-Type': 'application/octet-stream' } })],
      ['coded', () => new Response(text, { headers: { ...scimJson, 'Content-Encoding': 'x-own' } })],
      ['204', () => new Response(null, { status: 204, headers: scimJson })],
      ['304', () => new Response(null, { status: 304, headers: scimJson })],
      ['nothing', () => new Response(null, { headers: scimJson })],
    ];
    for (const [name, answer] of answers) {
      const [coded, plain] = [await get(await serving(answer), asking), await get(await serving(answer))];
      expect([name, coded.status, coded.headers['content-encoding'], coded.headers['content-length'], coded.body]).toEqual([
        name, plain.status, name === 'coded' ? 'x-own' : undefined, plain.headers['content-length'], plain.body,
      ]);
    }
  });

  it('stops what comes in pieces when the client goes away', async () => {
    const source = streamOf(endless());
    const url = await serving(() => new Response(source.stream, { headers: scimJson }));
    const incoming = await begin(url, asking);
    incoming.once('data', () => incoming.destroy());
    incoming.on('error', () => undefined);
    await source.closed;
    expect(source.taken()).toBeGreaterThan(0);
  });

  it('takes no more than a slow client does', async () => {
    const source = streamOf(endless());
    const incoming = await begin(await serving(() => new Response(source.stream, { headers: scimJson })), asking);
    incoming.on('error', () => undefined);
    const still = await standstill(source.taken);
    incoming.once('data', () => incoming.pause());
    incoming.destroy();
    await source.closed;
    // Nearly incompressible pieces of 32 KB: what the two ends of a connection and the coder hold.
    expect(still).toBeLessThan(1_000);
  });

  it('compresses a small body too for whoever takes no other', async () => {
    const got = await get(await serving(() => new Response('{"a":1}', { headers: scimJson })), { 'Accept-Encoding': `${coding}, identity;q=0` });
    expect([got.headers['content-encoding'], textOf(got)]).toEqual([coding, '{"a":1}']);
  });
});

it('keeps answering others while a large body is compressed', async () => {
  const large = json(8_000_000);
  const url = await serving(({ url: address }) => new Response(address.endsWith('/large') ? large : '{}', { headers: scimJson }));
  let done = false;
  const compressed = get(`${url}/large`, { 'Accept-Encoding': 'gzip' }).finally(() => (done = true));
  let meanwhile = 0;
  while (!done) {
    await get(`${url}/small`);
    meanwhile += 1;
  }
  expect(textOf(await compressed)).toBe(large);
  // One or two would get through before and after it.
  expect(meanwhile).toBeGreaterThan(5);
});

it('answers a client that is gone before its body is compressed to nobody, and goes on', async () => {
  const url = await serving(() => new Response(json(600_000), { headers: scimJson }));
  for (let round = 0; round < 10; round += 1) {
    const asked = request(url, { headers: { 'Accept-Encoding': 'br' }, agent: false });
    asked.on('error', () => undefined);
    await new Promise<void>((resolve) => asked.end(resolve));
    asked.destroy();
  }
  expect(textOf(await get(url, { 'Accept-Encoding': 'br' })).length).toBeGreaterThan(500_000);
});

/** Pieces as a stream that tells how many were taken and when it was closed before its end. */
function streamOf(pieces: Iterable<string>): { readonly stream: ReadableStream<Uint8Array>; readonly taken: () => number; readonly closed: Promise<void> } {
  const iterator = pieces[Symbol.iterator]();
  let count = 0;
  let close = (): void => undefined;
  const closed = new Promise<void>((resolve) => (close = resolve));
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        await new Promise(setImmediate);
        const { done, value } = iterator.next();
        count += 1;
        if (done === true) controller.close();
        else controller.enqueue(Buffer.from(value));
      },
      cancel: () => close(),
    },
    { highWaterMark: 0 },
  );
  return { stream, taken: () => count, closed };
}

function* endless(): Generator<string> {
  for (;;) yield Array.from({ length: 3_000 }, () => Math.random().toString(36).slice(2)).join('').slice(0, 32_768);
}

/** The count when it has stopped growing. */
async function standstill(count: () => number): Promise<number> {
  for (let last = -1, same = 0; ; ) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    same = count() === last ? same + 1 : 0;
    last = count();
    if (same === 20 || last > 20_000) return last;
  }
}
