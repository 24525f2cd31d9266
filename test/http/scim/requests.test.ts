// Behaviour of the SCIM door as to queries, bodies and the form of answers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resourceTypes } from '../../../src/scim/schema/resource-types.ts';
import { createHandlers } from '../../../src/provisioning/resource-handlers.ts';
import { baseUrl, groupId, memberId } from '../../provisioning/fake-ports.ts';
import { openDoor } from './door.ts';

const user = `/Users/${memberId}`;
const group = `/Groups/${groupId}`;
const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const rename = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [{ op: 'replace', path: 'displayName', value: 'N' }] };

async function problemOf(answer: Response): Promise<{ status: number; scimType: unknown }> {
  const { scimType } = (await answer.json()) as { scimType?: string };
  return { status: answer.status, scimType };
}

describe('lists', () => {
  it('ask for the page and the filter that the query names', async () => {
    const { send, asked } = openDoor();
    const answer = await send('GET', '/Users?startIndex=21&count=7&filter=userName+eq+%22a%2Bb%40x%22&attributes=userName');
    expect(await answer.json()).toMatchObject({ totalResults: 41, startIndex: 21, itemsPerPage: 1, Resources: [{ userName: 'ada@example.com' }] });
    expect(asked.queries).toMatchObject([{ offset: 20, limit: 7, filter: { kind: 'compare', operator: 'eq', value: 'a+b@x' } }]);
    expect(asked.parts).toEqual([{ groups: false, managerName: false, holds: false }]);
  });

  it('are the same through a search', async () => {
    const { send, asked } = openDoor();
    const body = { Schemas: [searchUrn], FILTER: 'displayName sw "S"', startIndex: 3, count: 0, excludedAttributes: ['members'], sortBy: 'displayName' };
    const answer = await send('POST', '/Groups/.search', { body });
    expect([answer.status, await answer.json()]).toEqual([200, { schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'], totalResults: 42, startIndex: 3, itemsPerPage: 0, Resources: [] }]);
    expect(asked.queries).toMatchObject([{ offset: 2, limit: 0, filter: { kind: 'compare', operator: 'sw', value: 'S' } }]);
    expect(asked.parts).toEqual([false]);
  });

  it.each([
    ['filter=', 'invalidFilter'],
    ['filter=nonsense%20eq%20%22x%22', 'invalidFilter'],
    ['filter=userName%20eq%20%FF', 'invalidFilter'],
    ['filter=active%20eq%20true&filter=active%20eq%20false', 'invalidFilter'],
    ['startIndex=one', 'invalidValue'],
    ['count=', 'invalidValue'],
    ['count=1&count=1', 'invalidValue'],
    ['attributes=id&excludedAttributes=emails', 'invalidValue'],
  ])('are refused with ?%s', async (query, scimType) => {
    const { send, asked } = openDoor();
    expect(await problemOf(await send('GET', `/Users?${query}`))).toEqual({ status: 400, scimType });
    expect(asked.queries).toEqual([]);
  });

  it.each([
    [[], 'invalidSyntax'],
    ['null', 'invalidSyntax'],
    [{ schemas: ['urn:other'] }, 'invalidSyntax'],
    [{ filter: 1 }, 'invalidFilter'],
    [{ count: '1', COUNT: 2 }, 'invalidSyntax'],
    [{ count: 1.5 }, 'invalidValue'],
    [{ attributes: [1] }, 'invalidSyntax'],
  ])('are refused for the search %j', async (body, scimType) => {
    expect(await problemOf(await openDoor().send('POST', '/Users/.search', { body }))).toEqual({ status: 400, scimType });
  });
});

describe('answers', () => {
  const headersOf = (answer: Response) => [answer.status, answer.headers.get('location'), answer.headers.get('etag')];

  it('carry address and version of the one resource they are about', async () => {
    const { send } = openDoor();
    const [location, groupLocation] = [`${baseUrl}${user}`, `${baseUrl}${group}`];
    expect(headersOf(await send('POST', '/Users', { body: { userName: 'ada' } }))).toEqual([201, location, 'W/"3"']);
    expect(headersOf(await send('GET', user))).toEqual([200, location, 'W/"3"']);
    expect(headersOf(await send('PUT', user, { body: { userName: 'ada' } }))).toEqual([200, location, 'W/"3"']);
    expect(headersOf(await send('PATCH', user, { body: rename }))).toEqual([200, location, 'W/"3"']);
    expect(headersOf(await send('PATCH', group, { body: rename }))).toEqual([204, groupLocation, 'W/"7"']);
    expect(headersOf(await send('PATCH', `${group}?attributes=displayName`, { body: rename }))).toEqual([200, groupLocation, 'W/"7"']);
    expect(headersOf(await send('DELETE', user))).toEqual([204, null, null]);
  });

  it('show what was asked for on every verb', async () => {
    const { send } = openDoor();
    const shown = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], id: memberId, userName: 'ada@example.com' };
    for (const [method, path] of [['POST', '/Users'], ['GET', user], ['PUT', user]] as const) {
      const answer = await send(method, `${path}?attributes=username`, method === 'GET' ? {} : { body: { userName: 'ada' } });
      expect(await answer.json()).toEqual(shown);
    }
    expect(await (await send('PATCH', `${user}?attributes=userName`, { body: rename })).json()).toEqual(shown);
  });

  it('name the refusals of the domain', async () => {
    const answer = await openDoor().send('DELETE', `/Users/${groupId}`);
    expect([answer.status, answer.headers.get('x-problem-code'), await answer.json()]).toMatchObject([404, 'not-found', { status: '404' }]);
  });
});

describe('bodies', () => {
  it('may be as large as their type allows', async () => {
    const { send } = openDoor();
    const filler = 'x'.repeat(3_000);
    expect((await send('POST', '/Users', { body: { userName: 'ada', nickName: filler } })).status).toBe(413);
    expect((await send('POST', '/Groups', { body: { displayName: 'Sales', other: filler } })).status).toBe(201);
    expect((await send('POST', '/Groups', { body: { displayName: 'Sales', other: filler.repeat(9) } })).status).toBe(413);
  });

  it.each([['', 'invalidSyntax'], ['{', 'invalidSyntax'], ['[]', 'invalidSyntax'], ['{"userName":"a","userName":"b"}', 'invalidSyntax'], ['{"userName":1}', 'invalidValue']])('%s is refused', async (body, scimType) => {
    const { send, asked } = openDoor();
    expect(await problemOf(await send('POST', '/Users', { body }))).toEqual({ status: 400, scimType });
    expect(asked.changes).toEqual([]);
  });
});

describe('discovery', () => {
  it('describes exactly the types that the door serves', async () => {
    const { send } = openDoor();
    const { Resources } = (await (await send('GET', '/ResourceTypes')).json()) as { Resources: { endpoint: string; schema: string }[] };
    expect(Resources.map(({ endpoint }) => endpoint)).toEqual(resourceTypes.map(({ endpoint }) => endpoint));
    expect(resourceTypes).toEqual(createHandlers(resourceTypes).map(({ type }) => type));
    for (const { endpoint, schema } of Resources) {
      expect((await send('GET', endpoint)).status).toBe(200);
      expect(await (await send('GET', `/Schemas/${schema.toUpperCase()}`)).json()).toMatchObject({ id: schema });
    }
  });

  it('answers one thing by its name', async () => {
    const { send } = openDoor();
    expect(await (await send('GET', '/ResourceTypes/Group')).json()).toMatchObject({ id: 'Group', meta: { location: `${baseUrl}/ResourceTypes/Group` } });
    expect(await (await send('GET', '/ServiceProviderConfig')).json()).toMatchObject({ patch: { supported: true }, bulk: { supported: true, maxPayloadSize: 20_000 }, sort: { supported: true } });
    for (const path of ['/ResourceTypes/None', '/Schemas/urn:none', '/Schemas/__proto__']) expect((await send('GET', path)).status).toBe(404);
  });

  it.each(['/Schemas', '/ResourceTypes', '/ServiceProviderConfig', '/Schemas/urn:x'])('refuses to filter %s', async (path) => {
    expect((await openDoor().send('GET', `${path}?filter=id%20pr`)).status).toBe(403);
  });
});

const anyPath = fc
  .tuple(
    fc.constantFrom('/Users', '/Groups', '/Users/.search', user, group, '/Schemas', '/Users/', '/'),
    fc.array(fc.oneof(fc.constantFrom('?', '&', 'filter=', 'count=', 'attributes=', '%', '%00', '%2f', '%ED%A0%80', '=', '+', 'emails[type eq "work"]', 'userName', ' pr', ' eq ', '"'), fc.string({ maxLength: 8, unit: 'binary' })), { maxLength: 6 }),
  )
  .map(([base, pieces]) => base + encodeURI(pieces.join('').toWellFormed()).replaceAll('%25', '%').replaceAll('#', ''));
const anyOperation = fc.record(
  {
    op: fc.constantFrom('add', 'Remove', 'replace', 'x'),
    path: fc.constantFrom('members', 'members[value eq "x"]', 'title', 'name.familyName', 'emails[type eq "work"].value', 'active', 'id', '__proto__', ''),
    value: fc.jsonValue(),
  },
  { requiredKeys: [] },
);
const anyBody = fc.oneof(
  fc.json(),
  fc.record({ userName: fc.jsonValue(), displayName: fc.jsonValue(), emails: fc.jsonValue(), members: fc.jsonValue() }, { requiredKeys: [] }),
  fc.record({ Operations: fc.array(anyOperation, { minLength: 1, maxLength: 3 }) }),
  fc.string(),
);

it('answers anything at all with a status of its own, never with a fault', { timeout: 60_000 }, async () => {
  const { send, logged } = openDoor();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'), anyPath, anyBody, async (method, path, body) => {
      const answer = await send(method, path, method === 'GET' ? {} : { body });
      expect([200, 201, 204, 400, 403, 404, 405, 413]).toContain(answer.status);
    }),
    { numRuns: 600 },
  );
  expect(logged.filter(({ error }) => error !== undefined)).toEqual([]);
});
