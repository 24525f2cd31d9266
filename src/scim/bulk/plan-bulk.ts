// Plans the order of a bulk request: which operations have to wait for which, and which refer to each other in a circle.
import type { BulkOperation, BulkPlace } from './bulk-operation.ts';
import { demandsOf, type Demands } from './demands.ts';

/**
 * Operations that stand or fall together: one, or those of a circle of references in the order in which they are best created.
 * `after` are places of earlier units in the plan that must be done before.
 */
export interface BulkUnit {
  readonly operations: readonly number[];
  readonly after: readonly number[];
}

/** What may be referred to: the operations that create, by their bulkId, as indexes into the request. */
export function creatorsOf(operations: readonly BulkOperation[]): ReadonlyMap<string, number> {
  const creators = new Map<string, number>();
  for (const [index, { method, bulkId }] of operations.entries()) if (method === 'POST' && bulkId !== undefined) creators.set(bulkId, index);
  return creators;
}

/**
 * Every operation once. Done one after the other, the units keep the order of the request but for operations that others before them
 * refer to; done as `after` allows, they come to the same result. https://www.rfc-editor.org/rfc/rfc7644#section-3.7
 */
export function planBulk(operations: readonly BulkOperation[]): BulkUnit[] {
  const creators = creatorsOf(operations);
  const needs = operations.map((operation) => (operation.fault === undefined ? operation.references.flatMap((bulkId) => creators.get(bulkId) ?? []) : []));
  const groups = circlesFirst(needs);
  const unitOf = new Map(groups.flatMap((group, unit) => group.map((index) => [index, unit] as const)));
  const waits = createWaits();
  return groups.map((group, unit) => {
    const after = new Set<number>();
    for (const need of group.flatMap((index) => needs[index] ?? [])) after.add(unitOf.get(need) ?? unit);
    for (const other of waits(unit, group.flatMap((index) => operations[index] ?? []))) after.add(other);
    after.delete(unit);
    return { operations: group, after: [...after].toSorted((one, other) => one - other) };
  });
}

/** Tarjan's strongly connected components, those that others need first; inside of one, what needs least comes first. */
function circlesFirst(needs: readonly (readonly number[])[]): number[][] {
  const groups: number[][] = [];
  const order = new Map<number, number>();
  const finished = new Map<number, number>();
  const path: number[] = [];
  const open = new Set<number>();
  // Recursion is as deep as a chain of references, and that at most as long as a request.
  const visit = (index: number): number => {
    const mine = order.size;
    order.set(index, mine);
    let lowest = mine;
    path.push(index);
    open.add(index);
    for (const need of needs[index] ?? []) {
      if (!order.has(need)) lowest = Math.min(lowest, visit(need));
      else if (open.has(need)) lowest = Math.min(lowest, order.get(need) ?? mine);
    }
    finished.set(index, finished.size);
    if (lowest === mine) {
      const group = path.splice(path.indexOf(index));
      for (const member of group) open.delete(member);
      groups.push(group.toSorted((one, other) => (finished.get(one) ?? 0) - (finished.get(other) ?? 0)));
    }
    return lowest;
  };
  for (const index of needs.keys()) if (!order.has(index)) visit(index);
  return groups;
}

/** Beside references: operations on one resource, with a word in common, or next to one that has to be alone. */
function createWaits(): (unit: number, operations: readonly BulkOperation[]) => Set<number> {
  const lastWith = new Map<string, number>();
  let lastAlone: number | undefined;
  return (unit, operations) => {
    const waits = new Set<number>();
    const demands = operations.map((operation): Demands => (operation.fault === undefined ? demandsOf(operation) : { alone: false, words: [] }));
    const alone = demands.some((demand) => demand.alone);
    for (const key of keysOf(operations, demands)) {
      const last = lastWith.get(key);
      if (last !== undefined) waits.add(last);
      lastWith.set(key, unit);
    }
    if (alone) for (let other = lastAlone ?? 0; other < unit; other += 1) waits.add(other);
    else if (lastAlone !== undefined) waits.add(lastAlone);
    if (alone) lastAlone = unit;
    return waits;
  };
}

function keysOf(operations: readonly BulkOperation[], demands: readonly Demands[]): Set<string> {
  const words = demands.flatMap((demand) => demand.words.map((word) => `word ${word}`));
  const targets = operations.flatMap(({ fault, place }) => (fault === undefined && place.id !== undefined ? [targetKey(place)] : []));
  return new Set([...words, ...targets]);
}

function targetKey({ type, id = '' }: BulkPlace): string {
  return `target ${type.endpoint}/${id.toLowerCase()}`;
}
