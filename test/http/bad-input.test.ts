// Headers, lengths, addresses, pages and methods that are wrong: each fault has its status and its words, and nothing is written.
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { expectProblem } from '../support/problem.ts';
import { sendBytes, sendRequest } from '../support/raw-http.ts';
import { bad, badRequest, base, good, notFound, openBad, patchOf, post, scimJson, tooLarge, unsupported } from './bad.ts';

const to = openBad();

describe('headers', () => {
  it.each([
    ['text/html'],
    ['application/xml, image/*'],
    ['application/scim+json;q=0, application/json;q=0.000'],
    ['*/*;q=0'],
    ['application/*;q=0, text/*'],
    [';;;,,,"'],
    ['application/scim+jsonx'],
    ['application/scim+json;q=2'],
  ])('Accept %s is 406 on reads and on writes', async (Accept) => {
    const expected = { status: 406, code: 'not-acceptable', says: /application\/scim\+json/ };
    for (const wanted of [{ path: '/Users' }, { path: `/Users/${to.userId}` }, { path: '/Schemas' }, post(good), { method: 'PUT', path: `/Users/${to.userId}`, headers: scimJson, body: good }]) {
      await to.refuse({ ...wanted, headers: { ...wanted.headers, Accept } }, expected);
    }
  });

  it.each([
    ['text/plain'],
    ['application/xml'],
    ['multipart/form-data; boundary=x'],
    ['application/x-www-form-urlencoded'],
    ['application/scim+json; charset=iso-8859-1'],
    ['application/json; charset="UTF-16LE"'],
    ['application/scim+json, application/json'],
    ['application/scim+xml'],
    ['json'],
    [';'],
  ])('Content-Type %s is 415', async (type) => {
    const headers = { 'Content-Type': type };
    await to.refuse({ ...post(good), headers }, unsupported);
    await to.refuse({ method: 'PATCH', path: `/Users/${to.userId}`, headers, body: patchOf({ op: 'replace', path: 'title', value: 'T' }) }, unsupported);
    await to.refuse({ method: 'POST', path: '/Users/.search', headers, body: '{}' }, unsupported);
  });

  it.each([['gzip'], ['br'], ['deflate, gzip'], ['x-unknown']])('Content-Encoding %s is 415', async (encoding) => {
    await to.refuse(post(gzipSync(good), { 'Content-Encoding': encoding }), unsupported);
  });

  it('larger than 32 KB are 431', async () => {
    const answer = await sendBytes(to.service.root, `GET ${base}/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${to.token}\r\nX-Long: ${'x'.repeat(40_000)}\r\n\r\n`);
    await expectProblem(to.service.root, answer, { status: 431, code: 'headers-too-large' });
  });

  it('without Host, or with an impossible one, are 400', async () => {
    const line = `GET ${base}/Users HTTP/1.1\r\nConnection: close\r\nAuthorization: Bearer ${to.token}\r\n`;
    for (const host of ['', 'Host: a b\r\n', 'Host: [::\r\n']) await expectProblem(to.service.root, await sendBytes(to.service.root, `${line}${host}\r\n`), badRequest);
  });

  it('with an unusable X-Request-Id get another one', async () => {
    for (const id of ['x'.repeat(200), 'a b', '<script>', '"']) {
      const answer = await to.refuse({ path: '/None', headers: { 'X-Request-Id': id } }, notFound);
      expect(answer.headers['x-request-id']).not.toBe(id);
    }
    expect((await to.send({ path: '/None', headers: { 'X-Request-Id': 'trace-1:2' } })).headers['x-request-id']).toBe('trace-1:2');
  });

  it('of forwarding never decide where links lead', async () => {
    const answer = await to.send({ path: `/Users/${to.userId}`, headers: { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example' } });
    expect([answer.status, answer.text.includes('evil'), JSON.stringify(answer.headers).includes('evil')]).toEqual([200, false, false]);
  });
});

describe('the length of a body', () => {
  const mebibyte = 1_048_576;
  const filled = (name: string, size: number) => Buffer.from(`{"${name}":"new@home.example","x":"`.padEnd(size - 2, 'x') + '"}');

  it('may not exceed 1 MB, for groups 16 MB, whether it is declared or comes in chunks', async () => {
    await to.refuse(post(filled('userName', mebibyte + 1)), tooLarge);
    await to.refuse(post([filled('userName', mebibyte), Buffer.from(' ')]), tooLarge);
    await to.refuse({ method: 'PATCH', path: `/Users/${to.userId}`, headers: scimJson, body: [filled('op', mebibyte), filled('op', mebibyte)] }, tooLarge);
    await to.refuse({ ...post(filled('filter', mebibyte + 1)), path: '/Users/.search' }, tooLarge);
    await to.refuse({ ...post(filled('displayName', 16 * mebibyte + 1)), path: '/Groups' }, tooLarge);
    await to.refuse({ ...post([filled('displayName', 16 * mebibyte), Buffer.from(' ')]), path: '/Groups' }, tooLarge);
  });

  it('may be exactly as large as that', async () => {
    expect((await to.send({ ...post(filled('filter', mebibyte)), path: '/Users/.search' })).status).toBe(400);
    expect((await to.send({ ...post(filled('displayname', 16 * mebibyte).fill('[', 0, 1)), path: '/Groups' })).status).toBe(400);
  });

  it('is refused as soon as it is declared', async () => {
    const answer = await sendBytes(to.service.root, `POST ${base}/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${to.token}\r\nContent-Type: application/json\r\nContent-Length: 2000000000\r\n\r\n{`);
    await expectProblem(to.service.root, answer, tooLarge);
  });

  it('is refused without reading on when chunks never end', async () => {
    const { hostname, port } = new URL(to.service.root);
    const sent = request({ hostname, port, method: 'POST', path: `${base}/Users`, headers: { ...{ Authorization: `Bearer ${to.token}` }, ...scimJson } });
    const status = await new Promise<number>((resolve, reject) => {
      let pieces = 0;
      const pump = () => {
        while (pieces < 400) {
          pieces += 1;
          if (!sent.write(Buffer.alloc(65_536, 'x'))) break;
        }
      };
      sent.on('drain', pump);
      sent.on('response', (answer) => resolve(answer.statusCode ?? 0));
      sent.on('error', reject);
      pump();
    });
    sent.destroy();
    expect(status).toBe(413);
  });

  it.each([
    ['smaller than the body', `Content-Length: 5\r\n\r\n${good}`, bad('invalidSyntax')],
    ['two that differ', `Content-Length: 5\r\nContent-Length: 6\r\n\r\n${good}`, badRequest],
    ['negative', `Content-Length: -1\r\n\r\n${good}`, badRequest],
    ['no number', `Content-Length: 1e2\r\n\r\n${good}`, badRequest],
    ['beside chunks', `Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, badRequest],
    ['chunks of no size', `Transfer-Encoding: chunked\r\n\r\nzz\r\n${good}\r\n0\r\n\r\n`, badRequest],
    ['an unknown transfer encoding', `Transfer-Encoding: gzip\r\n\r\n${good}`, badRequest],
  ])('told wrongly (%s) never creates anything', async (_, rest, expected) => {
    const head = `POST ${base}/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${to.token}\r\nContent-Type: application/json\r\n`;
    await expectProblem(to.service.root, await sendBytes(to.service.root, head + rest), expected);
  });
});

describe('pages', () => {
  it.each([
    ['startIndex=one'], ['startIndex=1.5'], ['startIndex='], ['startIndex=0x10'], ['startIndex=1e2'], ['startIndex=1,2'], ['startIndex=1&startIndex=1'],
    ['count=all'], ['count='], ['count=%20'], ['count=1;2'], ['count=10&count=20'], ['count=%E2%82%AC'], ['count=%80'], ['count=null'], ['count=Infinity'],
    ['attributes=userName&excludedAttributes=emails'], ['attributes=a&attributes=b'], ['attributes=%C0%80'],
  ])('?%s is 400 invalidValue', async (query) => {
    await to.refuse({ path: `/Users?${query}` }, bad('invalidValue', /startIndex|count|attributes/));
    await to.refuse({ path: `/Groups?${query}` }, bad('invalidValue'));
  });

  it.each([[{ startIndex: 'x' }], [{ count: 1.5 }], [{ count: true }], [{ startIndex: [1] }], [{ count: {} }], [{ count: '' }]])('a search for %j is 400 invalidValue', async (search) => {
    await to.refuse({ method: 'POST', path: '/Users/.search', headers: scimJson, body: JSON.stringify(search) }, bad('invalidValue'));
  });

  it('at the edges of numbers are answered', async () => {
    for (const query of ['startIndex=-1', 'startIndex=0', `startIndex=${'9'.repeat(400)}`, 'count=-5', `count=${'9'.repeat(400)}`, 'startIndex=2147483648&count=200']) {
      const { status, json } = await to.send({ path: `/Users?${query}` });
      expect([query, status, (json as { totalResults: number }).totalResults]).toEqual([query, 200, 2]);
    }
  });
});

describe('addresses', () => {
  const hostile: readonly string[] = [
    ...['/users', '/USERS', '/Users/x/y', '/Nonsense', '/ResourceTypes/Nobody', '/Schemas/urn:none', '/ServiceProviderConfig/x', '/.search/x', '/Users%2F', '/Users%00'],
    ...['/__proto__', '/constructor', '/toString', '/hasOwnProperty/valueOf', '/ResourceTypes/__proto__', '/Schemas/constructor', '/ResourceTypes/toString'],
    ...['/Users/x', '/Users/1', '/Users/null', '/Users/nil', '/Users/%00', '/Users/*', '/Users/%2e%2e%2f', '/Users/..%2fGroups', '/Users/%252e%252e', '/Users/%', '/Users/%FF', '/Users/%u0041'],
    ...[`/Users/${'9'.repeat(36)}`, `/Users/${'f'.repeat(10_000)}`, "/Users/'%20or%201=1--", '/Users/018f0000-0000-7000-8000-000000000000', '/Groups/018f0000-0000-7000-8000-000000000000'],
    ...[`/Users/${'.'.repeat(16_000)}`, `/${'.'.repeat(16_000)}`, `/${'a/'.repeat(8_000)}`, `/Users/${'%25'.repeat(5_000)}`, '/Users/{{id}}', '/Users/:id', '/Groups/%20'],
  ];
  it.each(hostile)('%j is 404', async (path) => {
    await to.refuse({ path }, notFound);
  });

  it('of one thing are 404 under another type, with another spelling of a slash, and twice encoded', async () => {
    const twice = [...to.userId].map((char) => `%25${char.charCodeAt(0).toString(16)}`).join('');
    for (const path of [`/Groups/${to.userId}`, `/Users/${to.groupId}`, `/Users%2f${to.userId}`, `/Users/${twice}`, `/Users/${to.userId}%2f`, `/Users/${to.userId}%00`, `/Users/${to.userId}/..%2f`, `/Users/{${to.userId}}`, `/Users/${to.userId.replaceAll('-', '')}`]) {
      await to.refuse({ path }, notFound);
      await to.refuse({ method: 'DELETE', path }, notFound);
    }
  });

  it('that do not exist are 404 on every verb, whatever the body', async () => {
    const missing = '018f0000-0000-7000-8000-000000000000';
    for (const type of ['/Users', '/Groups']) {
      for (const id of [missing, 'nobody', '%5B%5D']) {
        const path = `${type}/${id}`;
        const name = type === '/Users' ? 'userName' : 'displayName';
        await to.refuse({ path }, notFound);
        await to.refuse({ method: 'DELETE', path }, notFound);
        await to.refuse({ method: 'PUT', path, headers: scimJson, body: JSON.stringify({ [name]: 'new@home.example' }) }, notFound);
        await to.refuse({ method: 'PATCH', path, headers: scimJson, body: patchOf({ op: 'replace', path: name, value: 'new@home.example' }) }, notFound);
      }
    }
  });

  it('may be written in upper case where they are ids', async () => {
    const answer = await to.send({ path: `/Users/${to.userId.toUpperCase()}` });
    expect([answer.status, (answer.json as { id: string }).id]).toEqual([200, to.userId]);
  });

  it('beyond the base are 404 without a token as well', async () => {
    for (const path of ['/', '/scim', '/scim/v1/Users', '/admin', '/.env', '/problems/none', '/problems/__proto__', '/%2e%2e/%2e%2e/', '/../../etc/passwd', '//evil.example/Users']) {
      await expectProblem(to.service.root, await sendRequest(to.service.root, { path }), notFound);
    }
  });
});

describe('methods', () => {
  const resource = 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS';
  it.each<[string, () => string, string]>([
    ['PUT', () => '/Users', 'GET, HEAD, POST, OPTIONS'],
    ['PATCH', () => '/Groups', 'GET, HEAD, POST, OPTIONS'],
    ['DELETE', () => '/Users', 'GET, HEAD, POST, OPTIONS'],
    ['POST', () => `/Users/${to.userId}`, resource],
    ['POST', () => `/Groups/${to.groupId}`, resource],
    ['PROPFIND', () => `/Groups/${to.groupId}`, resource],
    ['GET', () => '/Users/.search', 'POST, OPTIONS'],
    ['DELETE', () => '/Groups/.search', 'POST, OPTIONS'],
    ['POST', () => '/Schemas', 'GET, HEAD, OPTIONS'],
    ['PUT', () => '/Schemas/urn:ietf:params:scim:schemas:core:2.0:User', 'GET, HEAD, OPTIONS'],
    ['PATCH', () => '/ResourceTypes', 'GET, HEAD, OPTIONS'],
    ['DELETE', () => '/ResourceTypes/User', 'GET, HEAD, OPTIONS'],
    ['POST', () => '/ServiceProviderConfig', 'GET, HEAD, OPTIONS'],
  ])('%s on %s is 405 with Allow', async (method, path, allow) => {
    const answer = await to.refuse({ method, path: path(), ...(method === 'GET' ? {} : { headers: scimJson, body: good }) }, { status: 405, code: 'method-not-allowed' });
    expect(answer.headers['allow']).toBe(allow);
  });

  it('are 405 beside the base too', async () => {
    for (const path of ['/healthz', '/readyz', '/problems', '/problems/not-found', '/.well-known/jwks.json']) {
      const answer = await sendRequest(to.service.root, { method: 'POST', path, body: '{}' });
      await expectProblem(to.service.root, answer, { status: 405, code: 'method-not-allowed' });
      expect(answer.headers['allow']).toBe('GET, HEAD, OPTIONS');
    }
  });

  it('are POST only for bulk requests', async () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const asked = { method, path: '/Bulk', ...(method === 'GET' ? {} : { headers: scimJson, body: '{}' }) };
      await to.refuse(asked, { status: 405, code: 'method-not-allowed' });
      expect((await to.send(asked)).headers['allow']).toBe('POST, OPTIONS');
    }
  });

  it('cannot be turned into others by a header', async () => {
    const answer = await to.send({ path: `/Users/${to.userId}`, method: 'GET', headers: { 'X-HTTP-Method-Override': 'DELETE', 'X-Method-Override': 'DELETE' } });
    expect([answer.status, (answer.json as { id: string }).id]).toEqual([200, to.userId]);
  });
});

it.each([['/Schemas'], ['/ResourceTypes'], ['/ServiceProviderConfig'], ['/ResourceTypes/User']])('a filter on %s is 403', async (path) => {
  await to.refuse({ path: `${path}?filter=${encodeURIComponent('id pr')}` }, { status: 403, code: 'forbidden' });
});
