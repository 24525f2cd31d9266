// kill -9 in the middle of booked deactivations: those that were done stay done once, and the next start does the others.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../support/cluster.ts';
import { sendRequest } from '../support/raw-http.ts';
import { kill, leftOn, ownerSession, startServer, stopServer, usher, type RunningServer } from './running-server.ts';

const { folder, remove } = temporaryFolder();
const dataDir = join(folder, 'data');
const environment = { DATA_DIR: dataDir };
const people = 80;
let server: RunningServer;

beforeAll(async () => {
  server = await startServer(environment);
  const token = await usher(environment, 'token', 'create', '--workspace', 'demo', '--label', 'load');
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' };
  const add = async (n: number) => await sendRequest(server.root, { method: 'POST', path: '/scim/v2/Users', headers, body: JSON.stringify({ userName: `p${n}@x.example` }) });
  for (let n = 0; n < people; n += 10) await Promise.all(Array.from({ length: 10 }, async (_, k) => await add(n + k)));
}, 60_000);
afterAll(async () => {
  await stopServer(server);
  remove();
});

/** Asks the database of the server that runs. */
async function ask<T extends pg.QueryResultRow>(text: string): Promise<T[]> {
  const session = await ownerSession(dataDir);
  try {
    return (await session.query<T>(text)).rows;
  } finally {
    await session.end();
  }
}

const pending = async (): Promise<number> => (await ask<{ n: number }>(`select count(*)::int as n from scheduled_action where status = 'pending'`))[0]?.n ?? -1;

async function until(condition: (left: number) => boolean): Promise<number> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const left = await pending();
    if (condition(left)) return left;
    if (performance.now() > deadline) throw new Error(`${left} are pending still`);
    await sleep(10);
  }
}

it('does each booking once, whatever was killed in between', { timeout: 90_000 }, async () => {
  // The moment of all of them comes while nobody is there to see it.
  await ask(`insert into scheduled_action (workspace_id, id, membership_id, on_date, run_at, suspend_api_keys)
    select workspace_id, gen_random_uuid(), id, current_date, now() + interval '1 second', false from membership where role <> 'owner'`);
  kill(server.pid, 'SIGKILL');
  await server.exit;
  await sleep(1_000);
  server = await startServer(environment);
  const left = await until((n) => n < people - 3);
  kill(server.pid, 'SIGKILL');
  await server.exit;
  expect(left).toBeGreaterThan(0);
  server = await startServer(environment);
  await until((n) => n === 0);
  const [counts] = await ask(`select
    (select count(*)::int from scheduled_action where status = 'done' and ended_at is not null) as done,
    (select count(*)::int from membership where status = 'deactivated') as deactivated,
    (select count(*)::int from membership_hold where source = 'schedule') as holds,
    (select count(*)::int from audit_event where action = 'team_membership_deactivate') as audited,
    (select count(distinct target_id)::int from audit_event where action = 'team_membership_deactivate') as targets,
    (select count(*)::int from membership where status = 'deactivated' and epoch <> 2) as twice`);
  expect(counts).toEqual({ done: people, deactivated: people, holds: people, audited: people, targets: people, twice: 0 });
  const { code } = await stopServer(server);
  expect([code, await leftOn(dataDir, server)]).toEqual([0, []]);
});
