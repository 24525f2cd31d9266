// Secrets of clients, at most two live for each; the secret itself is never stored.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const OauthSecretEntity = defineEntity({
  name: 'OauthSecret',
  tableName: 'oauth_secret',
  properties: {
    organizationId: p.uuid().primary(),
    clientId: p.uuid().primary(),
    id: p.uuid().primary(),
    secretHash: p.uint8array(),
    createdAt: instant().defaultRaw('now()'),
    revokedAt: instant().nullable(),
  },
});
