// Seals of the audit log: the gap-free sequence and the chained hash; append-only.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const AuditSealEntity = defineEntity({
  name: 'AuditSeal',
  tableName: 'audit_seal',
  properties: {
    workspaceId: p.uuid().primary(),
    seq: p.bigint('bigint').primary(),
    eventId: p.uuid(),
    hash: p.uint8array(),
    sealedAt: instant().defaultRaw('now()'),
  },
});
