// kill -9 in the middle of the removal of a thousand: all of them or none, and who asks again with the same key has it done once.
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addressOf } from '../cli/command-line.ts';
import { temporaryFolder } from '../support/cluster.ts';
import { halfDone } from '../support/half-done.ts';
import { sendRequest } from '../support/raw-http.ts';
import { newUser, scimClient, startForTest, type StartedServer, type TestWorkspace } from '../support/started-server.ts';
import { verifyWorkspace } from '../support/verified.ts';
import { kill, startServer, type Environment, type RunningServer } from './running-server.ts';

const people = 1_000;
const { folder, remove } = temporaryFolder();
let service: StartedServer;
let workspace: TestWorkspace;
let environment: Environment;
let server: RunningServer | undefined;

beforeAll(async () => {
  const SIGNING_KEY = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  service = await startForTest({ SIGNING_KEY });
  workspace = await service.workspace();
  environment = { DATA_DIR: join(folder, 'data'), DATABASE_URL: addressOf(service.database.owner), DATABASE_RUNTIME_URL: addressOf(service.database.runtime), SIGNING_KEY };
  const operations = Array.from({ length: people }, (_, n) => ({ method: 'POST', path: '/Users', bulkId: `b${n}`, data: newUser(`p${n}@many.example`) }));
  const made = await scimClient(service, (await workspace.connectionToken()).token).post('/Bulk', { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations: operations });
  if (made.status !== 200) throw new Error(made.text);
}, 60_000);
afterAll(async () => {
  if (server !== undefined) kill(server.pid, 'SIGKILL');
  await service.stop();
  remove();
});

const counts = async () =>
  (
    await service.query(
      `select (select count(*)::int from membership where workspace_id = $1 and deleted_at is null) as live,
        (select count(*)::int from audit_event where workspace_id = $1 and action = 'team_membership_remove' and outcome = 'success') as removed,
        (select count(*)::int from audit_event where workspace_id = $1 and action = 'team_membership_bulk_remove' and outcome = 'success') as batches,
        (select count(*)::int from mail_message where workspace_id = $1 and template = 'membership_removed') as mails`,
      [workspace.tenant.workspaceId],
    )
  )[0];
const none = { live: people + 1, removed: 0, batches: 0, mails: 0 };
const all = { live: 1, removed: people, batches: 1, mails: people };

it('is whole after every kill, and is done once', { timeout: 120_000 }, async () => {
  const ids = (await service.query(`select id from membership where workspace_id = $1 and id <> $2`, [workspace.tenant.workspaceId, workspace.ownerId])).map(({ id }) => String(id));
  expect(ids).toHaveLength(people);
  const { token } = await workspace.personToken(workspace.ownerId);
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'Idempotency-Key': 'the-project-ended' };
  const ask = async ({ root }: Pick<StartedServer, 'root'>) => await sendRequest(root, { method: 'POST', path: '/api/v1/team/members/bulk-remove', headers, body: JSON.stringify({ ids }) });
  const working = async () => Number((await service.query(`select count(*)::int as n from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`))[0]?.['n']) > 0;
  const ends: unknown[] = [];
  for (const after of [20, 120]) {
    server = await startServer(environment);
    const answer = ask(server).then(({ status }) => status, () => 'cut off');
    while (!(await working()) && (await Promise.race([answer, sleep(1)])) === undefined);
    await sleep(after);
    kill(server.pid, 'SIGKILL');
    await server.exit;
    ends.push(await answer);
    while (await working()) await sleep(5);
    expect([none, all]).toContainEqual(await counts());
    expect(await halfDone(service.query)).toEqual([]);
    // The time after which nobody can be at work on it any more passes.
    await service.query(`update idempotency_key set reserved_at = reserved_at - interval '3 minutes' where answer is null`);
  }
  expect(ends).toContain('cut off');
  const before = await counts();
  const last = await ask(service);
  expect(before?.['live'] === 1 ? [200, 409] : [200], last.text).toContain(last.status);
  expect(await counts()).toEqual(all);
  await verifyWorkspace(service, workspace);
});
