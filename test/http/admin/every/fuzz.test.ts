// Hostile requests to every operation of the team API: none breaks the server, each refusal is a proper one, and what is refused changes nothing.
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { changedTables, fingerprint } from '../../../support/fingerprint.ts';
import { sendRequest, type RawAnswer } from '../../../support/raw-http.ts';
import { startForTest, type StartedServer, type TestWorkspace } from '../../../support/started-server.ts';
import { makeHost, sender } from '../../host/host.ts';
import { person } from '../team.ts';
import { expected, served, type Ids, type Served } from './operations.ts';
import { hostileTo, surelyHostileTo, type Hostile } from './hostile.ts';

/** For each operation. More of them, and a seed to repeat a run, may be set from outside. */
const requests = Number(process.env['FUZZ_EACH'] ?? 3);
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);

let service: StartedServer;
let workspace: TestWorkspace;
let tokens: { readonly admin: string; readonly host: string; readonly account: string };
let ids: Ids;
let there: { readonly connection: string; readonly webhook: string };

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  const { token: admin } = await workspace.personToken(workspace.ownerId);
  const host = await makeHost(service, workspace);
  const { sessionToken: account } = await host.signIn('owner', `owner@${workspace.slug}.example`);
  tokens = { admin, host: host.token, account };
  const owner = sender(service, admin);
  await owner('POST', '/team/roles', { key: 'custom', name: 'Custom', rank: 5 });
  const member = await person(service, workspace);
  await owner('PUT', '/resources/campaign/c-1', { owner: member });
  const made = async (path: string, body: unknown) => ((await owner('POST', path, body)).json as { id: string }).id;
  there = { connection: await made('/connections', { label: 'okta' }), webhook: await made('/webhooks', { url: 'https://hooks.example.com/x' }) };
  ids = { member, asleep: await person(service, workspace, 'member', false), group: randomUUID(), other: randomUUID() };
});
afterAll(async () => await service.stop());

/** What is there, but for those who would take it away. */
function idsFor({ method, template }: Served): Ids {
  if (method === 'DELETE') return ids;
  if (template.includes('/connections/:id')) return { ...ids, other: there.connection };
  return template.includes('/webhooks/') ? { ...ids, other: there.webhook } : ids;
}

const tokenFor = ({ id, path }: Hostile) => (path.includes('workspace=') ? tokens.host : tokens[expected.get(id)?.doors[0] ?? 'admin']);
const send = async (request: Hostile): Promise<RawAnswer> => await sendRequest(service.root, { ...request, headers: { ...request.headers, Authorization: `Bearer ${tokenFor(request)}` } });

/** What would end the credentials of the test is asked for only where it cannot be meant. */
const isHarmless = ({ id, path }: Hostile) => !['signOutEverywhere', 'endOwnSession', 'transferOwnership', 'eraseOwnAccount'].includes(id) || /[?&]unknown=/.test(path);
const inside = /\n\s+at |node_modules|\.ts:\d|\bselect\b.+\bfrom\b|\binsert into\b|violates|invalid input syntax|\[object|\bundefined\b/i;

/** What is wrong with an answer, undefined if nothing is. */
function faultIn({ status, headers, text, json }: RawAnswer): string | undefined {
  // Long answers are few at a time, and the others are asked to come again.
  if (status === 503 && headers['x-problem-code'] === 'busy' && headers['retry-after'] !== undefined) return undefined;
  if (status >= 500 || status === 401) return `status ${status}`;
  if (headers['x-request-id'] === undefined) return 'no request id';
  if (headers['x-evil'] !== undefined) return 'a header of the request’s own';
  if (status < 400) return undefined;
  const { detail, code } = (json ?? {}) as { detail?: unknown; code?: unknown };
  if (typeof detail !== 'string' || typeof code !== 'string') return 'no problem';
  return inside.test(text) ? 'the inside of the server' : undefined;
}

it('no hostile request breaks anything, and none that is refused has an effect', { timeout: 300_000 }, async () => {
  const all = served.flatMap((operation, at) => [...surelyHostileTo(operation, idsFor(operation)), ...fc.sample(hostileTo(operation, idsFor(operation)), { numRuns: requests, seed: seed + at })]).filter(isHarmless);
  const faults: unknown[] = [];
  const refused: Hostile[] = [];
  const statuses = new Map<number, number>();
  const ask = async (request: Hostile): Promise<number> => {
    const answer = await send(request).catch((error: unknown): RawAnswer => ({ status: 599, headers: {}, text: String(error), json: undefined }));
    const fault = faultIn(answer);
    if (fault !== undefined) faults.push({ fault, request: JSON.stringify(request).slice(0, 400), answer: answer.text.slice(0, 300) });
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    return answer.status;
  };
  const queue = all.values();
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (const request of queue) if ((await ask(request)) >= 400) refused.push(request);
    }),
  );
  expect(faults, `FUZZ_SEED=${seed}`).toEqual([]);
  // Asked once more, a number of them between two looks; the audit keeps what authority refused.
  for (let at = 0; at < refused.length; at += 100) {
    const chunk = refused.slice(at, at + 100);
    const before = await fingerprint(service);
    const again = await Promise.all(chunk.map(ask));
    const changed = changedTables(before, await fingerprint(service)).filter((table) => !table.startsWith('audit_') && table !== 'idempotency_key');
    const done = chunk.filter((_, place) => (again[place] ?? 0) < 400);
    if (done.length === 0) expect(changed, JSON.stringify(chunk.map(({ id, path, body }) => [id, path, body])).slice(0, 3_000)).toEqual([]);
  }
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect([(statuses.get(400) ?? 0) > all.length / 4, (statuses.get(200) ?? 0) > 0, (statuses.get(404) ?? 0) > 0], JSON.stringify([...statuses])).toEqual([true, true, true]);
});
