// Memberships: a person in a workspace; the id is the SCIM User id.
import { defineEntity, p } from '@mikro-orm/core';
import type { MembershipStatus } from '../../domain/model/membership.ts';
import type { RoleKey } from '../../domain/model/role.ts';
import { instant, uuidList } from './column-types.ts';

export const MembershipEntity = defineEntity({
  name: 'Membership',
  tableName: 'membership',
  properties: {
    workspaceId: p.uuid().primary(),
    id: p.uuid().primary(),
    organizationId: p.uuid(),
    accountId: p.uuid(),
    userName: p.text(),
    userNameKey: p.text(),
    managerId: p.uuid().nullable(),
    profile: p.json<Record<string, unknown>>().defaultRaw("'{}'"),
    status: p.text().$type<MembershipStatus>(),
    baseRole: p.text().$type<RoleKey>(),
    role: p.text().$type<RoleKey>(),
    acceptedAt: instant().nullable(),
    lastLoginAt: instant().nullable(),
    epoch: p.integer().default(1),
    version: p.integer().default(1),
    createdAt: instant().defaultRaw('now()'),
    updatedAt: instant().defaultRaw('now()'),
    deletedAt: instant().nullable(),
    formerGroupIds: uuidList().defaultRaw("'{}'"),
    idpRemovedAt: instant().nullable(),
  },
});
