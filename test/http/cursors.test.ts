// Pages by cursor (RFC 9865) over the wire: walks, who may use a cursor and for what, and what is said of every other text.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cursorTimeout, readCursor, writeCursor, type Cursor } from '../../src/scim/cursor.ts';
import { createCursorSeal, type CursorSeal } from '../../src/scim/cursor-seal.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

const users = 23;
const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

let service: StartedServer;
let workspace: TestWorkspace;
let connectionId: string;
let scim: Scim;
let seal: CursorSeal;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  const { token, record } = await workspace.connectionToken();
  connectionId = record.connectionId ?? '';
  scim = scimClient(service, token);
  seal = createCursorSeal(service.keys.derive('usher list cursor'));
  for (let n = 0; n < users; n += 1) {
    const { status } = await scim.post('/Users', newUser(`c${String((n * 7) % users).padStart(2, '0')}@x.example`, n % 3 === 0 ? {} : { title: `T${n % 5}` }));
    if (status !== 201) throw new Error(`a user was not created: ${status}`);
  }
});
afterAll(async () => await service.stop());

interface List {
  readonly totalResults: number;
  readonly startIndex?: number;
  readonly itemsPerPage: number;
  readonly nextCursor?: string;
  readonly previousCursor?: string;
  readonly Resources: { readonly id: string; readonly userName: string }[];
}

const all = users + 1;
const holder = () => [workspace.tenant.organizationId, workspace.tenant.workspaceId, 'connection', connectionId].join(' ');

async function page(query: string, path = '/Users'): Promise<List> {
  const { status, body } = await scim.get(`${path}?${query}`);
  expect([status, (body as List).itemsPerPage]).toEqual([200, (body as List).Resources.length]);
  return body as List;
}

async function refusal(query: string, as: Scim = scim, path = '/Users'): Promise<[number, string, string]> {
  const { status, body } = await as.get(`${path}?${query}`);
  const { scimType, detail } = body as { scimType: string; detail: string };
  return [status, scimType, detail];
}

/** All pages from the first to the last, then those back to the first. */
async function walk(query: string, path = '/Users'): Promise<{ forth: List[]; back: List[] }> {
  const forth = [await page(`${query}&cursor`, path)];
  for (let at = forth[0]; at?.nextCursor !== undefined; at = forth.at(-1)) forth.push(await page(`${query}&cursor=${at.nextCursor}`, path));
  const back: List[] = [];
  for (let at = forth.at(-1); at?.previousCursor !== undefined; at = back.at(-1)) back.push(await page(`${query}&cursor=${at.previousCursor}`, path));
  return { forth, back };
}

const idsOf = ({ Resources }: List): string[] => Resources.map(({ id }) => id);

