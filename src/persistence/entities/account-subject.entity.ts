// Which account the host application means by its own name of a person.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const AccountSubjectEntity = defineEntity({
  name: 'AccountSubject',
  tableName: 'account_subject',
  properties: {
    organizationId: p.uuid().primary(),
    subject: p.text().primary(),
    connectionId: p.uuid().primary().defaultRaw(`'00000000-0000-0000-0000-000000000000'`),
    accountId: p.uuid(),
    createdAt: instant().defaultRaw('now()'),
  },
});
