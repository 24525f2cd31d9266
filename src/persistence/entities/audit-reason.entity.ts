// The words behind an audit event, which may be erased.
import { defineEntity, p } from '@mikro-orm/core';

export const AuditReasonEntity = defineEntity({
  name: 'AuditReason',
  tableName: 'audit_reason',
  properties: {
    workspaceId: p.uuid().primary(),
    eventId: p.uuid().primary(),
    salt: p.text(),
    reason: p.text(),
  },
});
