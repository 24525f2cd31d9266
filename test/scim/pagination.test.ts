// Index paging: reading startIndex and count, and the list that answers.
import { describe, expect, it } from 'vitest';
import { ScimError } from '../../src/scim/errors.ts';
import { listResponse, pageLimits, parsePage } from '../../src/scim/pagination.ts';

describe('parsePage', () => {
  it.each([
    [undefined, undefined, 1, 100],
    [null, null, 1, 100],
    ['1', '2', 1, 2],
    ['0', '0', 1, 0],
    ['-5', '-5', 1, 0],
    ['+3', '200', 3, 200],
    ['3', '201', 3, 200],
    [' 3 ', '999999999', 3, 200],
    ['99999999999999999999999', '1', 2_147_483_647, 1],
    ['9'.repeat(400), `-${'9'.repeat(400)}`, 2_147_483_647, 0],
    [7, 20, 7, 20],
  ])('startIndex %j and count %j', (startIndex, count, expectedIndex, expectedCount) => {
    expect(parsePage(startIndex, count)).toEqual({ startIndex: expectedIndex, count: expectedCount });
  });

  it('follows the limits it is given', () => {
    const limits = { defaultCount: 5, maxCount: 10 };
    expect(parsePage(undefined, undefined, limits).count).toBe(5);
    expect(parsePage(undefined, '11', limits).count).toBe(10);
    expect(pageLimits).toEqual({ defaultCount: 100, maxCount: 200 });
  });

  it.each(['', ' ', 'x', '1.5', '1e3', '0x10', '1,2', '--1', 'NaN', 'Infinity', 1.5, true, [], ['1'], {}])('refuses %j', (value) => {
    for (const [startIndex, count, name] of [[value, undefined, 'startIndex'], [undefined, value, 'count']] as const) {
      try {
        parsePage(startIndex, count);
      } catch (error) {
        expect(error).toBeInstanceOf(ScimError);
        expect(error).toMatchObject({ status: 400, scimType: 'invalidValue', message: expect.stringContaining(`"${name}"`) as string });
        continue;
      }
      throw new Error('nothing was refused');
    }
  });
});

describe('listResponse', () => {
  it('tells the page from the total', () => {
    expect(listResponse([{ id: 'a' }], 41, 40)).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 41,
      startIndex: 40,
      itemsPerPage: 1,
      Resources: [{ id: 'a' }],
    });
    expect(listResponse([], 3, 9)).toMatchObject({ totalResults: 3, itemsPerPage: 0, Resources: [] });
  });
});
