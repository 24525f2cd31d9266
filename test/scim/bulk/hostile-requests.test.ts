// Bulk requests made to cost: each is read and planned in an instant, where a careless reading takes minutes.
import { describe, expect, it } from 'vitest';
import { planBulk } from '../../../src/scim/bulk/plan-bulk.ts';
import { readBulkRequest } from '../../../src/scim/bulk/read-bulk-request.ts';
import { ScimError } from '../../../src/scim/errors.ts';
import { resourceTypes } from '../../../src/scim/schema/resource-types.ts';

const known = { types: resourceTypes, baseUrl: 'https://usher.example/scim/v2' };
const read = (operations: readonly unknown[]) => readBulkRequest({ Operations: operations }, known);
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const patch = (...operations: readonly unknown[]) => ({ method: 'PATCH', path: '/Users/1', data: { Operations: operations } });
const marks = (count: number) => `a${'\u0315\u0300'.repeat(count / 2)}`;

describe('a request is read and planned at once', { timeout: 4_000 }, () => {
  it.each([
    ['quotation marks that never end', times(1_000, () => patch({ op: 'add', path: `"${String.raw`\"`.repeat(2_040)}`, value: 1 }))],
    ['quotation marks and a last backslash', times(1_000, () => patch({ op: 'add', path: `"${String.raw`\"`.repeat(2_040)}\\`, value: 1 }))],
    ['names that are such paths', times(1_000, (n) => patch({ op: 'add', value: { [`"${String.raw`\"`.repeat(2_000)}${n}`]: 1 } }))],
    ['a name of combining marks', [{ method: 'POST', path: '/Users', bulkId: '1', data: { userName: marks(400_000) } }]],
    ['many names of combining marks', times(1_000, (n) => ({ method: 'POST', path: '/Users', bulkId: `${n}`, data: { userName: marks(500), emails: times(3, () => ({ value: marks(510) })) } }))],
    ['a million empty parts', [{ ...patch(), data: { Operations: times(1_000_000, () => []) } }]],
    ['a chain of a thousand references', times(1_000, (n) => ({ method: 'POST', path: '/Groups', bulkId: `${n}`, data: { displayName: `${n}`, members: [{ value: `bulkId:${n + 1}` }] } }))],
    ['a circle of a thousand, all to all', times(1_000, (n) => ({ method: 'POST', path: '/Groups', bulkId: `${n}`, data: { displayName: `${n}`, members: times(100, (m) => ({ value: `bulkId:${(n * 7 + m) % 1_000}` })) } }))],
  ])('with %s', (_, operations) => {
    const plan = planBulk(read(operations).operations);
    expect(plan.flatMap((unit) => unit.operations).length).toBe(operations.length);
  });
});

it('what the whole request is refused for is seen before any data is read', () => {
  const data = Object.defineProperty({}, 'userName', { enumerable: true, get: () => expect.fail('the data was read') });
  const good = { method: 'POST', path: '/Users', bulkId: '1', data };
  expect(() => read([good, { ...good }])).toThrow(ScimError);
  expect(() => read([good, 'none'])).toThrow(ScimError);
});

it('a version longer than any header is no version', () => {
  const { operations } = read([{ method: 'DELETE', path: '/Users/1', version: '1,'.repeat(1_000_000) }]);
  expect(operations[0]?.fault).toMatchObject({ scimType: 'invalidValue' });
});
