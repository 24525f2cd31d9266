// What must reach the outside, written with the change that owes it.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const OutboxEventEntity = defineEntity({
  name: 'OutboxEvent',
  tableName: 'outbox_event',
  properties: {
    workspaceId: p.uuid().primary(),
    id: p.uuid().primary(),
    topic: p.text(),
    aggregateId: p.uuid(),
    auditId: p.uuid(),
    position: p.bigint(),
    createdAt: instant().defaultRaw('now()'),
  },
});
