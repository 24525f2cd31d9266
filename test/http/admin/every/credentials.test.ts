// Every operation of the team API with every kind of credential: what is not its own is refused before anything happens, whatever is asked.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissions } from '../../../../src/domain/model/role.ts';
import { changedTables, fingerprint } from '../../../support/fingerprint.ts';
import { sendRequest, type RawAnswer } from '../../../support/raw-http.ts';
import { scimClient, startForTest, type StartedServer, type TestWorkspace } from '../../../support/started-server.ts';
import { person } from '../team.ts';
import { everyToken, type Tokens } from './credentials.ts';
import { expected, requestFor, served, type Expected, type Ids, type Served } from './operations.ts';

let service: StartedServer;
let workspace: TestWorkspace;
let tokens: Tokens;
let ids: Ids;

beforeAll(async () => {
  service = await startForTest();
  workspace = await service.workspace();
  tokens = await everyToken(service, workspace);
  ids = { member: await person(service, workspace), asleep: await person(service, workspace, 'member', false), group: randomUUID(), other: randomUUID() };
});
afterAll(async () => await service.stop());

const entryOf = ({ id }: Served): Expected => {
  const entry = expected.get(id);
  if (entry === undefined) throw new Error(`the table says nothing of ${id}`);
  return entry;
};

async function ask(operation: Served, token: string | undefined, things: Ids): Promise<RawAnswer> {
  const { headers, ...request } = requestFor(operation, things);
  return await sendRequest(service.root, { ...request, headers: { ...headers, ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) } });
}

/** Nobody to sign in is an answer. */
const isRefused = ({ status, headers }: RawAnswer) => status === 401 || (status === 403 && headers['x-problem-code'] !== 'no-membership');
/** Notes of when something was used, and what the audit keeps of those who were refused. */
const uninteresting = (table: string) => ['api_key', 'access_token', 'idp_connection'].includes(table) || table.startsWith('audit_');

/** Of the operations that are tried with a token, those whose answer is another than the one that is wanted, and the tables that refused requests have changed. */
async function surprises(token: string | undefined, tried: readonly Served[], isAllowed: (operation: Served) => boolean): Promise<unknown[]> {
  const things = token === tokens.host || token === tokens.readingHost ? { ...ids, workspace: workspace.slug } : ids;
  const found: unknown[] = [];
  const before = await fingerprint(service);
  const refused = tried.filter((each) => !isAllowed(each)).values();
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (const operation of refused) {
        const answer = await ask(operation, token, things);
        if (!isRefused(answer) && !(answer.status === 404 && entryOf(operation).hides === true)) found.push([operation.id, answer.status, answer.text.slice(0, 200)]);
      }
    }),
  );
  found.push(...changedTables(before, await fingerprint(service)).filter((table) => !uninteresting(table)));
  for (const operation of tried.filter(isAllowed)) {
    const answer = await ask(operation, token, { ...things, member: randomUUID(), asleep: randomUUID() });
    if (isRefused(answer) || answer.status >= 500) found.push([operation.id, answer.status, answer.text.slice(0, 200)]);
  }
  return found;
}

const has = (operation: Served, door: 'admin' | 'account' | 'host') => entryOf(operation).doors.includes(door);
const isEnd = ({ id }: Served) => id === 'endOwnSession' || id === 'signOutEverywhere';
/** What an admin’s role does not allow. */
const beyondAdmins: readonly Expected['needs'][] = ['owner', 'account-owner', 'billing.read', 'organization.read'];
const isAsking = ({ method, operation }: Served) => method === 'GET' || operation.onlyAsks === true;

it('each operation that is served stands in the table, and nothing else', () => {
  expect(served.map(({ id }) => id).toSorted()).toEqual([...expected.keys()].toSorted());
  for (const operation of served) expect([operation.id, operation.operation.doors ?? ['admin']]).toEqual([operation.id, entryOf(operation).doors]);
});

