// Organizations: the billing boundary above workspaces.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const OrganizationEntity = defineEntity({
  name: 'Organization',
  tableName: 'organization',
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    seatLimit: p.integer().nullable(),
    accountOwnerId: p.uuid(),
    version: p.integer().default(1),
    createdAt: instant().defaultRaw('now()'),
  },
});
