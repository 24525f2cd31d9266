// One filter on several resource types (RFC 7644 section 3.4.2.1), and names that several schemas share.
import { describe, expect, it } from 'vitest';
import { parseFilter, parseFilterForTypes } from '../../../src/scim/filter/parse-filter.ts';
import { define, list, text } from '../../../src/scim/schema/define.ts';
import type { Attribute, ResourceType } from '../../../src/scim/schema/attribute.ts';
import { groupType, userType } from '../../../src/scim/schema/resource-types.ts';
import { core, enterprise } from './gadget-type.ts';
import { notation } from './notation.ts';
import { refusalOf } from './refusal-of.ts';

const both = (filter: string): string[] => parseFilterForTypes(filter, [userType, groupType]).map(notation);

describe('a filter on users and groups', () => {
  it.each<[string, string, string]>([
    ['displayName eq "a"', '(eq displayName "a")', '(eq displayName "a")'],
    ['userName eq "a"', '(eq userName "a")', 'false'],
    ['userName ne "a"', '(ne userName "a")', 'true'],
    ['userName pr', '(pr userName)', 'false'],
    ['userName eq null', '(not (pr userName))', 'true'],
    ['userName ne null', '(pr userName)', 'false'],
    ['not (userName eq "a")', '(not (eq userName "a"))', 'true'],
    ['members eq "a"', 'false', '(eq members.value "a")'],
    ['members[value eq "a"]', 'false', '(some members (eq members.value "a"))'],
    ['not (members[value eq "a"])', 'true', '(not (some members (eq members.value "a")))'],
    ['emails[type eq "work"].value eq "a"', '(some emails (and (eq emails.type "work") (eq emails.value "a")))', 'false'],
    ['name[givenName eq "a"]', '(and (pr name) (eq name.givenName "a"))', 'false'],
    ['userName eq "a" or displayName eq "b"', '(or (eq userName "a") (eq displayName "b"))', '(eq displayName "b")'],
    ['userName eq "a" and displayName eq "b"', '(and (eq userName "a") (eq displayName "b"))', 'false'],
    ['userName ne "a" and displayName eq "b"', '(and (ne userName "a") (eq displayName "b"))', '(eq displayName "b")'],
    ['userName ne "a" and members pr', 'false', '(pr members)'],
    [`${core}:displayName eq "a"`, '(eq displayName "a")', 'false'],
    ['meta.resourceType eq "User"', '(eq meta.resourceType "User")', '(eq meta.resourceType "User")'],
    ['manager eq "a"', '(eq +manager.value "a")', 'false'],
    [`${enterprise}:manager.value eq "a"`, '(eq +manager.value "a")', 'false'],
  ])('%s', (filter, forUsers, forGroups) => {
    expect(both(filter)).toEqual([forUsers, forGroups]);
  });

  it('refuses what neither has, and what does not fit the one that has it', () => {
    for (const filter of ['nothing eq "a"', 'userName.nothing pr', 'members[nothing pr]', 'emails[type pr].nothing pr', 'userName gt 5']) {
      expect(refusalOf(() => both(filter)), filter).toMatchObject({ scimType: 'invalidFilter' });
    }
    expect(refusalOf(() => both('nothing pr'))?.message).toContain('User or Group has no attribute "nothing"');
    expect(refusalOf(() => both('members[active eq true]'))?.message).toContain('It has: value, ');
  });

  it('gives no value to a sub-attribute that only the other type has', () => {
    const left = extended('Left', [list('parts', '', [text('value', ''), define('count', 'integer', '')])], userType.extensions);
    const right = extended('Right', [list('parts', '', [text('value', ''), text('label', '')])], []);
    const filters = (filter: string): string[] => parseFilterForTypes(filter, [left, right]).map(notation);
    expect(filters('parts[count eq 1]')).toEqual(['(some parts (eq parts.count 1))', 'false']);
    expect(filters('parts[value eq "a" or label eq "b"]')).toEqual([
      '(some parts (eq parts.value "a"))',
      '(some parts (or (eq parts.value "a") (eq parts.label "b")))',
    ]);
    expect(filters('parts[count ne 1]')).toEqual(['(some parts (ne parts.count 1))', '(pr parts)']);
    expect(filters('parts.count gt 1')).toEqual(['(gt parts.count 1)', 'false']);
  });
});

describe('names without a schema URN', () => {
  const shared = [text('badge', '')];
  const extension = (id: string, attributes: readonly Attribute[]): ResourceType['extensions'][number] => ({
    schema: { id, name: id, description: '', attributes },
    required: false,
  });
  const type = extended('Thing', [text('title', '')], [
    extension('urn:example:one', [...shared, text('title', ''), text('only', '')]),
    extension('urn:example:two', shared),
  ]);

  it('are found in the core schema first', () => {
    expect(notation(parseFilter('title eq "a"', type))).toBe('(eq title "a")');
    expect(notation(parseFilter('urn:example:one:title eq "a"', type))).toBe('(eq +title "a")');
  });

  it('do not fall through to an extension when the core attribute lacks the sub-attribute', () => {
    const lists = extended('Thing', [list('parts', '', [text('value', '')])], [
      extension('urn:example:one', [list('parts', '', [text('value', ''), text('label', '')])]),
    ]);
    expect(refusalOf(() => parseFilter('parts.label eq "a"', lists))).toMatchObject({ scimType: 'invalidFilter' });
    expect(notation(parseFilter('urn:example:one:parts.label eq "a"', lists))).toBe('(eq +parts.label "a")');
  });

  it('are found in the one extension that has them', () => {
    expect(notation(parseFilter('only eq "a"', type))).toBe('(eq +only "a")');
  });

  it('are refused where two extensions have them, naming both', () => {
    const refusal = refusalOf(() => parseFilter('badge eq "a"', type));
    expect(refusal).toMatchObject({ status: 400, scimType: 'invalidFilter' });
    expect(refusal?.message).toContain('urn:example:one:badge or urn:example:two:badge');
  });
});

function extended(name: string, attributes: readonly Attribute[], extensions: ResourceType['extensions']): ResourceType {
  return { ...userType, id: name, name, schema: { id: `urn:example:${name}`, name, description: '', attributes }, extensions };
}
