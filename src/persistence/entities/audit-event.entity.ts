// The audit log: append-only, ids, counts and field names only. `metadata` is canonical JSON kept as text.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const AuditEventEntity = defineEntity({
  name: 'AuditEvent',
  tableName: 'audit_event',
  properties: {
    workspaceId: p.uuid().primary(),
    id: p.uuid().primary(),
    at: instant(),
    action: p.text(),
    outcome: p.text().$type<'success' | 'denied' | 'withheld'>(),
    actorKind: p.text(),
    actorId: p.uuid().nullable(),
    targetId: p.uuid().nullable(),
    requestId: p.text(),
    batchId: p.uuid().nullable(),
    metadata: p.text(),
    reasonDigest: p.text().nullable(),
  },
});
