// resolveAttribute: every form in which a name may come, and what is no attribute.
import { describe, expect, it } from 'vitest';
import type { ResourceType } from '../../../src/scim/schema/attribute.ts';
import { text } from '../../../src/scim/schema/define.ts';
import { findExtension, resolveAttribute } from '../../../src/scim/schema/resolve.ts';
import { groupType, userType } from '../../../src/scim/schema/resource-types.ts';

const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

function resolved(type: ResourceType, path: string): string | undefined {
  const found = resolveAttribute(type, path);
  return found && [found.extension ?? '-', found.attribute.name, found.sub?.name].filter((part) => part !== undefined).join(' ');
}

describe('resolveAttribute', () => {
  it.each([
    ['userName', '- userName'],
    ['USERNAME', '- userName'],
    ['name.familyname', '- name familyName'],
    ['emails.Value', '- emails value'],
    ['groups.$REF', '- groups $ref'],
    ['meta.lastModified', '- meta lastModified'],
    ['externalid', '- externalId'],
    [`${core}:name.givenName`, '- name givenName'],
    [`${core}:id`, '- id'],
    [`${core.toUpperCase()}:USERNAME`, '- userName'],
    [`${enterprise}:department`, `${enterprise} department`],
    [`${enterprise.toLowerCase()}:manager.displayname`, `${enterprise} manager displayName`],
  ])('finds %s', (path, expected) => {
    expect(resolved(userType, path)).toBe(expected);
  });

  it.each([
    '',
    '.',
    'name.',
    '.givenName',
    'name.givenName.x',
    'userName.value',
    'department',
    'nope',
    'members',
    core,
    `${core}:`,
    enterprise,
    `${enterprise}:`,
    `${enterprise}:userName`,
    `${enterprise}:id`,
    'urn:example:2.0:User:userName',
    '__proto__',
    'constructor',
    'name.__proto__',
    ' userName',
  ])('knows no %j', (path) => {
    expect(resolved(userType, path)).toBeUndefined();
  });

  it('tells resource types apart', () => {
    expect(resolved(groupType, 'members.value')).toBe('- members value');
    expect(resolved(groupType, 'userName')).toBeUndefined();
    expect(resolved(groupType, `${core}:displayName`)).toBeUndefined();
  });

  it('lets the longest URN win, whatever the order of the extensions', () => {
    const short = { schema: { id: 'urn:example:x', name: 'Short', description: '', attributes: [text('y', ''), text('z', '')] }, required: false };
    const long = { schema: { id: 'urn:example:x:y', name: 'Long', description: '', attributes: [text('z', '')] }, required: false };
    for (const extensions of [[short, long], [long, short]]) {
      const type = { ...userType, extensions };
      expect(resolved(type, 'urn:example:x:y:z')).toBe('urn:example:x:y z');
      expect(resolved(type, 'urn:example:x:y')).toBe('urn:example:x y');
      expect(resolved(type, 'urn:example:x:z')).toBe('urn:example:x z');
    }
  });
});

describe('findExtension', () => {
  it('takes the URN in any case and nothing else', () => {
    expect(findExtension(userType, enterprise.toUpperCase())?.schema.id).toBe(enterprise);
    expect(findExtension(userType, core)).toBeUndefined();
    expect(findExtension(groupType, enterprise)).toBeUndefined();
  });
});
