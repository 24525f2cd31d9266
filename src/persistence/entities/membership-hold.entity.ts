// Holds that keep a member deactivated, one for each source.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const MembershipHoldEntity = defineEntity({
  name: 'MembershipHold',
  tableName: 'membership_hold',
  properties: {
    workspaceId: p.uuid().primary(),
    membershipId: p.uuid().primary(),
    source: p.text().primary(),
    placedAt: instant().defaultRaw('now()'),
    eventId: p.uuid().nullable(),
  },
});
