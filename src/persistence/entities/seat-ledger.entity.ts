// The ledger of seats: append-only steps of one, each with the audit event that caused it.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const SeatLedgerEntity = defineEntity({
  name: 'SeatLedger',
  tableName: 'seat_ledger',
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    accountId: p.uuid(),
    workspaceId: p.uuid(),
    delta: p.smallint().$type<-1 | 1>(),
    auditId: p.uuid(),
    createdAt: instant().defaultRaw('now()'),
  },
});
