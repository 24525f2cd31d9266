// Entity tags are weak and carry the version.
import { expect, it } from 'vitest';
import { weakEtag } from '../../src/scim/etag.ts';

it.each([
  [1, 'W/"1"'],
  [9_007_199_254_740_993n, 'W/"9007199254740993"'],
])('version %s is %s', (version, tag) => {
  expect(weakEtag(version)).toBe(tag);
});
