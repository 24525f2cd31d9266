// A server process that is killed in the middle of a delivery: nothing is lost, and what comes twice has the same id.
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { addressOf } from '../cli/command-line.ts';
import { hooksClient } from '../http/admin/webhooks/hooks.ts';
import { person } from '../http/admin/team.ts';
import { temporaryFolder } from '../support/cluster.ts';
import { startReceiver, until } from '../support/receiver.ts';
import { startForTest } from '../support/started-server.ts';
import { kill, startServer, type RunningServer } from './running-server.ts';

const { folder, remove } = temporaryFolder();
let server: RunningServer | undefined;
const undo: (() => Promise<void>)[] = [];
afterAll(async () => {
  if (server !== undefined) kill(server.pid, 'SIGKILL');
  for (const step of undo) await step();
  remove();
});

it('delivers everything after kill -9, and says what its jobs did', async () => {
  const SIGNING_KEY = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const service = await startForTest({ OUTGOING_LOOPBACK: 'true', SIGNING_KEY });
  const receiver = await startReceiver();
  undo.push(receiver.stop, service.stop);
  const workspace = await service.workspace();
  const hooks = await hooksClient(service, workspace);
  const endpoint = await hooks.create({ url: receiver.url, topics: ['audit.team_membership_*'] });
  const environment = { DATA_DIR: join(folder, 'data'), DATABASE_URL: addressOf(service.database.owner), DATABASE_RUNTIME_URL: addressOf(service.database.runtime), OUTGOING_LOOPBACK: 'true', SIGNING_KEY };
  // Every third event reaches the receiver, which is too slow to say so.
  let count = 0;
  receiver.answer = async () => await ((count += 1) % 3 === 0 ? new Promise<number>(() => undefined) : Promise.resolve(200));
  server = await startServer(environment);
  const ids = new Set<string>();
  for (let round = 0; round < 12; round += 1) ids.add(await person(service, workspace));
  await until(() => count >= 5);
  kill(server.pid, 'SIGKILL');
  await server.exit;
  const before = receiver.got.length;
  expect((await hooks.one(endpoint.id)).pending).toBeGreaterThan(0);
  receiver.answer = () => 200;
  // The time for which the dead process had claimed its events passes.
  await service.query('update event_delivery set claimed_until = now() where claimed_until is not null');
  const jobsHere = service.startJobs({ everyMs: 50 });
  await until(async () => (await hooks.one(endpoint.id)).pending === 0);
  expect(receiver.got.length).toBeGreaterThan(before);
  const got = receiver.got.map(({ headers, body }) => ({ id: String(headers['webhook-id']), target: (JSON.parse(body) as { data: { target: { id: string } } }).data.target.id, body }));
  expect(new Set(got.map(({ target }) => target))).toEqual(ids);
  expect(new Set(got.map(({ id }) => id)).size).toBe(ids.size);
  expect(got.length).toBeGreaterThan(ids.size);
  expect(new Set(got.map(({ body }) => body)).size).toBe(ids.size);
  await jobsHere.stop();
  const [state] = await service.query(`select pieces::int, last_error from usher_job_state where job = 'deliver-events' and pieces > 0`);
  expect(state).toMatchObject({ last_error: null });
}, 90_000);