describe('a credential reaches what is its own and nothing else:', () => {
  const nothing = () => false;
  const cases: readonly [string, (all: Tokens) => string | undefined, (operation: Served) => boolean][] = [
    ['none', () => undefined, nothing],
    ['a text', () => 'token', nothing],
    ['a revoked token', ({ revoked }) => revoked, nothing],
    ['the token of somebody deactivated', ({ deactivated }) => deactivated, nothing],
    ['a session that has ended', ({ endedSession }) => endedSession, nothing],
    ['a connection', ({ connection }) => connection, nothing],
    ['a key for the host application alone', ({ appKey }) => appKey, nothing],
    ['a key for SCIM alone', ({ scimKey }) => scimKey, nothing],
    ['a key left behind', ({ leftKey }) => leftKey, nothing],
    ['a host application', ({ host }) => host, (operation) => has(operation, 'host')],
    ['a host application that reads', ({ readingHost }) => readingHost, (operation) => has(operation, 'host') && isAsking(operation)],
    ['a key that reads', ({ readingKey }) => readingKey, (operation) => has(operation, 'admin') && operation.method === 'GET'],
    ['an owner', ({ owner }) => owner, (operation) => has(operation, 'admin') && entryOf(operation).needs !== 'session'],
    ['account home', ({ home }) => home, (operation) => has(operation, 'account')],
    ['a session that a connection vouches for', ({ vouched }) => vouched, (operation) => has(operation, 'admin') && !beyondAdmins.includes(entryOf(operation).needs)],
    ['a session of an owner', ({ ownerSession }) => ownerSession, (operation) => has(operation, 'admin') || has(operation, 'account')],
    ['a member', ({ member }) => member, (operation) => has(operation, 'admin') && entryOf(operation).needs === 'anybody'],
  ];
  it.each(cases)('%s', { timeout: 60_000 }, async (_what, tokenOf, isAllowed) => {
    expect(await surprises(tokenOf(tokens), served.filter((operation) => !isEnd(operation) || !isAllowed(operation)), isAllowed)).toEqual([]);
  });

  it.each(permissions)('a role with every permission but %s', { timeout: 60_000 }, async (permission) => {
    const key = permission.replace('.', '-');
    const made = await sendRequest(service.root, {
      method: 'POST',
      path: '/api/v1/team/roles',
      headers: { Authorization: `Bearer ${tokens.owner}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ key, name: key, rank: 79, permissions: permissions.filter((each) => each !== permission) }),
    });
    expect(made.status, made.text).toBe(201);
    const { token } = await workspace.personToken(await person(service, workspace, key));
    expect(await surprises(token, served.filter((operation) => entryOf(operation).needs === permission), () => false)).toEqual([]);
  });

  it.each([
    ['a connection', ({ connection }: Tokens) => connection, [200, 400]],
    ['a person', ({ owner }: Tokens) => owner, [200, 400]],
    ['a member', ({ member }: Tokens) => member, [200, 400]],
    ['a key for SCIM', ({ scimKey }: Tokens) => scimKey, [200, 400]],
    ['a key for the team API', ({ writingKey }: Tokens) => writingKey, [403, 403]],
    ['a key for the host application', ({ appKey }: Tokens) => appKey, [403, 403]],
    ['a key left behind', ({ leftKey }: Tokens) => leftKey, [403, 403]],
    ['a session', ({ ownerSession }: Tokens) => ownerSession, [403, 403]],
    ['a session that a connection vouches for', ({ vouched }: Tokens) => vouched, [403, 403]],
    ['account home', ({ home }: Tokens) => home, [403, 403]],
    ['a host application', ({ host }: Tokens) => host, [403, 403]],
    ['a session that has ended', ({ endedSession }: Tokens) => endedSession, [401, 401]],
    ['somebody deactivated', ({ deactivated }: Tokens) => deactivated, [401, 401]],
  ] as const)('at SCIM’s door: %s', async (_what, tokenOf, statuses) => {
    const scim = scimClient(service, tokenOf(tokens));
    expect([(await scim.get('/Users?count=1')).status, (await scim.post('/Users', {})).status]).toEqual(statuses);
  });

  it('nobody who is signed out everywhere', async () => {
    const [session, signOut] = [tokens.ownerSession, served.filter(({ id }) => id === 'signOutEverywhere')];
    expect(await surprises(session, signOut, () => true)).toEqual([]);
    for (const token of [session, tokens.home, tokens.owner]) expect(await surprises(token, served.filter(({ method }) => method === 'GET'), () => false)).toEqual([]);
  });
});
