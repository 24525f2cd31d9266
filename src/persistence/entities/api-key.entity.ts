// API keys of members; the key itself is never stored.
import { defineEntity, p } from '@mikro-orm/core';
import { instant, textList } from './column-types.ts';

export const ApiKeyEntity = defineEntity({
  name: 'ApiKey',
  tableName: 'api_key',
  properties: {
    workspaceId: p.uuid().primary(),
    id: p.uuid().primary(),
    membershipId: p.uuid(),
    name: p.text(),
    scopes: textList(),
    createdAt: instant().defaultRaw('now()'),
    expiresAt: instant().nullable(),
    lastUsedAt: instant().nullable(),
    suspendedAt: instant().nullable(),
    revokedAt: instant().nullable(),
  },
});
