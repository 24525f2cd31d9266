// Audit events that wait for their seal.
import { defineEntity, p } from '@mikro-orm/core';

export const AuditUnsealedEntity = defineEntity({
  name: 'AuditUnsealed',
  tableName: 'audit_unsealed',
  properties: {
    workspaceId: p.uuid().primary(),
    eventId: p.uuid().primary(),
  },
});
