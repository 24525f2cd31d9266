// Accounts: a person inside one organization, who outlives every membership.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const UserAccountEntity = defineEntity({
  name: 'UserAccount',
  tableName: 'user_account',
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    emailKey: p.text().nullable(),
    service: p.boolean().default(false),
    erasedAt: instant().nullable(),
    createdAt: instant().defaultRaw('now()'),
  },
});
