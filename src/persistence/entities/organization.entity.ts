// Organizations: the billing boundary above workspaces.
import { defineEntity, p } from '@mikro-orm/core';

export const Organization = defineEntity({
  name: 'Organization',
  tableName: 'organization',
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    seatLimit: p.integer().nullable(),
    accountOwnerId: p.uuid(),
    createdAt: p.datetime().columnType('timestamptz').defaultRaw('now()'),
  },
});
