// PATCH where the schemas of users and groups do not reach: immutable and required attributes, lists of texts, names in two extensions.
import { describe, expect, it } from 'vitest';
import { echoedAttributes } from '../../../src/scim/dialect/echoed-attributes.ts';
import { planGroupPatch } from '../../../src/scim/patch/plan-group-patch.ts';
import { parsePatch } from '../../../src/scim/patch/parse-patch.ts';
import type { ResourceType, Schema, ScimObject } from '../../../src/scim/schema/attribute.ts';
import { complex, list, text } from '../../../src/scim/schema/define.ts';
import { groupType } from '../../../src/scim/schema/resource-types.ts';
import { patch, refusal } from './patching.ts';

const schema = (id: string, attributes: Schema['attributes']): Schema => ({ id, name: id, description: id, attributes });
const immutable = { mutability: 'immutable' } as const;
const extension = (id: string): ResourceType['extensions'][number] => ({
  schema: schema(id, [text('grade', 'In two extensions.'), text(`only${id.slice(-1)}`, 'In one.'), text('groups', 'No core attribute.', { mutability: 'readOnly' })]),
  required: false,
});

const device: ResourceType = {
  id: 'Device',
  name: 'Device',
  description: 'A type with attributes of every mutability',
  endpoint: '/Devices',
  schema: schema('urn:example:Device', [
    text('serial', 'Immutable.', { ...immutable, caseExact: true }),
    text('tags', 'A list of texts.', { multiValued: true }),
    text('ports', 'A list that must not be empty.', { multiValued: true, required: true }),
    list('parts', 'A list that never changes.', [text('value', 'Part.')], immutable),
    list('owners', 'Elements with an immutable value.', [text('value', 'Owner.', { ...immutable, required: true }), text('type', 'Immutable.', immutable), text('note', 'Free.')]),
    complex('maker', 'Needs its name.', [text('name', 'Name.', { required: true }), text('type', 'No label here.'), text('seal', 'Immutable.', immutable)]),
  ]),
  extensions: [extension('urn:example:a'), extension('urn:example:b')],
};

const box = { serial: 'S1', tags: ['a', 'B'], ports: ['p'], parts: [{ value: 'x' }], owners: [{ value: 'o', type: 'T' }], maker: { name: 'M', type: 't', seal: 's' } };
const other = { value: 'n' };

describe('what is done', () => {
  it.each<[object, ScimObject]>([
    [{ op: 'replace', path: 'serial', value: 'S1' }, box],
    [{ op: 'add', path: 'tags', value: ['b', 'c'] }, { ...box, tags: ['a', 'b', 'c'] }],
    [{ op: 'replace', path: 'tags', value: 'x' }, { ...box, tags: ['x'] }],
    [{ op: 'remove', path: 'tags', value: ['A'] }, { ...box, tags: ['B'] }],
    [{ op: 'remove', path: 'tags', value: ['A', 'b'] }, { ...box, tags: undefined }],
    [{ op: 'add', path: 'ports', value: [] }, box],
    [{ op: 'add', path: 'parts', value: [{ value: 'X' }] }, { ...box, parts: [{ value: 'X' }] }],
    [{ op: 'add', path: 'owners', value: [other] }, { ...box, owners: [...box.owners, other] }],
    [{ op: 'add', path: 'owners', value: [{ value: 'O', note: 'N' }] }, { ...box, owners: [{ value: 'o', type: 'T', note: 'N' }] }],
    [{ op: 'add', path: 'owners[value eq "o"].note', value: 'N' }, { ...box, owners: [{ value: 'o', type: 'T', note: 'N' }] }],
    [{ op: 'replace', path: 'owners[value sw "o"]', value: { note: 'N' } }, { ...box, owners: [{ value: 'o', type: 'T', note: 'N' }] }],
    [{ op: 'add', path: 'owners[value eq "n"].note', value: 'N' }, { ...box, owners: [...box.owners, { ...other, note: 'N' }] }],
    [{ op: 'remove', path: 'owners[value eq "o"].value' }, { ...box, owners: undefined }],
    [{ op: 'replace', path: 'maker', value: { TYPE: null, type: 'u' } }, { ...box, maker: { ...box.maker, type: 'u' } }],
    [{ op: 'replace', path: 'maker', value: { type: 'u', TYPE: null } }, { ...box, maker: { ...box.maker, type: 'u' } }],
    [{ op: 'remove', path: 'maker' }, { ...box, maker: undefined }],
    [{ op: 'replace', value: { onlya: 'x' } }, { ...box, 'urn:example:a': { onlya: 'x' } }],
  ])('%j', (operation, after) => {
    expect(patch(box, [operation], device).resource).toEqual(after);
  });

  const rack = { maker: { name: 'M', marks: ['a', 'B'] }, slots: [{ value: 's', marks: ['x'] }, { value: 't' }] };
  const racks: ResourceType = {
    ...device,
    schema: schema('urn:example:Rack', [
      complex('maker', 'With a list inside.', [text('name', 'Name.'), text('marks', 'A list.', { multiValued: true })]),
      list('slots', 'With lists inside.', [text('value', 'Slot.'), text('marks', 'A list.', { multiValued: true })]),
    ]),
  };
  it.each<[object, ScimObject]>([
    [{ op: 'add', path: 'maker.marks', value: ['b', 'c'] }, { ...rack, maker: { name: 'M', marks: ['a', 'b', 'c'] } }],
    [{ op: 'add', path: 'maker', value: { marks: 'c' } }, { ...rack, maker: { name: 'M', marks: ['a', 'B', 'c'] } }],
    [{ op: 'replace', path: 'maker.marks', value: ['c'] }, { ...rack, maker: { name: 'M', marks: ['c'] } }],
    [{ op: 'add', path: 'slots[value eq "s"].marks', value: ['y'] }, { ...rack, slots: [{ value: 's', marks: ['x', 'y'] }, { value: 't' }] }],
    [{ op: 'add', path: 'slots.marks', value: ['y'] }, { ...rack, slots: [{ value: 's', marks: ['x', 'y'] }, { value: 't', marks: ['y'] }] }],
    [{ op: 'add', path: 'slots', value: [{ value: 'S', marks: ['y'] }] }, { ...rack, slots: [{ value: 'S', marks: ['x', 'y'] }, { value: 't' }] }],
    [{ op: 'replace', path: 'slots[value eq "s"]', value: { marks: ['y'] } }, { ...rack, slots: [{ value: 's', marks: ['y'] }, { value: 't' }] }],
  ])('lists inside of objects: %j', (operation, after) => {
    expect(patch(rack, [operation], racks).resource).toEqual(after);
  });

  it('a list inside of an object has an end, and a long one is soon put together', () => {
    const many = (from: number) => Array.from({ length: 700 }, (_, index) => `${from + index}`);
    const grow = (from: number) => ({ op: 'add', path: 'slots[value eq "s"].marks', value: many(from) });
    expect(refusal(() => patch(rack, [grow(0), grow(700)], racks))).toMatch(/^invalidValue: "slots.marks" would have 1401 elements; at most 1000/);
    const bit = { op: 'add', path: 'maker.marks', value: ['z'] };
    expect(refusal(() => patch(rack, [{ ...grow(0), path: 'maker.marks' }, ...Array.from({ length: 900 }, () => bit)], racks))).toContain('compare too many values');
  });

  it('an immutable attribute can be set once', () => {
    const bare = { ports: ['p'] };
    expect(patch(bare, [{ op: 'add', value: { serial: 'S', parts: [other] } }], device).resource).toEqual({ ...bare, serial: 'S', parts: [other] });
  });

  it('the end of the last sub-attribute that is no label ends a complex value only in a list', () => {
    const maker = { name: 'M', type: 't' };
    expect(refusal(() => patch({ ...box, maker }, [{ op: 'remove', path: 'maker.name' }], device))).toMatch(/^mutability: "maker\.name" is required/u);
    expect(patch({ maker }, [{ op: 'replace', path: 'maker', value: { name: 'N', seal: null } }], device).resource).toEqual({ maker: { name: 'N', type: 't' } });
  });
});

