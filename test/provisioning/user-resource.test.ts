// Behaviour of the mapping between memberships and User documents.
import { describe, expect, it } from 'vitest';
import { particularsOf, partsFor, showMember, writableDocument } from '../../src/provisioning/user-resource.ts';
import { normaliseResource } from '../../src/scim/normalise-resource.ts';
import { defaultProjection, parseProjection } from '../../src/scim/projection.ts';
import { enterpriseUser } from '../../src/scim/schema/enterprise-user.ts';
import { membershipExtension } from '../../src/scim/schema/membership-extension.ts';
import { userType } from '../../src/scim/schema/resource-types.ts';
import { baseUrl, member, memberId, memberView } from './fake-ports.ts';

const managerId = 'eeeeeeee-0000-4000-8000-00000000000e';
const managed = (value: string) => ({ ...memberView, profile: { [enterpriseUser.id]: { department: 'Ops', manager: { value } } } });
const asking = (attributes: string) => parseProjection(userType, attributes, undefined);

describe('a member as a User', () => {
  it('shows what is stored with what is derived', () => {
    const groups = [{ id: 'g-1', displayName: 'Sales' }];
    expect(showMember(userType, { ...memberView, groups }, baseUrl, defaultProjection)).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      id: memberId,
      externalId: 'ext-1',
      userName: 'ada@example.com',
      displayName: 'Ada',
      title: 'Analyst',
      active: true,
      emails: [{ value: 'ada@example.com', type: 'work', primary: true }],
      groups: [{ value: 'g-1', $ref: `${baseUrl}/Groups/g-1`, display: 'Sales', type: 'direct' }],
      meta: {
        resourceType: 'User',
        created: '2026-01-01T00:00:00.000Z',
        lastModified: '2026-01-02T00:00:00.000Z',
        location: `${baseUrl}/Users/${memberId}`,
        version: 'W/"3"',
      },
    });
  });

  it.each([
    ['active', true],
    ['invited', true],
    ['deactivated', false],
  ] as const)('says of the status %s that active is %s', (status, active) => {
    expect(showMember(userType, { ...memberView, status }, baseUrl, defaultProjection)['active']).toBe(active);
    expect(writableDocument({ ...member, status })['active']).toBe(active);
  });

  it('gives a manager who is a user here a name and an address', () => {
    const shown = showMember(userType, { ...managed(managerId.toUpperCase()), managerName: 'Grace' }, baseUrl, defaultProjection);
    const manager = { value: managerId.toUpperCase(), $ref: `${baseUrl}/Users/${managerId}`, displayName: 'Grace' };
    expect(shown[enterpriseUser.id]).toEqual({ department: 'Ops', manager });
  });

  it('shows an unresolved manager as it was sent', () => {
    expect(showMember(userType, managed('boss-7'), baseUrl, defaultProjection)[enterpriseUser.id]).toEqual({ department: 'Ops', manager: { value: 'boss-7' } });
    expect(showMember(userType, managed(managerId), baseUrl, defaultProjection)[enterpriseUser.id]).toEqual({ department: 'Ops', manager: { value: managerId } });
  });

  it('shows the membership only to those who ask', () => {
    const view = { ...memberView, status: 'deactivated', holds: [{ source: 'admin', since: '2026-01-01T00:00:00.000Z' }] } as const;
    expect(showMember(userType, view, baseUrl, defaultProjection)).not.toHaveProperty([membershipExtension.id]);
    const shown = showMember(userType, view, baseUrl, asking(membershipExtension.id));
    expect(shown[membershipExtension.id]).toEqual({ status: 'deactivated', role: 'member', roleSource: 'direct', seatHeld: true, holds: [{ source: 'admin', since: '2026-01-01T00:00:00.000Z' }] });
    expect(shown['schemas']).toContain(membershipExtension.id);
  });
});

describe('what has to be read', () => {
  it.each([
    [defaultProjection, { groups: true, managerName: true, holds: false }],
    [asking('userName'), { groups: false, managerName: false, holds: false }],
    [asking('groups.display'), { groups: true, managerName: false, holds: false }],
    [asking(`${enterpriseUser.id}:manager.value`), { groups: false, managerName: false, holds: false }],
    [asking(`${enterpriseUser.id}:manager.$ref`), { groups: false, managerName: true, holds: false }],
    [asking(`${membershipExtension.id}:status`), { groups: false, managerName: false, holds: false }],
    [asking(membershipExtension.id), { groups: false, managerName: false, holds: true }],
    [parseProjection(userType, undefined, 'groups,urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'), { groups: false, managerName: false, holds: false }],
  ])('follows the projection (%#)', (projection, parts) => {
    expect(partsFor(projection)).toEqual(parts);
  });
});

describe('a User document as particulars', () => {
  it('keeps in the profile all that has no place of its own', () => {
    const document = normaliseResource(userType, {
      schemas: [userType.schema.id],
      id: 'other',
      userName: 'ada',
      externalId: 'x',
      active: false,
      password: 'secret',
      groups: [{ value: 'g' }],
      title: 'T',
      roles: [{ value: 'Admin' }],
      emails: [{ value: 'a@b.example', type: 'home', display: 'A', primary: true }, { type: 'work' }],
      meta: { version: 'W/"9"' },
      [enterpriseUser.id]: { manager: { value: managerId.toUpperCase(), displayName: 'Echo' } },
      [membershipExtension.id]: { role: 'owner' },
    });
    expect(particularsOf(document)).toEqual({
      userName: 'ada',
      externalId: 'x',
      emails: [{ value: 'a@b.example', type: 'home', display: 'A', primary: true }],
      managerId,
      profile: {
        title: 'T',
        roles: [{ value: 'Admin' }],
        emails: [{ value: 'a@b.example', type: 'home', display: 'A', primary: true }, { type: 'work' }],
        [enterpriseUser.id]: { manager: { value: managerId.toUpperCase() } },
      },
    });
  });

  it('takes no other text than a UUID for the id of a manager', () => {
    const document = normaliseResource(userType, { userName: 'ada', [enterpriseUser.id]: { manager: '26118915-6090-4610-87e4-49d8ca9f808' } });
    expect(particularsOf(document).managerId).toBeUndefined();
  });

  it('is what it was after a round trip', () => {
    const { userName, externalId, profile } = member;
    expect(particularsOf(writableDocument(member))).toMatchObject({ userName, externalId, profile });
  });
});
