// PATCH on groups: operations on members become ordered steps without the members at hand.
import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../../src/scim/patch/apply-patch.ts';
import { parsePatch } from '../../../src/scim/patch/parse-patch.ts';
import { planGroupPatch } from '../../../src/scim/patch/plan-group-patch.ts';
import type { GroupPatch } from '../../../src/scim/patch/plan-group-patch.ts';
import { groupType } from '../../../src/scim/schema/resource-types.ts';
import { growthOf } from '../../support/count-work.ts';
import { refusal } from './patching.ts';

function plan(...operations: object[]): GroupPatch {
  return planGroupPatch(parsePatch(groupType, { Operations: operations }));
}

const none = new Map<string, string>();
const ids = (...values: string[]): object[] => values.map((value) => ({ value }));
const add = (...values: string[]): object => ({ op: 'add', path: 'members', value: ids(...values) });
const removeOne = (id: string): object => ({ op: 'remove', path: `members[value eq "${id}"]` });

describe('member steps', () => {
  it.each<[string, object[], object[]]>([
    ['add', [add('a', 'b')], [{ kind: 'add', ids: ['a', 'b'], types: none }]],
    ['add of one that is no list', [{ op: 'Add', path: 'members', value: { $ref: null, value: 'a' } }], [{ kind: 'add', ids: ['a'], types: none }]],
    ['add of nothing', [{ op: 'add', path: 'members', value: [] }], []],
    ['add twice', [add('a', 'a'), add('b', 'a')], [{ kind: 'add', ids: ['a', 'b'], types: none }]],
    ['the type as a hint', [{ op: 'add', path: 'members', value: [{ value: 'g', type: 'Group' }, { value: 'a' }] }], [{ kind: 'add', ids: ['g', 'a'], types: new Map([['g', 'Group']]) }]],
    ['add without path', [{ op: 'add', value: { members: ids('a') } }], [{ kind: 'add', ids: ['a'], types: none }]],
    ['replace', [{ op: 'replace', path: 'members', value: ids('a', 'b', 'a') }], [{ kind: 'replace', ids: ['a', 'b'], types: none }]],
    ...[[], null, ''].map((value): [string, object[], object[]] => [`replace by ${JSON.stringify(value)} empties`, [{ op: 'replace', path: 'members', value }], [{ kind: 'replace', ids: [], types: none }]]),
    ['remove all', [{ op: 'remove', path: 'members' }], [{ kind: 'removeAll' }]],
    ['remove all, null is no value', [{ op: 'remove', path: 'members', value: null }], [{ kind: 'removeAll' }]],
    ['remove the listed, as Entra does', [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: 'a' }] }], [{ kind: 'remove', ids: ['a'] }]],
    ['remove an empty list', [{ op: 'remove', path: 'members', value: [] }], [{ kind: 'remove', ids: [] }]],
    ['remove by id', [removeOne('a')], [{ kind: 'remove', ids: ['a'] }]],
    ['remove by several ids', [{ op: 'remove', path: 'members[value eq "a" or value eq "b"]' }], [{ kind: 'remove', ids: ['a', 'b'] }]],
    ['remove of the value removes the member', [{ op: 'remove', path: 'members[value eq "a"].value' }], [{ kind: 'remove', ids: ['a'] }]],
    ['neighbours are joined', [removeOne('a'), removeOne('b'), add('c'), add('d'), removeOne('c')], [{ kind: 'remove', ids: ['a', 'b'] }, { kind: 'add', ids: ['c', 'd'], types: none }, { kind: 'remove', ids: ['c'] }]],
    ['order stays', [{ op: 'remove', path: 'members' }, add('a')], [{ kind: 'removeAll' }, { kind: 'add', ids: ['a'], types: none }]],
    ['a write that selects by id adds', [{ op: 'add', path: 'members[value eq "a"]', value: { type: 'User' } }], [{ kind: 'add', ids: ['a'], types: new Map([['a', 'User']]) }]],
    ['a write of what the filter states', [{ op: 'replace', path: 'members[value eq "a" and type eq "Group"].value', value: 'a' }], [{ kind: 'add', ids: ['a'], types: new Map([['a', 'Group']]) }]],
    ['replace of a member by nothing', [{ op: 'replace', path: 'members[value eq "a"]', value: null }], [{ kind: 'remove', ids: ['a'] }]],
    ['add of nothing to a member', [{ op: 'add', path: 'members[value eq "a"]', value: null }], []],
  ])('%s', (_, operations, steps) => {
    expect(plan(...operations).members).toEqual(steps);
  });

  it.each(['type eq "User"', 'value eq "a" and type eq "User"', 'not (value eq "a")', 'value sw "a"', 'value eq "a" or type eq "User"'])('remove by %s is left to storage', (filter) => {
    const [step, ...others] = plan({ op: 'remove', path: `members[${filter}]` }).members;
    expect(step).toMatchObject({ kind: 'removeMatching' });
    expect(others).toEqual([]);
  });
});

