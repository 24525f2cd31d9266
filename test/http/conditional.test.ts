// Conditional requests: a write is made only to the version that it is for, and a read answers 304 to whoever has the version already.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedTables, fingerprint } from '../support/fingerprint.ts';
import { sendBytes, sendRequest, type RawAnswer } from '../support/raw-http.ts';
import { newUser, scimClient, startForTest, type Scim, type StartedServer, type TestWorkspace } from '../support/started-server.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let scim: Scim;
let token: string;
let made = 0;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  ({ token } = await workspace.connectionToken());
  scim = scimClient(service, token);
});
afterAll(async () => await service.stop());

interface Made {
  readonly path: string;
  readonly etag: string;
  /** A body for PUT that changes nothing, and one that does. */
  readonly same: Record<string, unknown>;
  readonly other: Record<string, unknown>;
}

async function create(kind: string): Promise<Made> {
  made += 1;
  const same: Record<string, unknown> = kind === '/Users' ? newUser(`c${made}@home.example`, { title: 'T' }) : { displayName: `Group ${made}`, externalId: `g-${made}` };
  const created = await scim.post(kind, same);
  expect(created.status, created.text).toBe(201);
  const other = kind === '/Users' ? { ...same, title: 'Other' } : { ...same, externalId: `other-${made}` };
  return { path: `${kind}/${created.body.id as string}`, etag: String(created.headers['etag']), same, other };
}

const replaceWith = (kind: string, body: Record<string, unknown>) => (kind === '/Users' ? { op: 'replace', path: 'title', value: body['title'] } : { op: 'replace', path: 'externalId', value: body['externalId'] });

type Headers = Readonly<Record<string, string>>;
type Send = (kind: string, on: Made, headers: Headers, body?: Record<string, unknown>) => PromiseLike<{ status: number; headers: Record<string, string>; text: string; body: Record<string, unknown> }>;

const writes: readonly (readonly [string, Send])[] = [
  ['PUT', async (_, { path, other }, headers, body = other) => await scim.put(path, body).set(headers)],
  ['PATCH', async (kind, { path, other }, headers, body = other) => await scim.patch(path, replaceWith(kind, body)).set(headers)],
  ['DELETE', async (_, { path }, headers) => await scim.delete(path).set(headers)],
];
const kinds = ['/Users', '/Groups'];
const every = kinds.flatMap((kind) => writes.map(([method, send]) => [method, kind, send] as const));
const bare = (etag: string) => etag.slice(2);
const before = (etag: string) => `W/"${Number(/\d+/.exec(etag)?.[0]) - 1}"`;
const after = (etag: string) => `W/"${Number(/\d+/.exec(etag)?.[0]) + 1}"`;

/** Conditions that do not hold, made from the current tag. */
const stale: readonly (readonly [string, (etag: string) => Headers])[] = [
  ['an older version', (etag) => ({ 'If-Match': before(etag) })],
  ['a newer version', (etag) => ({ 'If-Match': after(etag) })],
  ['several others', (etag) => ({ 'If-Match': `${before(etag)}, W/"77", ${after(etag)}` })],
  ['nothing', () => ({ 'If-Match': '' })],
  ['blanks', () => ({ 'If-Match': '   ' })],
  ['a comma', () => ({ 'If-Match': ',' })],
  ['a foreign tag', () => ({ 'If-Match': '"e180ee84f0671b1"' })],
  ['an open quote', (etag) => ({ 'If-Match': etag.slice(0, -1) })],
  ['a star in a list', () => ({ 'If-Match': '*, *' })],
  ['a quoted star', () => ({ 'If-Match': '"*"' })],
  ['a number in other digits', (etag) => ({ 'If-Match': `W/"0${bare(etag).slice(1)}` })],
  ['a version that must not be, as If-None-Match', (etag) => ({ 'If-None-Match': etag })],
  ['the same in a list', (etag) => ({ 'If-None-Match': `"x", ${bare(etag)}` })],
  ['no version at all, as If-None-Match: *', () => ({ 'If-None-Match': '*' })],
  ['a good If-Match and a bad If-None-Match', (etag) => ({ 'If-Match': etag, 'If-None-Match': '*' })],
  ['a bad If-Match and a good If-None-Match', (etag) => ({ 'If-Match': before(etag), 'If-None-Match': before(etag) })],
];

const current: readonly (readonly [string, (etag: string) => Headers])[] = [
  ['the version', (etag) => ({ 'If-Match': etag })],
  ['the version as a strong tag', (etag) => ({ 'If-Match': bare(etag) })],
  ['any version', () => ({ 'If-Match': '*' })],
  ['one of several', (etag) => ({ 'If-Match': `"x", ${before(etag)},${etag} , "y"` })],
  ['not another version', (etag) => ({ 'If-None-Match': `${before(etag)}, "x"` })],
  ['both', (etag) => ({ 'If-Match': etag, 'If-None-Match': after(etag) })],
];

