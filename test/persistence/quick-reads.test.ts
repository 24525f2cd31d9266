// Short reads that share connections: each sees its own tenant, fails alone, and outlives the loss of a connection.
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createQuickReads, type QuickRead, type QuickReads } from '../../src/persistence/database/quick-reads.ts';
import { scopeOf } from '../../src/persistence/database/scope.ts';
import type { Row, Statement } from '../../src/persistence/database/batch.ts';
import { newUser, scimClient, startForTest, type StartedServer } from '../support/started-server.ts';

const tenants = 4;
const me: Statement = { name: 'who', text: 'select id from workspace', values: [] };
const division = (by: number): Statement => ({ name: 'division', text: 'select 1 / $1::int as one', values: [by] });

let service: StartedServer;
let quick: QuickReads;

beforeAll(async () => {
  service = await startForTest();
  quick = createQuickReads(service.database.runtime, 2);
});
afterAll(async () => {
  await quick.close();
  await service.stop();
});

/** Waits for the connections that nobody waits for. */
async function soon(read: QuickRead, statements: readonly Statement[]): Promise<Row[][]> {
  for (let tried = 0; tried < 500; tried += 1) {
    const rows = await read(statements)?.catch(() => undefined);
    if (rows !== undefined) return rows;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('no connection was opened');
}

const openSessions = async () => (await service.query(`select pid from pg_stat_activity where datname = current_database() and usename <> current_user and application_name = ''`)).map((row) => Number(row['pid']));

it('never shows one tenant to another, whoever fails in between', async () => {
  const made = await Promise.all(Array.from({ length: tenants }, async () => (await service.workspace()).tenant));
  await soon(quick.read, [me]);
  let next = 0;
  let right = 0;
  const caller = async (): Promise<void> => {
    while (next < 600) {
      const { workspaceId, organizationId } = made[next % tenants] ?? { workspaceId: '', organizationId: '' };
      const broken = next % 5 === 0;
      next += 1;
      const answer = quick.read([scopeOf({ workspaceId, organizationId }), me, division(broken ? 0 : 1), me]);
      if (answer === undefined) throw new Error('fewer callers than it takes at once were sent away');
      if (broken) await expect(answer).rejects.toMatchObject({ code: '22012' });
      else {
        const [, first, , last] = await answer;
        expect([first, last]).toEqual([[{ id: workspaceId }], [{ id: workspaceId }]]);
        right += 1;
      }
    }
  };
  // The first of its kind fails nobody behind it, whose statements it was to prepare.
  await quick.read([me, division(1)]);
  await Promise.all(Array.from({ length: 8 }, caller));
  expect(right).toBe(480);
  expect(await soon(quick.read, [me])).toEqual([[]]);
});

it('takes only so many at once on each connection, and leaves the rest to the pool', async () => {
  await soon(quick.read, [me]);
  const answers = Array.from({ length: 40 }, () => quick.read([{ text: `select pg_sleep(0.05)`, values: [] }]));
  const taken = answers.filter((answer) => answer !== undefined);
  expect([8, 16]).toContain(taken.length);
  await Promise.all(taken);
});

it('opens a lost connection again', async () => {
  await soon(quick.read, [me]);
  const before = await openSessions();
  expect(before.length).toBeGreaterThan(0);
  for (const pid of before) await service.query('select pg_terminate_backend($1)', [pid]);
  const lost = quick.read([me]);
  if (lost !== undefined) await lost.catch(() => undefined);
  expect(await soon(quick.read, [me])).toEqual([[]]);
  expect((await openSessions()).every((pid) => !before.includes(pid))).toBe(true);
});

it('answers no request with a fault when a connection is cut beneath it', async () => {
  const { connectionToken } = await service.workspace();
  const scim = scimClient(service, (await connectionToken()).token);
  const { body } = await scim.post('/Users', newUser('ada@cut.example'));
  const path = `/Users/${(body as { id: string }).id}`;
  const statuses: number[] = [];
  const operator = new pg.Client(service.database.owner);
  await operator.connect();
  const read = async (times: number) => {
    for (let time = 0; time < times; time += 1) statuses.push((await scim.get(path)).status);
  };
  const cut = async () => {
    // Those that are idle between two exchanges as well as those in one; the pool's are left alone.
    for (let time = 0; time < 5; time += 1) {
      await operator.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'usher' and query like '%membership%' and state = 'idle' and pid in
        (select pid from pg_stat_activity where application_name = 'usher' order by backend_start desc limit 2)`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await Promise.all([read(60), read(60), cut()]);
  await operator.end();
  expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
  expect((await scim.get(path)).status).toBe(200);
});
