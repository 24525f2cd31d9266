// Thousands of random requests against the running server: each is answered in its own words and in time, none is half done, nothing breaks.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { changedTables, fingerprint } from '../support/fingerprint.ts';
import { halfDone } from '../support/half-done.ts';
import { newDevice, withExamples } from '../support/example-schemas.ts';
import { sendRequest, type RawAnswer } from '../support/raw-http.ts';
import { newUser, scimClient, startForTest, type StartedServer } from '../support/started-server.ts';
import { anyRequest, type FuzzRequest, type Known } from './fuzz-requests.ts';

/** More of them, and a seed to repeat a run, may be set from outside. */
const requests = Number(process.env['FUZZ_REQUESTS'] ?? 2_500);
const clients = 4;
/** What the process may spend on one request, answering and asking; measured over a batch, because others share the machine. */
const cpuMsEach = 50;

let service: StartedServer;
/** Of a connection, and of the owner as a person. */
let tokens: readonly [string, string];

beforeAll(async () => {
  service = await startForTest(withExamples);
  const workspace = await service.workspace();
  tokens = [(await workspace.connectionToken()).token, (await workspace.personToken(workspace.ownerId)).token];
});
afterAll(async () => await service.stop());

/** Ids that are there now; requests are made beforehand and name them by their place. */
const live = { users: [] as string[], groups: [] as string[], devices: [] as string[] };
const lists: Readonly<Record<string, string[]>> = { a: live.users, b: live.groups, c: live.devices, Users: live.users, Groups: live.groups, Devices: live.devices };
const place = (kind: 'a' | 'b' | 'c', n: number) => `00000000-0000-4000-${kind}000-0000000000${String(n).padStart(2, '0')}`;
const known: Known = { users: Array.from({ length: 60 }, (_, n) => place('a', n)), groups: Array.from({ length: 20 }, (_, n) => place('b', n)), devices: Array.from({ length: 20 }, (_, n) => place('c', n)) };

function fillIn<T extends string | undefined>(text: T): T {
  const pick = (list: readonly string[] = [], n: string) => list[Number(n) % Math.max(1, list.length)] ?? place('a', 0);
  return text?.replaceAll(/00000000-0000-4000-([abc])000-0000000000(\d\d)/gi, (_, kind: string, n: string) => pick(lists[kind.toLowerCase()], n)) as T;
}

/** Keeps the lists of what is there. */
function note({ method, path }: FuzzRequest, { status, json, headers }: RawAnswer): void {
  const [, kind = '', id = ''] = /^\/scim\/v2\/(Users|Groups|Devices)(?:\/([^/?]+))?/.exec(path) ?? [];
  const list = lists[kind];
  if (list === undefined) return;
  if (status === 201) list.push(String((json as { id?: string } | undefined)?.id ?? headers['location']?.split('/').at(-1)));
  if (method === 'DELETE' && status === 204 && list.includes(id)) list.splice(list.indexOf(id), 1);
}

async function populate(): Promise<void> {
  const scim = scimClient(service, tokens[0]);
  for (const n of known.users.keys()) live.users.push((await scim.post('/Users', newUser(`fuzz${n}@x.example`, { externalId: `f${n}`, title: 'T' }))).body.id as string);
  for (const n of known.groups.keys()) live.groups.push((await scim.post('/Groups', { displayName: `Fuzz ${n}`, members: live.users.slice(0, n).map((value) => ({ value })) })).body.id as string);
  for (const n of known.devices.keys()) live.devices.push((await scim.post('/Devices', newDevice({ externalId: `d${n}`, weight: n, tags: ['a'], notes: 'N' }))).body.id as string);
}

const expectedStatuses: ReadonlySet<number> = new Set([200, 201, 204, 304, 400, 403, 404, 405, 406, 409, 412, 413, 415]);
const bodiless = (method: string, status: number) => method === 'HEAD' || status === 204 || status === 304;

/** What is wrong with an answer, undefined if nothing is. */
function faultIn({ method, headers: sent }: FuzzRequest, { status, headers, text, json }: RawAnswer): string | undefined {
  if (!expectedStatuses.has(status)) return `status ${status}`;
  if (headers['x-request-id'] === undefined) return 'no request id';
  if ((status === 304 || status === 412) && !Object.keys(sent ?? {}).some((name) => /^if-/i.test(name))) return `${status} without a condition`;
  if (bodiless(method, status)) return text === '' ? undefined : 'a body where none belongs';
  if (json === undefined) return 'no JSON';
  if (status < 400) return undefined;
  const problem = json as { schemas?: unknown; status?: unknown; detail?: unknown; scimType?: unknown };
  if (problem.status !== String(status) || typeof problem.detail !== 'string' || problem.detail.length < 15) return 'no proper error';
  if (headers['x-problem-code'] === undefined || headers['link'] === undefined) return 'no problem code';
  if (status === 405 && headers['allow'] === undefined) return 'no Allow';
  return status === 400 && problem.scimType === undefined && headers['x-problem-code'] !== 'bad-request' ? '400 without scimType' : undefined;
}