describe('a walk', () => {
  it.each(['count=5', 'count=1&filter=title%20pr', 'count=7&sortBy=userName', 'count=6&sortBy=title&sortOrder=Descending', 'count=24', 'count=23', 'sortBy=meta.created', 'count=4&filter=title%20eq%20%22none%22'])(
    '%s finds what pages by index find, there and back',
    async (query) => {
      const { forth, back } = await walk(query);
      const [first] = forth;
      const size = Number(/count=(\d+)/.exec(query)?.[1] ?? 100);
      const byIndex: string[] = [];
      for (let startIndex = 1; startIndex <= (first?.totalResults ?? 0); startIndex += size) byIndex.push(...idsOf(await page(`${query}&startIndex=${startIndex}`)));
      expect(forth.flatMap(idsOf)).toEqual(byIndex);
      expect(back.map(idsOf)).toEqual(forth.slice(0, -1).map(idsOf).toReversed());
      expect([first?.previousCursor, forth.at(-1)?.nextCursor]).toEqual([undefined, undefined]);
      if (back.length > 0) expect(back.at(-1)?.nextCursor).toBeDefined();
      for (const { totalResults, startIndex } of [...forth, ...back]) expect([totalResults, startIndex]).toEqual([byIndex.length, undefined]);
      for (const { nextCursor = '', previousCursor = '' } of forth) expect(nextCursor + previousCursor).toMatch(/^[A-Za-z0-9_-]*$/);
    },
  );

  it('goes on in a search, with other attributes, without the count', async () => {
    const start = { schemas: [searchUrn], filter: 'title pr', sortBy: 'userName', count: 4, cursor: '' };
    const first = (await scim.post('/Users/.search', start)).body as List;
    const { status, body } = await scim.post('/Users/.search', { ...start, count: undefined, cursor: first.nextCursor, attributes: ['id'] });
    const byIndex = await page('filter=title%20pr&sortBy=username&count=4&startIndex=5');
    expect([status, idsOf(body as List)]).toEqual([200, idsOf(byIndex)]);
    expect(await page(`filter=title%20pr&sortBy=userName&sortOrder=ascending&count=4&cursor=${String(first.nextCursor)}`)).toMatchObject({ totalResults: byIndex.totalResults, itemsPerPage: 4 });
  });

  it('gives totals alone for a count of 0', async () => {
    expect(await page('count=0&cursor=')).toMatchObject({ totalResults: all, itemsPerPage: 0, Resources: [] });
    expect(Object.keys(await page('count=-3&cursor'))).not.toContain('nextCursor');
  });

  it('goes on where it was when the resource of its cursor is gone, and tells the first page then', async () => {
    const doomed = await Promise.all(['a0', 'a1', 'a2', 'a3'].map(async (name) => (await scim.post('/Users', newUser(`${name}@doomed.example`, { title: 'Doomed' }))).body as { id: string }));
    const query = 'filter=title%20eq%20%22doomed%22&sortBy=userName&count=2';
    const first = await page(`${query}&cursor`);
    const second = await page(`${query}&cursor=${String(first.nextCursor)}`);
    for (const { id } of doomed.slice(0, 2)) await scim.delete(`/Users/${id}`);
    const again = await page(`${query}&cursor=${String(first.nextCursor)}`);
    expect([idsOf(again), again.totalResults, again.previousCursor]).toEqual([idsOf(second), 2, undefined]);
    const before = await page(`${query}&cursor=${String(second.previousCursor)}`);
    expect([before.Resources, before.previousCursor]).toEqual([[], undefined]);
    expect(idsOf(await page(`${query}&cursor=${String(before.nextCursor)}`))).toEqual(idsOf(second));
    for (const { id } of doomed.slice(2)) await scim.delete(`/Users/${id}`);
  });

  it('is advertised', async () => {
    const { body } = await scim.get('/ServiceProviderConfig');
    expect(body).toMatchObject({ sort: { supported: true }, pagination: { cursor: true, index: true, defaultPaginationMethod: 'index', defaultPageSize: 100, maxPageSize: 200, cursorTimeout } });
  });
});

