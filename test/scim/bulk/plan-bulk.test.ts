// The order in which a bulk request is done, for the cases of the RFC and for random graphs of references.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BulkOperation } from '../../../src/scim/bulk/bulk-operation.ts';
import { planBulk, type BulkUnit } from '../../../src/scim/bulk/plan-bulk.ts';
import { readBulkRequest } from '../../../src/scim/bulk/read-bulk-request.ts';
import { resourceTypes } from '../../../src/scim/schema/resource-types.ts';

const known = { types: resourceTypes, baseUrl: 'https://usher.example/scim/v2' };
const read = (...operations: unknown[]): readonly BulkOperation[] => readBulkRequest({ Operations: operations }, known).operations;
const plan = (...operations: unknown[]) => planBulk(read(...operations));
const user = (bulkId: string, more: object = {}) => ({ method: 'POST', path: '/Users', bulkId, data: { userName: bulkId, ...more } });
const group = (bulkId: string, ...members: string[]) => ({ method: 'POST', path: '/Groups', bulkId, data: { displayName: bulkId, members: members.map((value) => ({ value: `bulkId:${value}` })) } });
const patch = (path: string, ...values: unknown[]) => ({ method: 'PATCH', path, data: { Operations: values.map((value) => ({ op: 'add', path: 'members', value: [{ value }] })) } });
const remove = (path: string) => ({ method: 'DELETE', path });

describe('a plan', () => {
  it('lets creations go together that have nothing in common', () => {
    const emails = (value: string) => ({ emails: [{ value, type: 'work', primary: true }], title: 'T', externalId: value });
    expect(plan(user('a', emails('a@x')), user('b', emails('b@x')), group('c'))).toEqual([{ operations: [0], after: [] }, { operations: [1], after: [] }, { operations: [2], after: [] }]);
  });

  it('puts what others refer to before them, and keeps the rest as it came', () => {
    expect(plan(group('g', 'b'), user('a'), user('b'), patch('/Groups/bulkId:g', 'bulkId:a')).map(({ operations }) => operations)).toEqual([[2], [0], [1], [3]]);
  });

  it('holds circles together, first what needs least of it', () => {
    expect(plan(group('a', 'b'), group('b', 'a'), group('c', 'a'), user('d', { nickName: 'bulkId:d' }))).toEqual([
      { operations: [1, 0], after: [] },
      { operations: [2], after: [0] },
      { operations: [3], after: [] },
    ]);
  });

  it('keeps operations on one resource in order, however its id is written', () => {
    const id = '01890000-0000-7000-8000-00000000000a';
    expect(plan(patch(`/Groups/${id}`), patch('/Groups/x'), patch(`/Groups/${id.toUpperCase()}`)).map(({ after }) => after)).toEqual([[], [], [0]]);
  });

  it('keeps creations in order that want the same name', () => {
    const after = plan(user('a'), { ...user('b'), data: { USERNAME: 'A' } }, user('c', { emails: [{ value: 'B@x' }] }), user('d', { 'urn:ietf:params:scim:schemas:core:2.0:User': { emails: 'b@x' } }), user('e', { title: 'a' }));
    expect(after.map((unit) => unit.after)).toEqual([[], [0], [], [2], []]);
  });

  it.each([
    ['a removal', remove('/Users/x')],
    ['a replacement', { method: 'PUT', path: '/Users/x', data: { userName: 'x' } }],
    ['a change of active', { method: 'PATCH', path: '/Users/x', data: { Operations: [{ op: 'replace', value: { active: false } }] } }],
    ['a change of a name by its path', { method: 'PATCH', path: '/Users/x', data: { Operations: [{ op: 'replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:UserName', value: 'y' }] } }],
  ])('lets nothing pass by %s', (_, operation) => {
    expect(plan(user('a'), user('b'), operation, user('c'), patch('/Groups/y')).map(({ after }) => after)).toEqual([[], [], [0, 1], [2], [2]]);
  });

  it('has a place for what is wrong, and takes its bulkId for one that fails', () => {
    expect(plan({ method: 'POST', path: '/Nothing', bulkId: 'n', data: {} }, user('a', { nickName: 'bulkId:n' }), { method: 'GET' }).map(({ after }) => after)).toEqual([[], [0], []]);
  });
});

