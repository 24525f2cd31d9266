// One command's transaction in two exchanges, seldom three: begin, lock and load; decide; change and commit. Nothing waits between them.
import type { Pool, PoolClient } from 'pg';
import pg from 'pg';
import type { Decision, Ended, Views } from '../../domain/ports.ts';
import { fail, refuse, succeed, type Outcome } from '../../domain/refusals.ts';
import { runBatch, type Row, type Statement } from './batch.ts';
import { conflictOf, isRetryable } from './errors.ts';
import { begin, commit, rollback } from './scope.ts';

/** Tries of one exchange or transaction that loses to a deadlock, a serialisation failure or a lock wait. */
const tries = 4;

/** The two halves of a transaction around the decision. */
export interface Script<R> {
  /** Statements after BEGIN: scope and locks first. */
  readonly load: readonly Statement[];
  /** More to read under the same locks, if the rows ask for it. */
  readonly more?: (rows: readonly Row[][]) => readonly Statement[];
  readonly decide: (rows: readonly Row[][]) => Decision<R>;
  /** The statements of a committed decision, before COMMIT, and how to read its views from their rows. */
  readonly write: (decision: Extract<Decision<R>, { kind: 'commit' }>) => Writing;
  /** Whether what was written is undone at the end: the answer is that of a commit. */
  readonly rehearsal?: boolean;
}

interface Writing {
  readonly statements: readonly Statement[];
  readonly views: (rows: readonly Row[][]) => Views;
  readonly evidence?: Evidence | undefined;
}

/**
 * How to learn, when the connection was lost in the middle of COMMIT, whether it was done: statements that first wait until the lost
 * session is gone, and the views when their rows show that it was.
 */
interface Evidence {
  readonly statements: readonly Statement[];
  readonly views: (rows: readonly Row[][]) => Views | undefined;
}

/** What is answered when every try has lost. */
const busy = refuse('busy', 'Others kept changing the same at the same time. Nothing was changed. Send the request again.');

/** Runs the script; a refusal, a restart and an exception of `decide` roll back. Refuses `busy` when every try has lost. */
export async function runTransaction<R>(pool: Pool, script: Script<R>): Promise<Ended<R>> {
  const ended = await retrying(async () => {
    try {
      return await withClient(pool, async (client) => await runOnce(client, script));
    } catch (error) {
      return error instanceof LostCommit ? await settle<R>(pool, error) : conflictIn(error);
    }
  });
  return ended.ok ? ended.value : { kind: 'refuse', refusal: ended.refusal };
}

function conflictIn(error: unknown): Extract<Ended<never>, { kind: 'conflict' }> {
  const on = conflictOf(error);
  if (on === undefined) throw error;
  return { kind: 'conflict', on };
}

/** Repeats what loses to a deadlock, a serialisation failure or a lock wait. Refuses `busy` when every try has lost. */
export async function retrying<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  for (let tried = 1; ; tried += 1) {
    try {
      return succeed(await work());
    } catch (error) {
      if (!isRetryable(error)) throw error;
      if (tried === tries) return fail(busy);
      await pause(tried);
    }
  }
}

/** The connection was lost while a decision was being written, so that nobody knows yet whether it was. */
class LostCommit extends Error {
  override readonly name = 'LostCommit';
  readonly evidence: Evidence;
  readonly result: unknown;

  constructor(cause: unknown, evidence: Evidence, result: unknown) {
    super('Connection terminated during COMMIT', { cause });
    this.evidence = evidence;
    this.result = result;
  }
}

/** Looks on another connection whether the decision was written; otherwise, or when that cannot be learnt, the first failure stands. */
async function settle<R>(pool: Pool, { cause, evidence, result }: LostCommit): Promise<Ended<R>> {
  const look = async (): Promise<Views | undefined> =>
    await withClient(pool, async (client) => {
      const rows = await runBatch(client, evidence.statements);
      return evidence.views(rows);
    });
  const views = await look().catch(() => undefined);
  if (views === undefined) throw cause;
  return { kind: 'committed', result: result as R, views };
}

async function runOnce<R>(client: PoolClient, script: Script<R>): Promise<Ended<R>> {
  try {
    const loaded = (await runBatch(client, [begin, ...script.load])).slice(1);
    const more = script.more?.(loaded) ?? [];
    if (more.length > 0) loaded.push(...(await runBatch(client, more)));
    const decision = script.decide(loaded);
    if (decision.kind !== 'commit') {
      await runBatch(client, [rollback]);
      return decision;
    }
    const { statements, views, evidence } = script.write(decision);
    if (script.rehearsal === true) return { kind: 'committed', result: decision.result, views: views(await rehearse(client, statements)) };
    const written = await runBatch(client, [...statements, commit]).catch((error: unknown) => {
      throw evidence !== undefined && lostConnection(error) ? new LostCommit(error, evidence, decision.result) : error;
    });
    return { kind: 'committed', result: decision.result, views: views(written) };
  } catch (error) {
    if (!lostConnection(error)) await runBatch(client, [rollback]);
    throw error;
  }
}

/** Writes, lets the deferred constraints speak as they would at the commit, and undoes it. */
async function rehearse(client: PoolClient, statements: readonly Statement[]): Promise<Row[][]> {
  return await runBatch(client, [...statements, { name: 'constraints_now', text: 'set constraints all immediate', values: [] }, rollback]);
}

/** Lends a client; one whose connection failed in the middle is closed, never given back. */
export async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    return await work(client);
  } catch (error) {
    broken = lostConnection(error);
    throw error;
  } finally {
    client.release(broken);
  }
}

/**
 * Whether the connection's state is unknown after an error: anything that PostgreSQL itself did not answer, or a session it ended.
 * What the program throws between two exchanges says nothing about the connection and carries no driver's mark.
 */
export function lostConnection(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.severity === 'FATAL' || error.severity === 'PANIC';
  return error instanceof Error && ('code' in error || /^(Connection|Client|Query read timeout|timeout)/.test(error.message));
}

async function pause(tried: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** tried));
}
