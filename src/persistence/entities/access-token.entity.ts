// Tokens of connections and of persons; the token itself is never stored.
import { defineEntity, p } from '@mikro-orm/core';
import { instant, textList } from './column-types.ts';

export const AccessTokenEntity = defineEntity({
  name: 'AccessToken',
  tableName: 'access_token',
  properties: {
    workspaceId: p.uuid().primary(),
    id: p.uuid().primary(),
    connectionId: p.uuid().nullable(),
    membershipId: p.uuid().nullable(),
    epoch: p.integer().nullable(),
    scopes: textList(),
    createdAt: instant().defaultRaw('now()'),
    expiresAt: instant().nullable(),
    revokedAt: instant().nullable(),
    lastUsedAt: instant().nullable(),
  },
});