/** Every fourth request comes from a person. */
async function send(request: FuzzRequest, index: number): Promise<RawAnswer> {
  return await sendRequest(service.root, { ...request, headers: { ...request.headers, Authorization: `Bearer ${index % 4 === 3 ? tokens[1] : tokens[0]}` } });
}

/** The same request for the page behind the one that was answered. */
function nextPage(request: FuzzRequest, { status, json }: RawAnswer): FuzzRequest | undefined {
  const cursor = (json as { nextCursor?: unknown } | undefined)?.nextCursor;
  if (status !== 200 || typeof cursor !== 'string' || !/[?&]cursor=(?:&|$)/.test(request.path)) return undefined;
  return { ...request, path: request.path.replace(/([?&]cursor=)(?=&|$)/, `$1${encodeURIComponent(cursor)}`) };
}

it('answers anything at all properly, in time, and never by halves', { timeout: 600_000 }, async () => {
  await populate();
  const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
  const all = fc.sample(anyRequest(known), { numRuns: requests, seed });
  const before = Object.getOwnPropertyNames(Object.prototype).toSorted();
  const statuses = new Map<number, number>();
  const faults: unknown[] = [];
  const slow: unknown[] = [];
  let pages = 0;
  const queue = all.entries();
  const started = process.cpuUsage();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (const [index, sampled] of queue) {
        const request = { ...sampled, path: fillIn(sampled.path), body: fillIn(sampled.body) };
        const begun = process.cpuUsage();
        const answer = await send(request, index);
        const { user, system } = process.cpuUsage(begun);
        if (answer.status >= 400 && (user + system) / 1000 > cpuMsEach * clients) slow.push({ request, ms: (user + system) / 1000 });
        note(request, answer);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        const fault = faultIn(request, answer);
        if (fault !== undefined) faults.push({ fault, request, answer: answer.text.slice(0, 300) });
        const next = nextPage(request, answer);
        if (next === undefined) continue;
        pages += 1;
        const page = await send(next, index);
        if (page.status !== 200) faults.push({ fault: 'no next page', request: next, answer: page.text.slice(0, 300) });
      }
    }),
  );
  const { user, system } = process.cpuUsage(started);
  expect(faults, `FUZZ_SEED=${seed}`).toEqual([]);
  expect(pages).toBeGreaterThan(0);
  expect((user + system) / 1000 / requests).toBeLessThan(cpuMsEach / 4);
  expect(slow.slice(0, 3)).toEqual([]);
  for (const [status, share] of [[200, 0.1], [201, 0.01], [204, 0.01], [400, 0.1], [404, 0.01], [405, 0.01], [406, 0.01], [409, 0.005], [415, 0.01]] as const) {
    expect([status, (statuses.get(status) ?? 0) / requests > share]).toEqual([status, true]);
  }
  expect(await halfDone(service.query)).toEqual([]);
  expect(Object.getOwnPropertyNames(Object.prototype).toSorted()).toEqual(before);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect((await sendRequest(service.root, { path: '/readyz' })).status).toBe(200);
  await expectHealthy();
});

/** The plain life of a user still works, and everything that was written can be read. */
async function expectHealthy(): Promise<void> {
  const scim = scimClient(service, tokens[0]);
  const created = await scim.post('/Users', newUser('after@x.example'));
  expect(created.status).toBe(201);
  expect((await scim.delete(`/Users/${created.body.id as string}`)).status).toBe(204);
  for (const type of ['/Users', '/Groups', '/Devices']) {
    const { totalResults } = (await scim.get(`${type}?count=0`)).body as { totalResults: number };
    let seen = 0;
    for (let startIndex = 1; startIndex <= totalResults; startIndex += 200) {
      const { body } = await scim.get(`${type}?startIndex=${startIndex}&count=200`);
      for (const resource of body.Resources as { id: string }[]) {
        seen += 1;
        if (seen % 3 !== 0) continue;
        const { status, body: read } = await scim.get(`${type}/${resource.id}`);
        expect([resource.id, status, read]).toEqual([resource.id, 200, resource]);
        const before = seen % 15 === 0 ? await fingerprint(service) : undefined;
        if (before === undefined) continue;
        const { notes } = (await scim.get(`${type}/${resource.id}?attributes=notes`)).body as { notes?: string };
        const put = await scim.put(`${type}/${resource.id}`, { ...read, notes });
        expect([put.status, put.body, changedTables(before, await fingerprint(service))]).toEqual([200, read, []]);
      }
    }
    expect(seen).toBe(totalResults);
  }
}

it('a refused request changes nothing at all', { timeout: 120_000 }, async () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
  let before = await fingerprint(service);
  let refused = 0;
  for (const [index, sampled] of fc.sample(anyRequest(known), { numRuns: Math.ceil(requests / 25), seed: seed + 1 }).entries()) {
    const request = { ...sampled, path: fillIn(sampled.path), body: fillIn(sampled.body) };
    const { status } = await send(request, index);
    const after = await fingerprint(service);
    if (status >= 400) {
      refused += 1;
      const changed = changedTables(before, after).filter((table) => status !== 403 || !table.startsWith('audit_'));
      expect(changed, JSON.stringify({ seed, request })).toEqual([]);
    }
    before = after;
  }
  expect(refused * 3).toBeGreaterThan(requests / 25);
});
