// Requests of connections with their answers, without personal words, for whoever looks for a fault.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const ScimRequestLogEntity = defineEntity({
  name: 'ScimRequestLog',
  tableName: 'scim_request_log',
  properties: {
    workspaceId: p.uuid().primary(),
    id: p.uuid().primary(),
    connectionId: p.uuid(),
    at: instant(),
    method: p.text(),
    path: p.text(),
    status: p.smallint(),
    problem: p.text().nullable(),
    durationMs: p.float().columnType('real'),
    requestId: p.text(),
    request: p.text().nullable(),
    response: p.text().nullable(),
  },
});
