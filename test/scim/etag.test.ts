// Entity tags are weak and carry the version; lists of them name versions and never more than was said.
import { expect, it } from 'vitest';
import { parseEtags, weakEtag } from '../../src/scim/etag.ts';

it.each([
  [1, 'W/"1"'],
  [9_007_199_254_740_993n, 'W/"9007199254740993"'],
])('version %s is %s', (version, tag) => {
  expect(weakEtag(version)).toBe(tag);
});

it.each<[string, number[]]>([
  ['W/"3"', [3]],
  ['"3"', [3]],
  ['3', [3]],
  ['w/"3"', [3]],
  ['W/"3", W/"7" ,"9"', [3, 7, 9]],
  ['W/"3",W/"x",W/"7"', [3, 7]],
  ['', []],
  ['   ', []],
  ['W/"03"', []],
  ['W/"-3"', []],
  ['W/"3.0"', []],
  ['W/"3e0"', []],
  ['W/"99999999999"', []],
  ['W/"other server"', []],
  ['W/"3', []],
  ['W/"3" W/"4"', []],
  ['"*"', []],
  ['*, W/"3"', [3]],
])('%j names the versions %j', (list, versions) => {
  expect([...(parseEtags(list) ?? ['any'])]).toEqual(versions);
});

it.each([['*'], [' * '], [undefined], [null]])('%j names any version', (list) => {
  expect(parseEtags(list)).toBeUndefined();
});

it('takes a long list in one pass', () => {
  expect(parseEtags(Array.from({ length: 5000 }, (_, index) => weakEtag(index + 1)).join(', '))?.size).toBe(5000);
});
