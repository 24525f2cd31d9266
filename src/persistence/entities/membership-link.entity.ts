// The externalId under which each connection knows a member.
import { defineEntity, p } from '@mikro-orm/core';

export const MembershipLinkEntity = defineEntity({
  name: 'MembershipLink',
  tableName: 'membership_link',
  properties: {
    workspaceId: p.uuid().primary(),
    membershipId: p.uuid().primary(),
    linkSpace: p.uuid().primary(),
    externalId: p.text(),
    live: p.boolean().default(true),
    assertedActive: p.boolean().default(true),
  },
});
