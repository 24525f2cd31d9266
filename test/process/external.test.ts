// The server on an external PostgreSQL: no demo, readiness that follows the database, and connections that are cut under load.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { addressOf } from '../cli/command-line.ts';
import { temporaryFolder } from '../support/cluster.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { sendRequest } from '../support/raw-http.ts';
import { expectWhole } from './expect-whole.ts';
import { startServer, stopServer, usher, type RunningServer } from './running-server.ts';
import { startWriters } from './writers.ts';

const { folder, remove } = temporaryFolder();
let database: TestDatabase;
let environment: Readonly<Record<string, string>>;
let server: RunningServer;
let operator: pg.Client;
let token: string;

beforeAll(async () => {
  database = await createDatabase();
  environment = { DATA_DIR: join(folder, 'data'), DATABASE_URL: addressOf(database.owner), DATABASE_RUNTIME_URL: addressOf(database.runtime), LOG_LEVEL: 'debug' };
  operator = new pg.Client(inject('cluster').owner);
  await operator.connect();
  server = await startServer(environment);
});
afterAll(async () => {
  await stopServer(server);
  await operator.end();
  await database.drop();
  remove();
});

const ready = async () => (await sendRequest(server.root, { path: '/readyz' })).status;
const authorized = () => ({ Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' });
const cut = async () => await operator.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database.owner.database]);

/** How long it takes until the server says so. */
async function untilReadyIs(status: number): Promise<number> {
  const begun = performance.now();
  while ((await ready()) !== status) {
    if (performance.now() - begun > 10_000) break;
    await sleep(20);
  }
  return performance.now() - begun;
}

it('makes no demo there, and says how to begin', async () => {
  expect(server.output()).toContain('Set up a workspace first');
  const session = new pg.Client(database.owner);
  await session.connect();
  expect((await session.query('select from workspace')).rowCount).toBe(0);
  await session.end();
  const made = await usher(environment, 'workspace', 'create', '--org', 'Acme', '--slug', 'acme', '--owner', 'owner@acme.example');
  expect(JSON.parse(made)).toMatchObject({});
  token = await usher(environment, 'token', 'create', '--workspace', 'acme', '--label', 'load');
  expect((await sendRequest(server.root, { path: '/scim/v2/Users', headers: authorized() })).json).toMatchObject({ totalResults: 1 });
});

it('loses no acknowledged write when connections are cut, and goes on by itself', { timeout: 60_000 }, async () => {
  const group = await sendRequest(server.root, { method: 'POST', path: '/scim/v2/Groups', headers: authorized(), body: '{"displayName":"Load"}' });
  const groupId = (group.json as { id: string }).id;
  const writers = startWriters(server.root, token, groupId, 'cut', 6);
  for (let cuts = 1; cuts <= 8; cuts += 1) {
    const before = writers.count();
    while (writers.count() < before + 25) await sleep(5);
    await cut();
  }
  writers.stop();
  await writers.done;
  const session = new pg.Client(database.owner);
  await session.connect();
  try {
    await expectWhole(session, groupId, writers);
  } finally {
    await session.end();
  }
  expect(await ready()).toBe(200);
});

it('is not ready while the database is away, and ready again soon after it is back', { timeout: 60_000 }, async () => {
  await operator.query(`alter database ${database.owner.database} allow_connections false`);
  await cut();
  expect(await untilReadyIs(503)).toBeLessThan(2_000);
  expect((await sendRequest(server.root, { path: '/healthz' })).status).toBe(200);
  for (const request of [{ path: '/scim/v2/Users' }, { method: 'POST', path: '/scim/v2/Users', body: '{"userName":"nobody"}' }]) {
    const { status, headers, json } = await sendRequest(server.root, { ...request, headers: authorized() });
    expect([status, headers['x-problem-code'], headers['retry-after']]).toEqual([503, 'unavailable', expect.stringMatching(/^\d+$/)]);
    expect(json).toMatchObject({ status: '503', detail: expect.not.stringMatching(/connect|pg_|database "/) });
  }
  await operator.query(`alter database ${database.owner.database} allow_connections true`);
  expect(await untilReadyIs(200)).toBeLessThan(5_000);
  expect((await sendRequest(server.root, { path: '/scim/v2/Users?count=0', headers: authorized() })).status).toBe(200);
});

it('told no secret in its log, at its most talkative', () => {
  const said = server.output();
  const passwords = [database.owner.password, database.runtime.password];
  for (const secret of [token, token.split('.')[2] ?? '', ...passwords, 'cut-0-0@load.example', 'patched']) expect([secret.slice(0, 4), said.includes(secret)]).toEqual([secret.slice(0, 4), false]);
  expect(said).toContain('"/scim/v2/Users/:id"');
});

it('ends in order', async () => {
  const { code, afterMs } = await stopServer(server);
  expect([code, afterMs < 10_000]).toEqual([0, true]);
});
