// Runs a bulk request: each operation is what the single request is, by the same handler, so that no rule is passed by.
import { refuse } from '../../domain/refusals.ts';
import type { BulkRequest, SoundOperation } from '../../scim/bulk/bulk-operation.ts';
import type { BulkResult } from '../../scim/bulk/bulk-response.ts';
import { creatorsOf, planBulk, type BulkUnit } from '../../scim/bulk/plan-bulk.ts';
import { failWith, perform, requireReferences, resultOf, settle, type BulkRun, type Done } from './bulk-run.ts';
import { runCircle, type Settled } from './run-circle.ts';
import { runInOrder } from './run-in-order.ts';

/** How much of a request may run at once; `gate` lends the places that all bulk requests share. */
export interface Pace {
  readonly atOnce: number;
  readonly gate: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * The results in the order of the request: of every operation, or up to the error that `failOnErrors` names, whose followers are neither
 * done nor reported. A database that is away ends the request; what was not begun says so.
 * https://www.rfc-editor.org/rfc/rfc7644#section-3.7
 */
export async function runBulk(run: BulkRun, { operations, failOnErrors = Infinity }: BulkRequest, { atOnce, gate }: Pace): Promise<BulkResult[]> {
  const creators = creatorsOf(operations);
  const ids = new Map<string, string>();
  const results = new Map<number, BulkResult>();
  let errors = 0;
  let away = false;

  const record = (index: number, done: Done, stands = false): void => {
    const operation = operations[index];
    if (operation === undefined || (errors >= failOnErrors && !stands)) return;
    if (!done.ok) errors += 1;
    if (done.ok && operation.method === 'POST' && operation.bulkId !== undefined) ids.set(operation.bulkId, idAtEnd(done.location));
    results.set(index, resultOf(run, operation, done, ids));
  };

  const runUnit = async ({ operations: indexes }: BulkUnit): Promise<Settled[]> => {
    const members = indexes.flatMap((index) => {
      const operation = operations[index];
      return operation?.fault === undefined && operation !== undefined ? [{ index, operation }] : [];
    });
    const [first, ...more] = members;
    if (first === undefined) return [];
    if (more.length > 0 || refersToItself(first.operation)) return await runCircle(run, members, { creators, ids });
    const done = await settle(run, async () => {
      requireReferences(first.operation, { creators, ids }, new Set());
      return await perform(run, first.operation, ids);
    });
    return [{ ...first, done, stands: false }];
  };

  await runInOrder(planBulk(operations), failOnErrors === Infinity ? atOnce : 1, async (unit) => {
    // Others get their turn between two operations, also where one is refused without a word to the database.
    await new Promise((resolve) => setImmediate(resolve));
    await gate(async () => {
      if (errors >= failOnErrors) return;
      const settled = away ? [] : await runUnit(unit);
      away ||= settled.some(({ done }) => !done.ok && done.failure.unavailable);
      for (const { index, done, stands } of settled) record(index, done, stands);
      for (const index of unit.operations) {
        if (settled.length === 0) record(index, await failWith(run, operations[index]?.fault ?? notBegun));
      }
    });
  });
  return [...results].toSorted(([one], [other]) => one - other).map(([, result]) => result);
}

const notBegun = refuse('unavailable', 'The operation was not begun, because the database stopped answering before it. Send it again in a few seconds.');

function refersToItself({ method, bulkId, references }: SoundOperation): boolean {
  return method === 'POST' && bulkId !== undefined && references.includes(bulkId);
}

function idAtEnd(location: string): string {
  return location.slice(location.lastIndexOf('/') + 1);
}
