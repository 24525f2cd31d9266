// Snapshots show one moment, are few at a time, and always give their connection back.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSnapshots } from '../../src/persistence/database/snapshot.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let pool: pg.Pool;
let writer: pg.Pool;

beforeAll(async () => {
  database = await createDatabase();
  pool = new pg.Pool({ ...database.owner, max: 2 });
  writer = new pg.Pool({ ...database.owner, max: 1 });
  await writer.query('create table note (n integer)');
});
afterAll(async () => {
  await pool.end();
  await writer.end();
  await database.drop();
});
/** Each test ends with it: nothing may be kept. */
const allGivenBack = () => expect(pool.idleCount).toBe(pool.totalCount);

const notes = { text: 'select count(*)::integer as count from note', values: [] };
const limits = { most: 1, waitMs: 60_000, stallMs: 60_000 };

it('shows the moment at which it was opened', async () => {
  const snapshot = await createSnapshots(pool, limits).open([notes]);
  const [before] = snapshot?.opened[0] ?? [];
  await writer.query('insert into note values (1)');
  expect(await snapshot?.fetch(notes)).toEqual([before]);
  await snapshot?.end();
  await snapshot?.end();
  allGivenBack();
});

it('lets nobody in before another has left, and then the one who waited longest', async () => {
  const snapshots = createSnapshots(pool, limits);
  const first = await snapshots.open([]);
  const order: string[] = [];
  const second = snapshots.open([]).then((snapshot) => (order.push('second'), snapshot));
  const third = snapshots.open([]).then((snapshot) => (order.push('third'), snapshot));
  await writer.query('select 1');
  expect(order).toEqual([]);
  await first?.end();
  await (await second)?.end();
  await (await third)?.end();
  expect(order).toEqual(['second', 'third']);
  allGivenBack();
});

it('sends away who waits too long, and only them', async () => {
  const snapshots = createSnapshots(pool, { ...limits, waitMs: 1 });
  const first = await snapshots.open([]);
  expect(await snapshots.open([])).toBeUndefined();
  await first?.end();
  await (await snapshots.open([]))?.end();
  allGivenBack();
});

it('takes the connection back from who stalls, and says so when they come again', async () => {
  const snapshots = createSnapshots(pool, { ...limits, stallMs: 20 });
  const snapshot = await snapshots.open([]);
  while (pool.totalCount > 0 && pool.idleCount < pool.totalCount) await sleep(5);
  await expect(snapshot?.fetch(notes)).rejects.toThrow(/nobody fetched/);
  await snapshot?.end();
  await (await snapshots.open([]))?.end();
  allGivenBack();
});

it('gives the place back after a failure, in opening and later', async () => {
  const snapshots = createSnapshots(pool, limits);
  const wrong = { text: 'select 1 / 0', values: [] };
  await expect(snapshots.open([wrong])).rejects.toThrow(/zero/);
  const snapshot = await snapshots.open([]);
  await expect(snapshot?.fetch(wrong)).rejects.toThrow(/zero/);
  await snapshot?.end();
  await (await snapshots.open([]))?.end();
  allGivenBack();
});

it('survives the end of its session', async () => {
  const snapshots = createSnapshots(pool, limits);
  const snapshot = await snapshots.open([{ text: 'select pg_backend_pid() as pid', values: [] }]);
  await writer.query('select pg_terminate_backend($1)', [snapshot?.opened[0]?.[0]?.['pid']]);
  await expect(snapshot?.fetch(notes)).rejects.toThrow();
  await (await snapshots.open([]))?.end();
  allGivenBack();
});
