// sortBy and sortOrder: which names are found, what stands for a complex attribute, and what several types have in common.
import { describe, expect, it } from 'vitest';
import { ScimError } from '../../src/scim/errors.ts';
import type { ResourceType } from '../../src/scim/schema/attribute.ts';
import { complex, define, text } from '../../src/scim/schema/define.ts';
import { groupType, userType } from '../../src/scim/schema/resource-types.ts';
import { parseSort, parseSortForTypes, type Sort } from '../../src/scim/sort.ts';
import { gadgets, gadgetUserType } from './filter/gadget-type.ts';

const told = (sort: Sort | undefined) => sort && [sort.path?.extension, sort.path?.attribute.name, sort.path?.sub?.name, sort.descending];

function refusal(ask: () => unknown): ScimError {
  try {
    ask();
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('parseSort', () => {
  it.each([[undefined], [null], ['']])('asks for no order with %j', (sortBy) => {
    expect(parseSort(sortBy, 'descending', userType)).toBeUndefined();
  });

  it.each<[string, (string | undefined)[]]>([
    ['userName', [undefined, 'userName', undefined]],
    ['USERNAME', [undefined, 'userName', undefined]],
    ['name.givenname', [undefined, 'name', 'givenName']],
    ['emails', [undefined, 'emails', 'value']],
    ['emails.type', [undefined, 'emails', 'type']],
    ['groups', [undefined, 'groups', 'value']],
    ['meta.version', [undefined, 'meta', 'version']],
    ['manager', ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', 'manager', 'value']],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department', ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', 'department', undefined]],
    ['holds.since', ['urn:usher:params:scim:schemas:extension:membership:2.0:User', 'holds', 'since']],
  ])('%s', (name, path) => {
    expect(told(parseSort(name, undefined, userType))).toEqual([...path, false]);
    expect(told(parseSort(name, 'Descending', userType))).toEqual([...path, true]);
  });

  it.each([
    ['nothing', 'User has no attribute "nothing"'],
    ['name', 'name.formatted, name.familyName'],
    ['password', 'never returned'],
    [`${gadgets}:parts.pin`, 'never returned'],
    [`${gadgets}:box`, 'box.width'],
    ['name..x', '"sortBy"'],
    ['emails[type eq "work"]', '"sortBy"'],
    ['x'.repeat(100_000), '"sortBy"'],
    ['.'.repeat(32_000), '"sortBy"'],
  ])('refuses %s', (name, detail) => {
    const { status, scimType, message } = refusal(() => parseSort(name, undefined, gadgetUserType));
    expect([status, scimType]).toEqual([400, 'invalidValue']);
    expect(message).toContain(detail);
    expect(message.length).toBeLessThan(400);
  });

  it.each([[0], ['asc'], ['descending '], [['ascending']], [{}]])('refuses the sortOrder %j with and without an attribute', (order) => {
    for (const name of ['userName', undefined]) expect(refusal(() => parseSort(name, order, userType)).message).toContain('"sortOrder"');
  });
});

describe('parseSortForTypes', () => {
  const device = (attributes: ResourceType['schema']['attributes']): ResourceType => ({
    ...groupType,
    id: 'Device',
    name: 'Device',
    schema: { ...groupType.schema, id: 'urn:example:Device', attributes },
    extensions: [],
  });

  it('gives each type its own attribute, and none to a type that lacks it', () => {
    expect(parseSortForTypes('displayName', undefined, [userType, groupType])?.map(told)).toEqual([[undefined, 'displayName', undefined, false], [undefined, 'displayName', undefined, false]]);
    expect(parseSortForTypes('userName', 'descending', [userType, groupType])?.map(told)).toEqual([[undefined, 'userName', undefined, true], [undefined, undefined, undefined, true]]);
  });

  it('passes over a type where the name is a complex attribute, if another can be sorted by it', () => {
    expect(parseSortForTypes('name', undefined, [userType, device([text('name', '')])])?.map(told)).toEqual([[undefined, undefined, undefined, false], [undefined, 'name', undefined, false]]);
    expect(refusal(() => parseSortForTypes('name', undefined, [userType, device([complex('name', '', [text('first', '')])])])).message).toContain('name.formatted');
  });

  it('refuses values that cannot be compared with each other', () => {
    expect(refusal(() => parseSortForTypes('title', undefined, [userType, device([define('title', 'integer', '')])])).message).toContain('another type');
    expect(parseSortForTypes('title', undefined, [userType, device([define('title', 'reference', '')])])).toHaveLength(2);
  });

  it('refuses what no type has, naming them', () => {
    expect(refusal(() => parseSortForTypes('x', undefined, [userType, groupType])).message).toContain('User or Group has no attribute "x"');
  });
});