describe.each(every)('%s on %s', (method, kind, send) => {
  it('is 412 for whatever does not hold, and writes nothing', async () => {
    const on = await create(kind);
    const stood = await fingerprint(service);
    for (const [name, headersFor] of stale) {
      const answer = await send(kind, on, headersFor(on.etag));
      expect([name, answer.status, answer.headers['x-problem-code'], answer.body['status']]).toEqual([name, 412, 'version-mismatch', '412']);
    }
    expect(changedTables(stood, await fingerprint(service))).toEqual([]);
    expect((await scim.get(on.path)).headers['etag']).toBe(on.etag);
  });

  it.each(current)('for %s is made', async (_, headersFor) => {
    const on = await create(kind);
    const answer = await send(kind, on, headersFor(on.etag));
    expect(answer.status, answer.text).toBe(method === 'DELETE' || (method === 'PATCH' && kind === '/Groups') ? 204 : 200);
    if (method === 'DELETE') {
      expect((await scim.get(on.path)).status).toBe(404);
      return;
    }
    expect(answer.headers['etag']).toBe(after(on.etag));
    const { headers, body } = await scim.get(on.path);
    expect([headers['etag'], body.meta.version]).toEqual([after(on.etag), after(on.etag)]);
  });

  it('to nothing is 404 whatever the condition', async () => {
    const on = await create(kind);
    await scim.delete(on.path);
    for (const headers of [{ 'If-Match': '*' }, { 'If-Match': on.etag }, { 'If-None-Match': '*' }, { 'If-Match': '' }]) {
      expect((await send(kind, on, headers)).status).toBe(404);
      expect((await send(kind, { ...on, path: `${kind}/none` }, headers)).status).toBe(404);
    }
  });

  it('is refused to another workspace before any version is compared', async () => {
    const on = await create(kind);
    const foreign = scimClient(service, (await (await service.workspace()).connectionToken()).token);
    for (const tag of [on.etag, '*', before(on.etag)]) expect((await foreign.delete(on.path).set('If-Match', tag)).status).toBe(404);
    for (const tag of [on.etag, '*']) expect((await foreign.get(on.path).set('If-None-Match', tag)).status).toBe(404);
  });
});

describe.each(kinds)('%s', (kind) => {
  it('keeps its version when nothing changes, and a repeat for the old version is 412', async () => {
    const on = await create(kind);
    for (const [method, send] of writes.filter(([name]) => name !== 'DELETE')) {
      const answer = await send(kind, on, { 'If-Match': on.etag }, on.same);
      expect([method, answer.headers['etag']]).toEqual([method, on.etag]);
    }
    const changed = await scim.patch(on.path, replaceWith(kind, on.other)).set('If-Match', on.etag);
    expect(changed.headers['etag']).toBe(after(on.etag));
    const repeated = await scim.patch(on.path, replaceWith(kind, on.other)).set('If-Match', on.etag);
    expect(repeated.status).toBe(412);
    expect((await scim.patch(on.path, replaceWith(kind, on.other)).set('If-Match', after(on.etag))).headers['etag']).toBe(after(on.etag));
  });

  it('takes the tags of several lines together', async () => {
    const on = await create(kind);
    const lines = ['If-Match: "a"', `If-Match: ${on.etag}`, 'If-Match: "b"'];
    const request = (all: readonly string[]) =>
      [`DELETE /scim/v2${on.path} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${token}`, 'Connection: close', ...all, '', ''].join('\r\n');
    expect((await sendBytes(service.root, request(['If-Match: "a"', 'If-Match: "b"']))).status).toBe(412);
    expect((await sendBytes(service.root, request(['If-Match: *', 'If-Match: *']))).status).toBe(412);
    expect((await sendBytes(service.root, request(lines))).status).toBe(204);
  });
});

const ask = async (path: string, headers: Headers, method = 'GET'): Promise<RawAnswer> =>
  await sendRequest(service.root, { method, path: `/scim/v2${path}`, headers: { Authorization: `Bearer ${token}`, ...headers } });
/** Headers that the answer would carry with a body too, but for those of the body and of the moment. */
const lasting = ({ headers }: RawAnswer) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !['content-type', 'content-length', 'date', 'x-request-id'].includes(name)));

