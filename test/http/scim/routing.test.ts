// Behaviour of the SCIM door as to addresses, methods and media types.
import { describe, expect, it } from 'vitest';
import { memberId, groupId } from '../../provisioning/fake-ports.ts';
import { openDoor } from './door.ts';

const user = `/Users/${memberId}`;

describe('addresses', () => {
  it.each([
    ['GET', '/Users', 200],
    ['GET', '/Users/', 200],
    ['GET', '//Users', 200],
    ['GET', '/Users?aadOptscim062020', 200],
    ['GET', '/Users/?aadOptscim062020=&unknown=%ZZ', 200],
    ['GET', user, 200],
    ['GET', `${user}/`, 200],
    ['GET', `/Users/${memberId.toUpperCase()}?x`, 200],
    ['GET', `/Users/%${memberId.charCodeAt(0).toString(16)}${memberId.slice(1)}`, 200],
    ['GET', '/%55sers', 200],
    ['GET', `/Groups/${groupId}`, 200],
    ['GET', '', 200],
    ['GET', '/', 200],
    ['GET', '/?aadOptscim062020', 200],
    ['GET', '/users', 404],
    ['GET', '/Users%2F', 404],
    ['GET', `/Users%2f${memberId}`, 404],
    ['GET', '/Users/%252E%252E', 404],
    ['GET', '/%252E%252E/Users', 404],
    ['GET', '/Users/%252e', 404],
    ['GET', `/Users/%2561${memberId.slice(1)}`, 404],
    ['GET', '/Users/%', 404],
    ['GET', '/Users/%FF', 404],
    ['GET', '/Users/:id', 404],
    ['GET', `${user}/groups`, 404],
    ['GET', '/Nonsense', 404],
    ['GET', '/__proto__', 404],
    ['GET', '/constructor/prototype', 404],
    ['GET', '/.search', 405],
    ['POST', '/.search', 400],
    ['POST', '/.search/x', 404],
    ['GET', '/ServiceProviderConfig/x', 404],
    ['GET', '/Bulk', 405],
    ['POST', '/Bulk', 400],
    ['PATCH', '/Me', 404],
    ['POST', '/Bulk/x', 404],
  ])('%s %s is %i', async (method, path, status) => {
    const { send } = openDoor();
    const answer = await send(method, path);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/scim+json');
    expect(answer.headers.get('x-request-id')).toMatch(/./);
    if (status >= 400) expect(await answer.json()).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: String(status) });
  });

  it.each([
    ['GET', user, '/scim/v2/Users/:id'],
    ['GET', '/Users/private.name@example.com', '/scim/v2/Users/:id'],
    ['POST', '/Users/.search', '/scim/v2/Users/.search'],
    ['GET', '/Schemas/urn:x', '/scim/v2/Schemas/:id'],
    ['GET', '/private.name@example.com?filter=secret', '/scim/v2/*'],
  ])('%s %s stands in the log as its template', async (method, path, template) => {
    const { send, logged } = openDoor();
    await send(method, path);
    expect(logged.map((line) => line.path)).toEqual([template]);
  });
});

describe('methods', () => {
  it.each([
    ['DELETE', '/Users', 'GET, HEAD, POST, OPTIONS'],
    ['POST', user, 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    ['GET', '/Users/.search', 'POST, OPTIONS'],
    ['PUT', '/ServiceProviderConfig', 'GET, HEAD, OPTIONS'],
    ['POST', '/Schemas', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/ResourceTypes/User', 'GET, HEAD, OPTIONS'],
    ['constructor', '/Users', 'GET, HEAD, POST, OPTIONS'],
  ])('%s %s is refused with what is allowed', async (method, path, allow) => {
    const answer = await openDoor().send(method, path);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
  });

  it('answers HEAD like GET without a body', async () => {
    const { send } = openDoor();
    const answer = await send('HEAD', user);
    expect([answer.status, answer.headers.get('etag'), await answer.text()]).toEqual([200, 'W/"3"', '']);
    expect((await send('HEAD', '/Users/x')).status).toBe(404);
  });
});

describe('who asks', () => {
  it.each([
    ['GET', user],
    ['DELETE', '/Users'],
    ['GET', '/Nonsense'],
    ['POST', '/Bulk'],
    ['GET', '/Schemas'],
    ['GET', '/Users?count=x&count=y'],
  ])('comes before everything else about %s %s', async (method, path) => {
    const { send, asked } = openDoor();
    for (const headers of [{ Authorization: '' }, { Authorization: 'Bearer bad' }, { Authorization: 'Basic Zzo=', Accept: 'text/html' }]) {
      const answer = await send(method, path, { headers });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm=/);
    }
    expect(asked.ids).toEqual([]);
  });

  it('is asked of the database for discovery too', async () => {
    const { send } = openDoor({ refuses: 'credential-invalid' });
    for (const path of ['/ServiceProviderConfig', '/Schemas', '/ResourceTypes/User', '/Schemas/none']) expect((await send('GET', path)).status).toBe(401);
  });
});

describe('media types', () => {
  const create = { userName: 'ada' };
  it.each([
    ['application/json', 201],
    ['application/scim+json; charset=utf-8', 201],
    ['APPLICATION/SCIM+JSON', 201],
    ['text/plain', 415],
    ['application/json; charset=utf-16', 415],
    ['application/x-www-form-urlencoded', 415],
  ])('takes a body of %s with %i', async (type, status) => {
    expect((await openDoor().send('POST', '/Users', { body: create, headers: { 'Content-Type': type } })).status).toBe(status);
  });

  it.each([
    ['application/json', 200, 'application/json'],
    ['application/scim+json, application/json;q=0.1', 200, 'application/scim+json'],
    ['*/*', 200, 'application/scim+json'],
    ['text/html', 406, 'application/scim+json'],
  ])('answers who accepts %s with %i', async (accept, status, type) => {
    for (const path of ['/Users', user, '/Schemas']) {
      const answer = await openDoor().send('GET', path, { headers: { Accept: accept } });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, type]);
    }
  });

  it('writes nothing for somebody who could not read the answer', async () => {
    const { send, asked } = openDoor();
    expect((await send('POST', '/Users', { body: create, headers: { Accept: 'text/html' } })).status).toBe(406);
    expect(asked.changes).toEqual([]);
  });
});