/** Random requests: creations that refer to any others, and changes of them and of other resources. */
const anyRequest = fc.array(
  fc.record({ kind: fc.constantFrom('create', 'create', 'create', 'patch', 'remove', 'wrong'), references: fc.array(fc.nat(24), { maxLength: 3 }), target: fc.nat(24) }),
  { minLength: 1, maxLength: 24 },
);
const build = (drawn: readonly { kind: string; references: readonly number[]; target: number }[]) =>
  drawn.map(({ kind, references, target }, index) => {
    const names = references.map((reference) => `bulkId:${reference}`);
    const path = target % 2 === 0 ? `/Groups/bulkId:${target}` : `/Groups/${target}`;
    if (kind === 'create') return group(String(index), ...references.map(String));
    if (kind === 'patch') return patch(path, ...names);
    return kind === 'remove' ? remove(path) : { method: 'NONE', path };
  });

/** Whether a unit waits for another, also over others. */
const waitsFor = (units: readonly BulkUnit[]) => {
  const reached = units.map(() => new Set<number>());
  for (const [place, { after }] of units.entries()) for (const earlier of after) for (const one of [earlier, ...(reached[earlier] ?? [])]) reached[place]?.add(one);
  return (late: number, early: number) => late === early || reached[late]?.has(early) === true;
};

/** Which operations one needs, directly or over others, found in the simplest way. */
const needsOf = (operations: readonly BulkOperation[]) => {
  const creators = new Map(operations.flatMap(({ method, bulkId }, index) => (method === 'POST' ? [[bulkId, index] as const] : [])));
  const direct = operations.map((operation) => (operation.fault === undefined ? operation.references.flatMap((name) => creators.get(name) ?? []) : []));
  return operations.map((_, start) => {
    const found = new Set<number>();
    const queue = [...(direct[start] ?? [])];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      queue.push(...(direct[next] ?? []));
    }
    return found;
  });
};

describe('any plan', () => {
  it('has every operation once, after all it needs, with those in one unit that need each other', () => {
    fc.assert(
      fc.property(anyRequest, (drawn) => {
        const operations = read(...build(drawn));
        const units = planBulk(operations);
        expect(units.flatMap((unit) => unit.operations).toSorted((one, other) => one - other)).toEqual([...operations.keys()]);
        for (const [place, { after }] of units.entries()) expect(after.every((earlier) => earlier < place)).toBe(true);
        const unitOf = new Map(units.flatMap((unit, place) => unit.operations.map((index) => [index, place] as const)));
        const at = (index: number) => unitOf.get(index) ?? -1;
        const waits = waitsFor(units);
        const needs = needsOf(operations);
        for (const [index, needed] of needs.entries()) {
          for (const other of needed) {
            expect(waits(at(index), at(other))).toBe(true);
            expect(at(index) === at(other)).toBe(index === other || needs[other]?.has(index) === true);
          }
        }
        for (const [late, operation] of operations.entries()) {
          for (const [early, other] of operations.slice(0, late).entries()) {
            if (operation.fault !== undefined || other.fault !== undefined) continue;
            const same = operation.place.id !== undefined && operation.place.id === other.place.id;
            if (same) expect(waits(at(late), at(early))).toBe(true);
            if (operation.method === 'DELETE' || other.method === 'DELETE') expect(waits(at(late), at(early)) || waits(at(early), at(late))).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('of a thousand operations in one chain or one circle is made at once', () => {
    const chain = Array.from({ length: 1000 }, (_, n) => group(String(n), String((n + 1) % 1000), ...(n === 999 ? ['500'] : [])));
    expect(plan(...chain)).toHaveLength(1);
    const open = Array.from({ length: 1000 }, (_, n) => group(String(n), String(n + 1)));
    expect(plan(...open).map(({ operations }) => operations[0])).toEqual(Array.from({ length: 1000 }, (_, n) => 999 - n));
  });
});
