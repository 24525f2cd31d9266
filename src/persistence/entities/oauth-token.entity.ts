// Access tokens of clients until they expire; the token itself is never stored.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const OauthTokenEntity = defineEntity({
  name: 'OauthToken',
  tableName: 'oauth_token',
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    clientId: p.uuid(),
    secretId: p.uuid(),
    expiresAt: instant(),
  },
});
