// Batches of prepared statements on one connection: results, errors in the middle, and what stays prepared on the server.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBatch, type Statement } from '../../src/persistence/database/batch.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let pool: pg.Pool;
let client: pg.PoolClient;

beforeAll(async () => {
  database = await createDatabase();
  pool = new pg.Pool({ ...database.owner, max: 1 });
  client = await pool.connect();
  await client.query('create table thing (id int primary key)');
});
afterAll(async () => {
  client.release();
  await pool.end();
  await database.drop();
});

const insert = (id: number): Statement => ({ name: 'insert', text: 'insert into thing values ($1)', values: [id] });
const count: Statement = { name: 'count', text: 'select count(*)::int as n from thing', values: [] };
const preparedOnServer = async () => (await client.query('select name from pg_prepared_statements')).rows.length;

describe('a batch', () => {
  it('answers the rows of each statement, with values as pg parses them', async () => {
    const [one, none, three] = await runBatch(client, [
      { name: 'typed', text: `select $1::int as n, $2::text as t, $3::boolean as b, $4::text[] as a, null::text as z`, values: [7, 'ä"\\', true, ['x', null, 'a"b\\,{}']] },
      { text: 'select 1 where false', values: [] },
      { text: 'select generate_series(1, 3) as i', values: [] },
    ]);
    expect(one).toEqual([{ n: 7, t: 'ä"\\', b: true, a: ['x', null, 'a"b\\,{}'], z: null }]);
    expect([none, three]).toEqual([[], [{ i: 1 }, { i: 2 }, { i: 3 }]]);
  });

  it('is one transaction: a failing statement leaves nothing of it', async () => {
    await runBatch(client, [insert(1)]);
    await expect(runBatch(client, [insert(2), insert(1), insert(3)])).rejects.toMatchObject({ code: '23505', constraint: 'thing_pkey' });
    expect(await runBatch(client, [count])).toEqual([[{ n: 1 }]]);
  });

  it('works on after an error, whether its statements were prepared before or not', async () => {
    for (let round = 0; round < 3; round += 1) {
      const failing: Statement[] = [{ name: 'fresh', text: 'select 1 as fresh', values: [] }, insert(1), { name: 'never', text: 'select 2 as never', values: [] }];
      await expect(runBatch(client, failing)).rejects.toMatchObject({ code: '23505' });
      expect(await runBatch(client, [count, { name: 'never', text: 'select 2 as never', values: [] }])).toEqual([[{ n: 1 }], [{ never: 2 }]]);
    }
    await expect(runBatch(client, [{ name: 'broken', text: 'select nonsense', values: [] }, count])).rejects.toMatchObject({ code: '42703' });
    expect(await runBatch(client, [count])).toEqual([[{ n: 1 }]]);
  });

  it('leaves nothing more prepared on the server, however often statements fail', async () => {
    const before = await preparedOnServer();
    for (let round = 0; round < 50; round += 1) {
      await runBatch(client, [count, insert(1), { name: `after_${round}`, text: 'select 3', values: [] }]).catch(() => undefined);
      await runBatch(client, [{ name: 'broken', text: 'select nonsense', values: [] }]).catch(() => undefined);
    }
    await runBatch(client, [count]);
    expect((await preparedOnServer()) - before).toBeLessThanOrEqual(1);
  });

  it('keeps the statements used last and closes older ones', async () => {
    for (let n = 0; n < 500; n += 1) expect(await runBatch(client, [count, { name: `many_${n}`, text: `select ${n} as n`, values: [] }])).toEqual([[{ n: 1 }], [{ n }]]);
    expect(await preparedOnServer()).toBeLessThan(210);
    expect(await runBatch(client, [{ name: 'many_3', text: 'select 3 as n', values: [] }])).toEqual([[{ n: 3 }]]);
  });

  it('prepares anew when a name comes with another text', async () => {
    expect(await runBatch(client, [{ name: 'same', text: 'select 1 as a', values: [] }])).toEqual([[{ a: 1 }]]);
    expect(await runBatch(client, [{ name: 'same', text: 'select 2 as b', values: [] }])).toEqual([[{ b: 2 }]]);
  });
});
