// Claims of persons to a seat, the one table that sees all workspaces of an organization.
import { defineEntity, p } from '@mikro-orm/core';

export const SeatClaimEntity = defineEntity({
  name: 'SeatClaim',
  tableName: 'seat_claim',
  properties: {
    organizationId: p.uuid().primary(),
    accountId: p.uuid().primary(),
    workspaceId: p.uuid().primary(),
  },
});