describe('a cursor', () => {
  let cursor: string;
  let content: Cursor;
  beforeAll(async () => {
    cursor = String((await page('count=5&sortBy=userName&filter=userName%20pr&cursor')).nextCursor);
    const opened = readCursor(seal.open(cursor, holder()) ?? '');
    if (opened === undefined) throw new Error('another instance with the same keys must read the cursor');
    content = opened;
  });
  const query = 'count=5&sortBy=userName&filter=userName%20pr';

  it.each([
    ['another count', 'count=6&sortBy=userName&filter=userName%20pr', 'invalidCount'],
    ['a count that is no number', 'count=five&sortBy=userName&filter=userName%20pr', 'invalidCount'],
    ['a count of 0', 'count=0&sortBy=userName&filter=userName%20pr', 'invalidCount'],
    ['another filter', 'count=5&sortBy=userName&filter=title%20pr', 'invalidCursor'],
    ['no filter', 'count=5&sortBy=userName', 'invalidCursor'],
    ['another order', 'count=5&sortBy=userName&sortOrder=descending&filter=userName%20pr', 'invalidCursor'],
    ['another attribute', 'count=5&sortBy=title&filter=userName%20pr', 'invalidCursor'],
    ['no order', 'count=5&filter=userName%20pr', 'invalidCursor'],
    ['an index', `${query}&startIndex=1`, 'invalidValue'],
    ['itself twice', `${query}&cursor=`, 'invalidCursor'],
  ])('is refused with %s', async (_, other, scimType) => {
    expect(await refusal(`${other}&cursor=${cursor}`)).toEqual([400, scimType, expect.stringMatching(/cursor|count/i)]);
  });

  it('is refused elsewhere and to others, in the same words as a forged one', async () => {
    const forged = await refusal(`${query}&cursor=${seal.seal('[]', 'nobody')}`);
    expect(forged.slice(0, 2)).toEqual([400, 'invalidCursor']);
    const other = await service.workspace();
    const strangers = [await workspace.connectionToken('other'), await workspace.personToken(workspace.ownerId), await other.connectionToken()];
    for (const { token } of strangers) expect(await refusal(`${query}&cursor=${cursor}`, scimClient(service, token))).toEqual(forged);
    expect((await refusal(`count=5&sortBy=displayName&filter=displayName%20pr&cursor=${cursor}`, scim, '/Groups')).slice(0, 2)).toEqual([400, 'invalidCursor']);
    expect((await refusal(`${query}&cursor=${cursor}`, scim, '/')).slice(0, 2)).toEqual([400, 'invalidCursor']);
    const { token } = await workspace.connectionToken();
    expect((await scimClient(service, token).get(`/Users?${query}&cursor=${cursor}`)).status).toBe(200);
  });

  it('is refused when it is old', async () => {
    const now = Math.floor(Date.now() / 1000);
    expect(content.expires - now).toBeLessThanOrEqual(cursorTimeout);
    expect(content.expires - now).toBeGreaterThan(cursorTimeout - 600);
    const aged = (expires: number) => seal.seal(writeCursor({ ...content, expires }), holder());
    expect((await refusal(`${query}&cursor=${aged(now - 1)}`)).slice(0, 2)).toEqual([400, 'expiredCursor']);
    expect((await scim.get(`/Users?${query}&cursor=${aged(now + 60)}`)).status).toBe(200);
  });

  it('tells nothing: two of one place differ, and no text of it stands in it', async () => {
    const again = String((await page(`${query}&cursor`)).nextCursor);
    expect(again).not.toBe(cursor);
    expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('x.example');
  });

  it('is refused whatever is changed of it, and never a fault of the server', async () => {
    const texts = fc.oneof(
      fc.tuple(fc.nat({ max: cursor.length - 1 }), fc.constantFrom(...'AZaz09-_~.%')).map(([at, letter]) => cursor.slice(0, at) + letter + cursor.slice(at + 1)),
      fc.nat({ max: cursor.length - 1 }).map((length) => cursor.slice(0, length)),
      // A NUL is refused with the whole body already.
      fc.string({ unit: 'binary', maxLength: 80 }).map((text) => text.toWellFormed().replaceAll('\u0000', '0')),
      fc.stringMatching(/^[A-Za-z0-9_-]{1,400}$/),
      fc.constantFrom(`${cursor}A`, `${cursor}=`, ` ${cursor}`, cursor + cursor, 'null', '0', 'A'.repeat(9_000)),
    );
    const check = fc.asyncProperty(texts.filter((text) => text !== cursor && text !== ''), async (text) => {
      const { status, body } = await scim.post('/Users/.search', { schemas: [searchUrn], count: 5, sortBy: 'userName', filter: 'userName pr', cursor: text });
      expect([status, (body as { scimType: string }).scimType]).toEqual([400, 'invalidCursor']);
    });
    await fc.assert(check, { numRuns: 150 });
    for (const odd of [7, true, [], {}, ['']]) {
      const { status, body } = await scim.post('/Users/.search', { schemas: [searchUrn], cursor: odd });
      expect([status, (body as { scimType: string }).scimType]).toEqual([400, 'invalidCursor']);
    }
    for (const inside of ['', 'null', '{}', '[1]', '[true,false,null,"x","y",5,9999999999]']) {
      expect((await refusal(`${query}&cursor=${seal.seal(inside, holder())}`)).slice(0, 2)).toEqual([400, 'invalidCursor']);
    }
  });
});

describe('a person who sees only itself', () => {
  it('walks over itself and nothing else, at the root too', async () => {
    const { id } = (await page('filter=userName%20eq%20%22c01@x.example%22')).Resources[0] ?? { id: '' };
    await scim.post('/Groups', { displayName: 'Hidden', members: [{ value: id }] });
    const own = scimClient(service, (await workspace.personToken(id)).token);
    for (const query of ['cursor&count=1&sortBy=userName', 'cursor&count=1', 'startIndex=1']) {
      for (const path of ['/Users', '/']) {
        const { status, body } = await own.get(`${path}?${query}`);
        expect([status, (body as List).totalResults, idsOf(body as List), (body as List).nextCursor]).toEqual([200, 1, [id], undefined]);
      }
    }
  });
});
