// Where references by bulkId are found, what is put in their place, and what is left out.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findReferences, referenceOf, resolveReferences } from '../../../src/scim/bulk/references.ts';

const ids: Readonly<Record<string, string>> = { a: 'id-a', 'b"\\c': 'id-b' };
const resolve = (bulkId: string) => (Object.hasOwn(ids, bulkId) ? ids[bulkId] : undefined);

describe('references', () => {
  it.each([
    ['bulkId:a', 'a'],
    ['BULKID:x y', 'x y'],
    ['bulkId:bulkId:a', 'bulkId:a'],
    ['bulkId:', undefined],
    [' bulkId:a', undefined],
    ['see bulkId:a', undefined],
  ])('%j', (text, found) => {
    expect(referenceOf(text)).toBe(found);
  });

  it('are replaced in every depth, and other texts stay', () => {
    const data = { x: 'bulkId:a', y: [{ value: 'bulkId:a', $ref: 'https://h/v2/Users/bulkId:a' }, 'bulkId:a'], z: { n: null, deep: { manager: 'bulkId:a' } }, note: 'not bulkId:a', password: 'bulkId:a', number: 1 };
    expect(findReferences(data, false)).toEqual(new Set(['a']));
    expect(resolveReferences(data, false, resolve)).toEqual({
      x: 'id-a',
      y: [{ value: 'id-a', $ref: 'https://h/v2/Users/id-a' }, 'id-a'],
      z: { n: null, deep: { manager: 'id-a' } },
      note: 'not bulkId:a',
      password: 'bulkId:a',
      number: 1,
    });
  });

  it('are left out with the element or the attribute that they fill', () => {
    const data = { members: [{ type: 'User', value: 'bulkId:q' }, { value: 'bulkId:a' }, 'bulkId:q'], manager: { value: 'bulkId:q' }, other: { value: 'bulkId:q', display: 'x' }, title: 'bulkId:q', kept: {} };
    expect(resolveReferences(data, false, resolve)).toEqual({ members: [{ value: 'id-a' }], other: { display: 'x' }, kept: {} });
    expect(resolveReferences({ title: 'bulkId:q' }, false, resolve)).toEqual({});
  });

  it('stand inside the paths of a PATCH only', () => {
    const path = String.raw`members[value eq "\u0062ulkId:a" or value eq "bulkId:b\"\\c"]`;
    const body = { Operations: [{ op: 'remove', Path: path, value: { 'emails[type eq "bulkId:a"].value': 'x', path: 'bulkId:a' } }] };
    expect(findReferences(body, true)).toEqual(new Set(['a', 'b"\\c']));
    expect(resolveReferences(body, true, resolve)).toEqual({ Operations: [{ op: 'remove', Path: 'members[value eq "id-a" or value eq "id-b"]', value: { 'emails[type eq "id-a"].value': 'x', path: 'id-a' } }] });
    expect(findReferences({ path }, false)).toEqual(new Set());
  });

  it('are all gone once they are resolved, whatever the JSON', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('bulkId:a', 'bulkId:q', 'BULKid:a', 'x/bulkId:a'));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ depthSize: 'small' }, text, fc.integer(), fc.constant(null), fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('path', '$ref', '__proto__')), tie('tree'), { maxKeys: 4 })),
    }));
    fc.assert(
      fc.property(tree, fc.boolean(), (data, patching) => {
        const found = findReferences(data, patching);
        const resolved = resolveReferences(data, patching, (bulkId) => (bulkId === 'a' ? 'id-a' : undefined));
        expect(findReferences(resolved, patching)).toEqual(new Set());
        if (found.size === 0) expect(resolved).toEqual(data);
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it('in a path of any length take no time', () => {
    const path = '"bulkId:\\"'.repeat(400_000);
    expect(findReferences({ path, [`${path}x`]: 1 }, true)).toEqual(new Set());
  });
});