describe('what is refused', () => {
  it.each<[object, RegExp]>([
    [{ op: 'replace', path: 'serial', value: 's1' }, /^mutability: "serial" cannot change/u],
    [{ op: 'remove', path: 'serial' }, /^mutability/u],
    [{ op: 'replace', path: 'serial', value: '' }, /^mutability/u],
    [{ op: 'add', path: 'parts', value: [{ value: 'y' }] }, /^mutability: "parts"/u],
    [{ op: 'remove', path: 'parts' }, /^mutability/u],
    [{ op: 'replace', path: 'owners[value eq "o"].type', value: 'U' }, /^mutability: "owners\.type"/u],
    [{ op: 'remove', path: 'owners[value eq "o"].type' }, /^mutability/u],
    [{ op: 'replace', path: 'owners[value eq "o"]', value: other }, /^mutability: "owners\.value"/u],
    [{ op: 'add', path: 'owners[type eq "U"].note', value: 'N' }, /^invalidValue: "owners\.value" is required/u],
    [{ op: 'replace', path: 'maker.seal', value: 't' }, /^mutability: "maker\.seal"/u],
    [{ op: 'replace', path: 'maker', value: { name: '' } }, /^invalidValue: "maker\.name" is required/u],
    [{ op: 'remove', path: 'ports' }, /^mutability: "ports" is required/u],
    [{ op: 'replace', path: 'ports', value: [] }, /^invalidValue: "ports" is required/u],
    [{ op: 'remove', path: 'ports', value: ['p'] }, /^mutability: "ports" is required/u],
    [{ op: 'replace', path: 'maker', value: { type: 'a', TYPE: 'b' } }, /^invalidValue: .*more than once/u],
    [{ op: 'replace', path: 'grade', value: 'x' }, /^invalidPath: .*ambiguous/u],
    [{ op: 'replace', value: { grade: 'x' } }, /^invalidPath: .*ambiguous/u],
    [{ op: 'replace', value: { 'urn:example:a:groups': 'x' } }, /^mutability: "groups"/u],
  ])('%j', (operation, told) => {
    expect(refusal(() => patch(box, [operation], device))).toMatch(told);
  });
});

it('only core attributes are echoes', () => {
  const operation = { op: 'replace', path: 'urn:example:a:groups', value: 'x', source: 'value' } as const;
  expect(echoedAttributes(operation, device)).toEqual([operation]);
});

it('a member without an id is refused even if its schema would let it pass', () => {
  const [operation] = parsePatch(groupType, { Operations: [{ op: 'add', path: 'members', value: [other] }] });
  for (const member of [{}, { value: '' }, { value: 7 }, null]) {
    expect(refusal(() => planGroupPatch(operation === undefined ? [] : [{ ...operation, value: [member] }]))).toMatch(/^invalidValue/u);
  }
});
