// kill -9 under load, of the server and of PostgreSQL: what was acknowledged is there, nothing is half there, and the next start needs no help.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../support/cluster.ts';
import { sendRequest } from '../support/raw-http.ts';
import { expectWhole } from './expect-whole.ts';
import { kill, leftOn, ownerSession, postmasterOf, startServer, stopServer, usher, type RunningServer } from './running-server.ts';
import { startWriters, type Writers } from './writers.ts';

const { folder, remove } = temporaryFolder();
const dataDir = join(folder, 'data');
const environment = { DATA_DIR: dataDir };
const clients = 6;
const leastWrites = 90;
let server: RunningServer;
let token: string;
let groupId: string;

beforeAll(async () => {
  server = await startServer(environment);
  token = await usher(environment, 'token', 'create', '--workspace', 'demo', '--label', 'load');
  const { json } = await send('POST', '/Groups', { displayName: 'Load' });
  groupId = (json as { id: string }).id;
});
afterAll(async () => {
  await stopServer(server);
  remove();
});

async function send(method: string, path: string, body?: unknown) {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' };
  return await sendRequest(server.root, { method, path: `/scim/v2${path}`, headers, body: body === undefined ? undefined : JSON.stringify(body) });
}

/** Lets clients write, does what ends the server in the middle of it, and starts it again. */
async function crash(label: string, end: () => void): Promise<Writers> {
  const writers = startWriters(server.root, token, groupId, label, clients);
  await Promise.race([writers.done, untilEnough(writers)]);
  end();
  await writers.done;
  await server.exit;
  const begun = performance.now();
  server = await startServer(environment);
  expect(performance.now() - begun).toBeLessThan(20_000);
  return writers;
}

async function untilEnough({ count }: Writers): Promise<void> {
  while (count() < leastWrites) await sleep(5);
}

async function expectAllThere(writers: Writers): Promise<void> {
  expect(writers.count()).toBeGreaterThanOrEqual(leastWrites);
  expect(writers.stories.filter(({ pending }) => pending !== undefined).length).toBeLessThan(writers.stories.length / 2);
  const session = await ownerSession(dataDir);
  try {
    await expectWhole(session, groupId, writers);
  } finally {
    await session.end();
  }
}

async function expectAtWork(): Promise<void> {
  expect((await sendRequest(server.root, { path: '/readyz' })).status).toBe(200);
  const created = await send('POST', '/Users', { userName: `after ${performance.now()}` });
  expect(created.status).toBe(201);
  expect((await send('DELETE', `/Users/${(created.json as { id: string }).id}`)).status).toBe(204);
}

it('kill -9 of the server', { timeout: 60_000 }, async () => {
  await expectAllThere(await crash('server', () => kill(server.pid, 'SIGKILL')));
  await expectAtWork();
});

it('kill -9 of PostgreSQL: the server ends by itself and says why', { timeout: 60_000 }, async () => {
  const before = server;
  await expectAllThere(await crash('postgres', () => kill(postmasterOf(dataDir), 'SIGKILL')));
  const { code } = await before.exit;
  expect([code, /PostgreSQL ended by itself/.test(before.output())]).toEqual([1, true]);
  await expectAtWork();
});

it('kill -9 of both, with the launcher', { timeout: 60_000 }, async () => {
  const end = () => {
    for (const pid of [postmasterOf(dataDir), server.pid, server.launcherPid]) kill(pid, 'SIGKILL');
  };
  await expectAllThere(await crash('both', end));
  await expectAtWork();
});

it('leaves an audit chain that verifies, sealed to its end', async () => {
  const session = await ownerSession(dataDir);
  try {
    let unsealed = -1;
    for (let tried = 0; tried < 100 && unsealed !== 0; tried += 1) {
      unsealed = Number((await session.query<{ n: number }>('select count(*)::int as n from audit_unsealed')).rows[0]?.n);
      if (unsealed !== 0) await sleep(50);
    }
    const { rows } = await session.query<{ events: number; seals: number; last: number }>(
      'select (select count(*)::int from audit_event) as events, (select count(*)::int from audit_seal) as seals, (select max(seq)::int from audit_seal) as last',
    );
    expect([unsealed, rows[0]?.seals, rows[0]?.last]).toEqual([0, rows[0]?.events, rows[0]?.events]);
  } finally {
    await session.end();
  }
  expect(await usher(environment, 'audit', 'verify', '--workspace', 'demo')).toMatch(/verif|intact|whole|holds/i);
});

it('ends in order and leaves nothing running', async () => {
  const { code } = await stopServer(server);
  expect([code, await leftOn(dataDir, server)]).toEqual([0, []]);
});
