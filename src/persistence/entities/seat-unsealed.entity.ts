// Ledger rows that wait for their balance.
import { defineEntity, p } from '@mikro-orm/core';

export const SeatUnsealedEntity = defineEntity({
  name: 'SeatUnsealed',
  tableName: 'seat_unsealed',
  properties: {
    organizationId: p.uuid().primary(),
    ledgerId: p.uuid().primary(),
  },
});
