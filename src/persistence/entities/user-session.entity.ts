// Sessions of people in a workspace, or at account home where there is none.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const UserSessionEntity = defineEntity({
  name: 'UserSession',
  tableName: 'user_session',
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    accountId: p.uuid(),
    workspaceId: p.uuid().nullable(),
    membershipId: p.uuid().nullable(),
    epoch: p.integer().nullable(),
    clientId: p.uuid(),
    connectionId: p.uuid().nullable(),
    verifiedEmailKey: p.text().nullable(),
    createdAt: instant().defaultRaw('now()'),
    expiresAt: instant(),
    endedAt: instant().nullable(),
  },
});