describe('writes to members that are refused', () => {
  it.each<[object, RegExp]>([
    [{ op: 'replace', path: 'members[value eq "a"]', value: { value: 'b' } }, /^mutability: "members\.value"/u],
    [{ op: 'replace', path: 'members[value eq "a"].value', value: 'b' }, /^mutability/u],
    [{ op: 'replace', path: 'members[value eq "a"].type', value: 'Group' }, /^mutability: "members\.type"/u],
    [{ op: 'replace', path: 'members[value eq "a"].display', value: 'A' }, /^mutability: "members\.display" is read-only/u],
    [{ op: 'remove', path: 'members[value eq "a"].type' }, /^mutability/u],
    [{ op: 'add', path: 'members[type eq "User"]', value: { type: 'User' } }, /^noTarget/u],
    [{ op: 'add', path: 'members[value eq "a" or value eq "b"]', value: { type: 'User' } }, /^noTarget/u],
    [{ op: 'add', path: 'members.type', value: 'User' }, /^invalidPath/u],
    [{ op: 'remove', path: 'members.type' }, /^invalidPath/u],
    [{ op: 'remove', path: 'members.value' }, /^mutability: "members\.value" is required/u],
  ])('%j', (operation, told) => {
    expect(refusal(() => plan(operation))).toMatch(told);
  });
});

describe('attributes of a group', () => {
  it('are left for the engine, with an equal id let pass', () => {
    const { attributes, members } = plan({ op: 'replace', value: { id: 'g1', displayName: 'New', externalId: 'x' } }, add('a'));
    expect(applyPatch(groupType, { id: 'g1', displayName: 'Old' }, attributes).resource).toEqual({ id: 'g1', displayName: 'New', externalId: 'x' });
    expect(members).toHaveLength(1);
    expect(refusal(() => applyPatch(groupType, { id: 'g2', displayName: 'Old' }, attributes))).toMatch(/^mutability: "id"/u);
  });
});

describe('the size of a request', () => {
  const many = (count: number): string[] => Array.from({ length: count }, (_, i) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`);

  it('twice the members in one operation take twice the steps', () => {
    expect(plan(add(...many(20_000))).members).toMatchObject([{ ids: { length: 20_000 } }]);
    expect(growthOf(5_000, (size) => () => void plan(add(...many(size))))).toBeLessThan(2.1);
    expect(growthOf(5_000, (size) => () => void plan({ op: 'remove', path: 'members', value: ids(...many(size)) }))).toBeLessThan(2.1);
  });

  it('spread over up to 1,000 operations they stay linear', () => {
    const all = many(20_000);
    const spread = (operations: number) => Array.from({ length: operations }, (_, i) => add(...all.slice(i * 20, i * 20 + 20)));
    expect(plan(...spread(1000)).members).toMatchObject([{ ids: { length: 20_000 } }]);
    const growth = growthOf(500, (size) => {
      const operations = spread(size);
      return () => void plan(...operations);
    });
    expect(growth).toBeLessThan(2.1);
  });

  it('a resource that holds its members takes them in linear time too', () => {
    const full = (size: number) => applyPatch(groupType, { displayName: 'G' }, parsePatch(groupType, { Operations: [add(...many(size))] })).resource;
    const remove = (size: number) => parsePatch(groupType, { Operations: [{ op: 'remove', path: 'members', value: ids(...many(size)) }] });
    expect(full(20_000)['members']).toHaveLength(20_000);
    expect(applyPatch(groupType, full(20_000), remove(20_000)).resource).toEqual({ displayName: 'G' });
    for (const again of [(size: number) => parsePatch(groupType, { Operations: [add(...many(size))] }), remove]) {
      const growth = growthOf(5_000, (size) => {
        const [resource, sent] = [full(size), again(size)];
        return () => void applyPatch(groupType, resource, sent);
      });
      expect(growth).toBeLessThan(2.1);
    }
  });
});
