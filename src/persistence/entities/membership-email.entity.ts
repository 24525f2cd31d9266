// E-mail addresses of a member as pushed, in their order.
import { defineEntity, p } from '@mikro-orm/core';

export const MembershipEmailEntity = defineEntity({
  name: 'MembershipEmail',
  tableName: 'membership_email',
  properties: {
    workspaceId: p.uuid().primary(),
    membershipId: p.uuid().primary(),
    ordinal: p.integer().primary(),
    value: p.text(),
    valueKey: p.text(),
    type: p.text().nullable(),
    display: p.text().nullable(),
    isPrimary: p.boolean(),
  },
});
