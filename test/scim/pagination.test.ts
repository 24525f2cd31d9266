// Pages by index and by cursor: reading startIndex, count and cursor, and the lists that answer.
import { describe, expect, it } from 'vitest';
import { ScimError } from '../../src/scim/errors.ts';
import { cursorResponse, listResponse, pageLimits, parseCursorPage, parsePage } from '../../src/scim/pagination.ts';

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

describe('parseCursorPage', () => {
  it.each([
    [undefined, 1, 'x', undefined],
    [null, undefined, undefined, undefined],
    ['', undefined, undefined, { cursor: '', count: undefined }],
    ['', null, null, { cursor: '', count: undefined }],
    ['abc', undefined, '5', { cursor: 'abc', count: 5 }],
    ['', undefined, 900, { cursor: '', count: 200 }],
    ['', undefined, '-7', { cursor: '', count: 0 }],
  ])('cursor %j, startIndex %j and count %j', (cursor, startIndex, count, expected) => {
    expect(parseCursorPage(cursor, startIndex, count)).toEqual(expected);
  });

  it.each([
    ['', 1, undefined, 'invalidValue'],
    ['', '', undefined, 'invalidValue'],
    [7, undefined, undefined, 'invalidCursor'],
    [[], undefined, undefined, 'invalidCursor'],
    ['', undefined, 'five', 'invalidCount'],
    ['', undefined, 1.5, 'invalidCount'],
  ])('refuses cursor %j, startIndex %j and count %j', (cursor, startIndex, count, scimType) => {
    expect(() => parseCursorPage(cursor, startIndex, count)).toThrow(expect.objectContaining({ status: 400, scimType }) as Error);
  });
});

describe('cursorResponse', () => {
  it('names the pages that there are, and no index', () => {
    const both = cursorResponse([{ id: 'a' }], 3, { nextCursor: 'n', previousCursor: 'p' });
    expect(both).toEqual({ schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'], totalResults: 3, itemsPerPage: 1, previousCursor: 'p', nextCursor: 'n', Resources: [{ id: 'a' }] });
    expect(Object.keys(cursorResponse([], 0, { nextCursor: undefined, previousCursor: undefined }))).toEqual(['schemas', 'totalResults', 'itemsPerPage', 'Resources']);
  });
});
