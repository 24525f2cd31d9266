// Outgoing requests: nobody makes the server call its own network, whatever the address looks like or the name resolves to.
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostSafely, type PostRules } from '../../../src/jobs/outgoing/post-safely.ts';
import { isPublicAddress } from '../../../src/jobs/outgoing/public-address.ts';

let server: Server;
let port: number;
const reached: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    reached.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (request.url === '/redirect') response.writeHead(302, { Location: '/elsewhere' }).end();
    else if (request.url === '/endless') response.write('x'.repeat(200_000));
    else if (request.url === '/silent') return;
    else response.writeHead(200).end('a\u0000b\nc');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as { port: number }).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function post(url: string, rules: Partial<PostRules> = {}) {
  const outgoing = createPostSafely({ loopback: false, timeoutMs: 300, ...rules });
  try {
    return await outgoing.post({ url, headers: {}, body: 'x' });
  } finally {
    await outgoing.close();
  }
}

const resolvesTo = (...addresses: string[]) => ({ resolve: async () => await Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))) });

describe('an address', () => {
  it.each([
    '0.0.0.0', '10.0.0.1', '10.255.255.255', '100.64.0.1', '127.0.0.1', '127.255.0.1', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.1', '192.168.1.1',
    '198.18.0.1', '224.0.0.1', '240.0.0.1', '255.255.255.255', '::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::127.0.0.1', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'fe80::1%eth0',
    'ff02::1', '64:ff9b::7f00:1', '2001::1', '2001:db8::1', '2002:7f00:1::', '', 'localhost', '8.8.8.8.8',
  ])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false));

  it.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001::200e'])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));
});

describe('a target', () => {
  it.each([
    'https://127.0.0.1/', 'https://[::1]/', 'https://[::ffff:127.0.0.1]/', 'https://[::ffff:7f00:1]/', 'https://169.254.169.254/latest/meta-data', 'https://10.1.2.3/', 'https://[fc00::1]/', 'https://0.0.0.0/',
    'https://2130706433/', 'https://0x7f000001/', 'https://0177.0.0.1/', 'https://127.1/', 'https://0/', 'https://localhost/', 'https://LOCALHOST./', 'https://x.localhost/', 'https://printer.local/', 'https://db/',
    'https://metadata.google.internal/', 'https://user:secret@example.com/', 'https://example.com:8443/', 'https://example.com:22/', 'http://example.com/', 'ftp://example.com/', 'file:///etc/passwd', 'javascript:1',
    'https://example.com/#x', `https://example.com/${'x'.repeat(2100)}`, 'nonsense', '',
  ])('%s is refused before anything is looked up', async (url) => {
    let asked = 0;
    const resolve = async () => await Promise.resolve(((asked += 1), [{ address: '8.8.8.8', family: 4 }]));
    const outcome = await post(url, { resolve });
    expect([outcome.kind, asked]).toEqual(['failed', 0]);
    if (outcome.kind === 'failed') expect(outcome.error).toMatch(/^The address must/);
  });

  it.each([[['127.0.0.1']], [['::1']], [['::ffff:127.0.0.1']], [['10.0.0.1']], [['169.254.169.254']], [['8.8.8.8', '127.0.0.1']], [['2606:4700::1111', 'fc00::1']], [[]]])('whose name leads to %s is refused', async (addresses) => {
    const outcome = await post('https://hooks.example.com/', resolvesTo(...addresses));
    expect(outcome).toEqual({ kind: 'failed', error: 'The host name leads to an address that is not public.' });
  });

  it('on the machine itself is refused although a server listens there, and reached where the operator allows it', async () => {
    const before = reached.length;
    expect((await post(`http://127.0.0.1:${port}/a`)).kind).toBe('failed');
    expect((await post(`http://localhost:${port}/a`)).kind).toBe('failed');
    expect(reached.length).toBe(before);
    expect(await post(`http://127.0.0.1:${port}/a`, { loopback: true })).toEqual({ kind: 'answered', status: 200, text: 'a b c' });
    expect(await post(`http://localhost:${port}/b`, { loopback: true, ...resolvesTo('127.0.0.1') })).toMatchObject({ status: 200 });
    expect(await post(`http://localhost:${port}/b`, { loopback: true, ...resolvesTo('10.0.0.1') })).toMatchObject({ kind: 'failed' });
  });
});

describe('an answer', () => {
  it('that redirects is not followed', async () => {
    expect(await post(`http://127.0.0.1:${port}/redirect`, { loopback: true })).toMatchObject({ status: 302 });
    expect(reached).not.toContain('POST /elsewhere');
    expect(reached).not.toContain('GET /elsewhere');
  });

  it('without an end is read to its limit, and none at all is given up', async () => {
    const endless = await post(`http://127.0.0.1:${port}/endless`, { loopback: true, timeoutMs: 5000 });
    expect(endless).toEqual({ kind: 'answered', status: 200, text: 'x'.repeat(1024) });
    expect(await post(`http://127.0.0.1:${port}/silent`, { loopback: true })).toEqual({ kind: 'failed', error: 'There was no answer within 0.3 seconds.' });
    expect(await post('http://127.0.0.1:1/', { loopback: true })).toEqual({ kind: 'failed', error: 'Nobody listens there.' });
  });
});
