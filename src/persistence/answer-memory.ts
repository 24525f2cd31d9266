// Keys of requests that must not be done twice, with their sealed answers; each step is a transaction of its own, so that requests meet at the row.
import type { Pool } from 'pg';
import { nowhere, type Tenant } from '../domain/model/caller.ts';
import type { AnswerKey, AnswerMemory, KeyState } from '../domain/records.ts';
import { runBatch, type Row, type Statement } from './database/batch.ts';
import { begin, commit, lockedScopeOf, scopeOf } from './database/scope.ts';
import { withClient } from './database/transaction.ts';

/** Builds the memory on a pool. */
export function createAnswerMemory(pool: Pool): AnswerMemory {
  const run = async (key: AnswerKey, ...statements: Statement[]): Promise<Row[][]> => {
    const [, ...rows] = await withClient(pool, async (client) => await runBatch(client, [scopeOf(tenantOf(key)), ...statements]));
    return rows;
  };
  return {
    reserve: async (key) => {
      const [[mine] = [], [row] = []] = await run(key, take(key), look(key));
      if (mine !== undefined) return { kind: 'mine' };
      const known = stateOf(key, row);
      if (known !== undefined) return known;
      return (await wasDone(pool, key, row)) ? { kind: 'lost', requestId: String(row?.['request_id']) } : await takeOver(run, key, row);
    },
    keep: async (key, status, sealed) => void (await run(key, { name: 'answer_keep', text: `update idempotency_key set status = $5, answer = $6 ${own}`, values: [...ownValues(key), status, sealed] })),
    release: async (key) => void (await run(key, { name: 'answer_release', text: `delete from idempotency_key ${own}`, values: ownValues(key) })),
    abandon: async (key) => void (await run(key, { name: 'answer_abandon', text: `update idempotency_key set abandoned = true ${own}`, values: ownValues(key) })),
  };
}

/** Organizations with keys that are older than a day, in order, after the given one. */
export async function organizationsWithOldAnswers(pool: Pool, most: number, beyond?: string): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>('select organization_id as id from usher_stale_answers($1, $2)', [most, beyond]);
  return rows.map((row) => row.id);
}

/** Forgets at most so many keys of an organization that are older than a day, and answers how many. */
export async function forgetOldAnswers(pool: Pool, organizationId: string, most: number): Promise<number> {
  const [, rows = []] = await withClient(pool, async (client) =>
    await runBatch(client, [
      scopeOf({ workspaceId: nowhere, organizationId }),
      {
        name: 'answers_forget',
        text: `delete from idempotency_key k using (select holder, key from idempotency_key where organization_id = $1 and ${old} order by reserved_at limit $2 for update skip locked) o
          where k.organization_id = $1 and k.holder = o.holder and k.key = o.key returning k.key`,
        values: [organizationId, most],
      },
    ]),
  );
  return rows.length;
}

const old = `reserved_at < now() - interval '24 hours'`;
/** Nobody works on one request for so long: every statement and every wait of one has a limit far below. */
const longestWork = `interval '2 minutes'`;
/** The row while nobody else has taken it over. */
const own = 'where organization_id = $1 and holder = $2 and key = $3 and request_id = $4 and answer is null';

function ownValues({ organizationId, holder, key, requestId }: AnswerKey): string[] {
  return [organizationId, holder, key, requestId];
}

function tenantOf({ organizationId, workspaceId }: AnswerKey): Tenant {
  return { organizationId, workspaceId };
}

function take({ organizationId, holder, key, fingerprint, requestId }: AnswerKey): Statement {
  return {
    name: 'answer_take',
    text: `insert into idempotency_key as k (organization_id, holder, key, fingerprint, request_id) values ($1, $2, $3, $4, $5)
      on conflict (organization_id, holder, key) do update set fingerprint = excluded.fingerprint, request_id = excluded.request_id, reserved_at = now(),
        abandoned = false, status = null, answer = null where k.${old} returning true as mine`,
    values: [organizationId, holder, key, Buffer.from(fingerprint), requestId],
  };
}

function look({ organizationId, holder, key }: AnswerKey): Statement {
  return {
    name: 'answer_look',
    text: `select encode(fingerprint, 'hex') as fingerprint, request_id, reserved_at::text as reserved_at, answer, abandoned or reserved_at < now() - ${longestWork} as orphan
      from idempotency_key where organization_id = $1 and holder = $2 and key = $3`,
    values: [organizationId, holder, key],
  };
}

/** What the row says by itself; undefined when nobody works on it any more and it must be found out. A row that has just gone was given back. */
function stateOf({ fingerprint }: AnswerKey, row: Row | undefined): KeyState | undefined {
  if (row === undefined) return { kind: 'running' };
  if (row['fingerprint'] !== Buffer.from(fingerprint).toString('hex')) return { kind: 'other' };
  if (typeof row['answer'] === 'string') return { kind: 'answered', sealed: row['answer'] };
  return row['orphan'] === true ? undefined : { kind: 'running' };
}

/**
 * Whether the request that held the key before has changed anything: every change leaves an audit row with its request id in the same
 * transaction. Its lock on the workspace ends with it, so that whoever holds it alone sees what has become of the row.
 */
async function wasDone(pool: Pool, key: AnswerKey, row: Row | undefined): Promise<boolean> {
  if (key.workspaceId === nowhere) return false;
  const trace: Statement = {
    name: 'answer_trace',
    text: `select from audit_event where workspace_id = $1 and at >= $2::timestamptz and at < $2::timestamptz + interval '10 minutes' and request_id = $3 and outcome <> 'denied' limit 1`,
    values: [key.workspaceId, String(row?.['reserved_at']), String(row?.['request_id'])],
  };
  const locks = { organization: 'none', workspace: 'exclusive', account: false } as const;
  const rows = await withClient(pool, async (client) => await runBatch(client, [begin, lockedScopeOf(tenantOf(key), locks), trace, commit]));
  return (rows[2]?.length ?? 0) > 0;
}

async function takeOver(run: (key: AnswerKey, ...statements: Statement[]) => Promise<Row[][]>, key: AnswerKey, row: Row | undefined): Promise<KeyState> {
  const { organizationId, holder, key: name, requestId } = key;
  const [taken = []] = await run(key, {
    name: 'answer_take_over',
    text: `update idempotency_key set request_id = $4, reserved_at = now(), abandoned = false
      where organization_id = $1 and holder = $2 and key = $3 and reserved_at = $5::timestamptz and request_id = $6 and answer is null returning true as mine`,
    values: [organizationId, holder, name, requestId, String(row?.['reserved_at']), String(row?.['request_id'])],
  });
  return taken.length > 0 ? { kind: 'mine' } : { kind: 'running' };
}