describe.each(kinds)('a read of %s', (kind) => {
  it('is 304 without a body for the version that it has, with the headers of the whole', async () => {
    const { path, etag } = await create(kind);
    for (const query of ['', '?attributes=displayName', '?excludedAttributes=members']) {
      const whole = await ask(`${path}${query}`, {});
      expect([whole.headers['etag'], whole.headers['location'], whole.headers['vary']]).toEqual([etag, `${service.url}${path}`, 'Accept, Accept-Encoding']);
      for (const tag of [etag, bare(etag), '*', `"x", ${etag}`, `${before(etag)} , ${bare(etag)}`]) {
        for (const method of ['GET', 'HEAD']) {
          const answer = await ask(`${path}${query}`, { 'If-None-Match': tag, 'Accept-Encoding': 'gzip' }, method);
          expect([tag, method, answer.status, answer.text]).toEqual([tag, method, 304, '']);
          expect(lasting(answer)).toEqual(lasting(whole));
        }
      }
    }
  });

  it('is 200 for any other, and for what is no tag', async () => {
    const { path, etag } = await create(kind);
    for (const tag of [before(etag), after(etag), '"x"', '', ',', '"*"', etag.slice(0, -1)]) expect([tag, (await ask(path, { 'If-None-Match': tag })).status]).toEqual([tag, 200]);
  });

  it('is 412 when If-Match does not hold, before If-None-Match is looked at', async () => {
    const { path, etag } = await create(kind);
    for (const method of ['GET', 'HEAD']) {
      expect((await ask(path, { 'If-Match': etag }, method)).status).toBe(200);
      expect((await ask(path, { 'If-Match': '*' }, method)).status).toBe(200);
      expect((await ask(path, { 'If-Match': before(etag) }, method)).status).toBe(412);
      expect((await ask(path, { 'If-Match': '' }, method)).status).toBe(412);
      expect((await ask(path, { 'If-Match': before(etag), 'If-None-Match': '*' }, method)).status).toBe(412);
      expect((await ask(path, { 'If-Match': etag, 'If-None-Match': etag }, method)).status).toBe(304);
    }
  });

  it('is refused before it is 304', async () => {
    const { path } = await create(kind);
    expect((await ask(path, { 'If-None-Match': '*', Authorization: 'Bearer bad' })).status).toBe(401);
    expect((await ask(path, { 'If-None-Match': '*', Accept: 'text/html' })).status).toBe(406);
    expect((await ask(`${path}?attributes=id&excludedAttributes=name`, { 'If-None-Match': '*' })).status).toBe(400);
    expect((await ask(`${kind}/none`, { 'If-None-Match': '*' })).status).toBe(404);
  });

  it('shows a change at once', async () => {
    const on = await create(kind);
    await scim.patch(on.path, replaceWith(kind, on.other));
    const answer = await ask(on.path, { 'If-None-Match': on.etag });
    expect([answer.status, answer.headers['etag'], (answer.json as { meta: { version: string } }).meta.version]).toEqual([200, after(on.etag), after(on.etag)]);
  });

  it('of a list knows no conditions', async () => {
    for (const headers of [{ 'If-None-Match': '*' }, { 'If-Match': '"x"' }]) expect((await ask(`${kind}?count=1`, headers)).status).toBe(200);
    expect((await scim.post(`${kind}/.search`, {}).set('If-None-Match', '*')).status).toBe(200);
  });
});

it('a group of many members answers 304 and 412 without holding what it would have shown', async () => {
  const { tenant } = workspace;
  const people = await service.query(
    `with person as (insert into user_account (organization_id, id) select $1, gen_random_uuid() from generate_series(1, 1500) returning id)
     insert into membership (workspace_id, id, organization_id, account_id, user_name, user_name_key, status, base_role, role, accepted_at)
     select $2, gen_random_uuid(), $1, id, id::text, id::text, 'active', 'member', 'member', now() from person returning id`,
    [tenant.organizationId, tenant.workspaceId],
  );
  const { headers, body } = await scim.post('/Groups?attributes=id', { displayName: 'Many', members: people.map(({ id }) => ({ value: id })) });
  const [path, etag] = [`/Groups/${body.id as string}`, String(headers['etag'])];
  const held = service.ports.database.pool;
  for (let round = 0; round < 20; round += 1) {
    expect((await ask(path, { 'If-None-Match': etag })).status).toBe(304);
    expect((await ask(path, { 'If-Match': '"x"' })).status).toBe(412);
    expect((await ask(path, {}, 'HEAD')).status).toBe(200);
  }
  expect(((await ask(path, { 'If-Match': etag })).json as { members: unknown[] }).members).toHaveLength(1500);
  expect([held.totalCount - held.idleCount, held.waitingCount]).toEqual([0, 0]);
});
