// The registry: which attributes exist and the characteristics on which other rooms rely.
import { describe, expect, it } from 'vitest';
import type { Attribute, Schema } from '../../../src/scim/schema/attribute.ts';
import { commonAttributes } from '../../../src/scim/schema/common.ts';
import { membershipExtension } from '../../../src/scim/schema/membership-extension.ts';
import { resolveAttribute } from '../../../src/scim/schema/resolve.ts';
import { groupType, resourceTypes, userType } from '../../../src/scim/schema/resource-types.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const membership = membershipExtension.id;
const schemas: Schema[] = resourceTypes.flatMap((type) => [type.schema, ...type.extensions.map((extension) => extension.schema)]);

function names(attributes: readonly Attribute[] | undefined): string {
  return (attributes ?? []).map((attribute) => attribute.name).join(' ');
}

function find(path: string): Attribute {
  const found = path.startsWith('Group.') ? resolveAttribute(groupType, path.slice(6)) : resolveAttribute(userType, path);
  if (found === undefined) throw new Error(`no attribute ${path}`);
  return found.sub ?? found.attribute;
}

describe('schema registry', () => {
  it.each([
    [userType.schema, 'userName name displayName nickName profileUrl title userType preferredLanguage locale timezone active password emails phoneNumbers ims photos addresses groups entitlements roles x509Certificates'],
    [groupType.schema, 'displayName members'],
    [userType.extensions[0]?.schema, 'employeeNumber costCenter organization division department manager'],
    [userType.extensions[1]?.schema, 'status role roleSource seatHeld holds scheduledDeactivation'],
  ])('$name has its attributes', (schema, expected) => {
    expect(names(schema?.attributes)).toBe(expected);
  });

  it.each([
    ['meta', 'resourceType created lastModified location version'],
    ['name', 'formatted familyName givenName middleName honorificPrefix honorificSuffix'],
    ['emails', 'value display type primary'],
    ['phoneNumbers', 'value display type primary'],
    ['ims', 'value display type primary'],
    ['photos', 'value display type primary'],
    ['addresses', 'formatted streetAddress locality region postalCode country type primary'],
    ['groups', 'value $ref display type'],
    ['entitlements', 'value display type primary'],
    ['roles', 'value display type primary'],
    ['x509Certificates', 'value display type primary'],
    [`${enterprise}:manager`, 'value $ref displayName'],
    [`${membership}:holds`, 'source reason since'],
    ['Group.members', 'value $ref type display'],
  ])('%s has its sub-attributes', (path, expected) => {
    expect(names(find(path).subAttributes)).toBe(expected);
  });

  it.each<[string, Partial<Attribute>]>([
    ['id', { caseExact: true, mutability: 'readOnly', returned: 'always', uniqueness: 'server', stored: 'id' }],
    ['externalId', { caseExact: true, mutability: 'readWrite', stored: 'externalId' }],
    ['schemas', { multiValued: true, returned: 'always', stored: 'schemas' }],
    ['meta', { type: 'complex', mutability: 'readOnly' }],
    ['meta.lastModified', { type: 'dateTime', stored: 'lastModified' }],
    ['userName', { required: true, caseExact: false, uniqueness: 'server', stored: 'userName' }],
    ['displayName', { caseExact: false, uniqueness: 'none', required: false }],
    ['active', { type: 'boolean', stored: 'active' }],
    ['password', { mutability: 'writeOnly', returned: 'never', stored: 'nowhere' }],
    ['emails', { multiValued: true, stored: 'emails' }],
    ['emails.value', { caseExact: false }],
    ['groups', { mutability: 'readOnly', stored: 'groups' }],
    ['groups.value', { caseExact: true, mutability: 'readOnly' }],
    [`${enterprise}:manager`, { multiValued: false, stored: 'manager' }],
    [`${enterprise}:manager.value`, { caseExact: true, mutability: 'readWrite' }],
    [`${enterprise}:manager.displayName`, { mutability: 'readOnly' }],
    [`${membership}:seatHeld`, { type: 'boolean', returned: 'request', mutability: 'readOnly', stored: 'seatHeld' }],
    ['Group.displayName', { required: true, caseExact: false, uniqueness: 'server', stored: 'displayName' }],
    ['Group.members', { multiValued: true, mutability: 'readWrite', stored: 'members' }],
    ['Group.members.value', { caseExact: true, mutability: 'immutable', required: true }],
    ['Group.members.display', { mutability: 'readOnly' }],
  ])('%s is %j', (path, expected) => {
    expect(find(path)).toMatchObject(expected);
  });

  it('requires of a user nothing but the userName', () => {
    const required = [userType.schema, ...userType.extensions.map((e) => e.schema)].flatMap((schema) => schema.attributes.filter((a) => a.required));
    expect(names(required)).toBe('userName');
  });

  it('is sound: names are unique without case and legal, complex attributes have parts, only texts have case', () => {
    const lists = [commonAttributes, ...schemas.map((schema) => schema.attributes)];
    lists.push(...lists.flat().flatMap((attribute) => (attribute.subAttributes ? [attribute.subAttributes] : [])));
    for (const list of lists) {
      expect(new Set(list.map((attribute) => attribute.name.toLowerCase())).size).toBe(list.length);
      for (const attribute of list) {
        expect(attribute.name).toMatch(/^(?:\$ref|[A-Za-z][A-Za-z0-9_-]*)$/);
        expect(attribute.description).not.toBe('');
        expect((attribute.subAttributes?.length ?? 0) > 0).toBe(attribute.type === 'complex');
        expect((attribute.referenceTypes?.length ?? 0) > 0).toBe(attribute.type === 'reference');
        if (attribute.type === 'reference' || attribute.type === 'binary') expect(attribute.caseExact).toBe(true);
      }
    }
    expect(new Set(schemas.map((schema) => schema.id.toLowerCase())).size).toBe(schemas.length);
  });
});
