// Keys of requests that must not be done twice, each with its sealed answer once there is one.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const IdempotencyKeyEntity = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_key',
  properties: {
    organizationId: p.uuid().primary(),
    holder: p.text().primary(),
    key: p.text().primary(),
    fingerprint: p.uint8array(),
    requestId: p.text(),
    reservedAt: instant().defaultRaw('now()'),
    abandoned: p.boolean().default(false),
    status: p.integer().nullable(),
    answer: p.text().nullable(),
  },
});
