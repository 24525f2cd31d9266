// The running balance of the seat ledger, written by the sealer; append-only.
import { defineEntity, p } from '@mikro-orm/core';

export const SeatBalanceEntity = defineEntity({
  name: 'SeatBalance',
  tableName: 'seat_balance',
  properties: {
    organizationId: p.uuid().primary(),
    seq: p.bigint('bigint').primary(),
    ledgerId: p.uuid(),
    balance: p.integer(),
  },
});
