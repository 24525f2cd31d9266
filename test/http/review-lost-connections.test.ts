// What a connection to PostgreSQL that breaks or falls silent does to the request at hand and to those after it.
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openPorts, type Ports } from '../../src/compose-ports.ts';
import { provisionMember } from '../../src/domain/commands/provision-member.ts';
import { loadSettings } from '../../config/settings.ts';
import { isUnavailable } from '../../src/persistence/database/errors.ts';
import { setUpWorkspace } from '../../src/cli/set-up-workspace.ts';
import type { Call } from '../../src/domain/model/caller.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

type Forward = (chunk: Buffer, server: Socket, client: Socket) => void;

let database: TestDatabase;
let proxy: Server;
let ports: Ports;
let operator: Call;
let forward: Forward;
let people = 0;
const pass: Forward = (chunk, server) => void server.write(chunk);

beforeAll(async () => {
  database = await createDatabase();
  const { host, port } = database.runtime;
  const target = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
  proxy = createServer((client) => {
    const server = connect(target);
    client.on('data', (chunk) => forward(chunk, server, client));
    server.on('data', (chunk) => client.write(chunk));
    for (const [one, other] of [[client, server], [server, client]] as const) one.on('close', () => other.destroy()).on('error', () => undefined);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  forward = pass;
  const settings = loadSettings({ DATABASE_POOL_SIZE: '2', DATABASE_QUERY_TIMEOUT_MS: '1000', DATABASE_STATEMENT_TIMEOUT_MS: '900', DATABASE_LOCK_TIMEOUT_MS: '300' });
  const address = proxy.address() as AddressInfo;
  ports = await openPorts(settings, { ...database.runtime, host: '127.0.0.1', port: address.port }, { baseUrl: 'http://usher.example/scim/v2', committed: () => undefined });
  const created = await setUpWorkspace(ports, { organization: 'Lost', slug: 'lost', owner: 'owner@lost.example' });
  if (!created.ok) throw new Error(created.refusal.detail);
  const { workspaceId, organizationId } = created.value;
  operator = { credential: { kind: 'operator', tenant: { workspaceId, organizationId } }, requestId: 'lost' };
});
beforeEach(() => {
  forward = pass;
});
afterAll(async () => {
  await ports.database.close();
  proxy.close();
  await database.drop();
});

async function provision(userName = `p${(people += 1)}@lost.example`) {
  const particulars = { userName, externalId: undefined, emails: [], managerId: undefined, profile: {} };
  return await provisionMember(ports.store, operator, { particulars, active: true, role: 'member', parts: { groups: false, managerName: false, holds: false } });
}

const goesOn = async () => {
  forward = pass;
  for (let round = 0; round < 4; round += 1) expect(await Promise.all([provision(), provision(), provision()])).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]);
  expect(ports.database.pool.totalCount).toBeLessThanOrEqual(2);
  expect(ports.database.pool.idleCount).toBe(ports.database.pool.totalCount);
};

const isCommit = (chunk: Buffer) => chunk.includes('membership_insert') || chunk.includes('insert into membership');

it('a connection cut before the changes arrive fails the request as unavailable, and no other', async () => {
  forward = (chunk, server, client) => (isCommit(chunk) ? void client.destroy() : pass(chunk, server, client));
  await expect(provision()).rejects.toSatisfy(isUnavailable);
  await goesOn();
});

it('a connection cut after the changes were sent leaves all of them or none, and says which', async () => {
  const userName = 'cut@lost.example';
  forward = (chunk, server, client) => {
    pass(chunk, server, client);
    if (isCommit(chunk)) server.end(() => client.destroy());
  };
  const first = await provision(userName).catch((error: unknown) => error);
  expect(isUnavailable(first) || first).toSatisfy((answer) => answer === true || (answer as { ok?: boolean }).ok === true);
  await goesOn();
  const again = await provision(userName);
  expect(again.ok ? 'made' : again.refusal.rule).toBe(isUnavailable(first) ? 'made' : 'duplicate');
});

/** Takes the request to PostgreSQL, and nothing back. */
const loseTheAnswer: Forward = (chunk, server, client) => {
  pass(chunk, server, client);
  if (!isCommit(chunk)) return;
  forward = pass;
  client.removeAllListeners('close').destroy();
};

it('an answer to COMMIT that is lost is looked up, and what was done is answered as done', async () => {
  for (let round = 0; round < 5; round += 1) {
    forward = loseTheAnswer;
    const userName = `lost-${round}@lost.example`;
    expect(await provision(userName)).toMatchObject({ ok: true, value: { userName, version: 1 } });
    expect(await provision(userName)).toMatchObject({ ok: false, refusal: { rule: 'duplicate' } });
  }
  await goesOn();
});

it('an answer to COMMIT that is lost is not taken for a success when the changes failed', async () => {
  await provision('taken@lost.example');
  forward = loseTheAnswer;
  await expect(provision('Taken@lost.example')).rejects.toSatisfy(isUnavailable);
  await goesOn();
});

it('a connection that falls silent is given up after the time-out', async () => {
  forward = (chunk, server, client) => (isCommit(chunk) ? undefined : pass(chunk, server, client));
  await expect(provision()).rejects.toSatisfy(isUnavailable);
  await goesOn();
});

it('sessions that the database ends while they idle are replaced', async () => {
  await goesOn();
  const owner = new pg.Client(database.owner);
  await owner.connect();
  await owner.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`);
  await owner.end();
  await new Promise((resolve) => setTimeout(resolve, 200));
  await goesOn();
});
