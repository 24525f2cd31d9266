// One event that an endpoint is owed, was given, or never took.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const EventDeliveryEntity = defineEntity({
  name: 'EventDelivery',
  tableName: 'event_delivery',
  properties: {
    workspaceId: p.uuid().primary(),
    endpointId: p.uuid().primary(),
    eventId: p.uuid().primary(),
    id: p.uuid().defaultRaw('gen_random_uuid()'),
    topic: p.text(),
    aggregateId: p.uuid(),
    position: p.bigint(),
    status: p.text().default('pending'),
    attempts: p.integer().default(0),
    nextAt: instant().defaultRaw('now()'),
    claimedUntil: instant().nullable(),
    firstTriedAt: instant().nullable(),
    lastTriedAt: instant().nullable(),
    responseStatus: p.integer().nullable(),
    responseText: p.text().nullable(),
    error: p.text().nullable(),
    createdAt: instant().defaultRaw('now()'),
  },
});
