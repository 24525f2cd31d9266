// Clients of an organization: the host application that runs beside us.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const OauthClientEntity = defineEntity({
  name: 'OauthClient',
  tableName: 'oauth_client',
  properties: {
    organizationId: p.uuid().primary(),
    id: p.uuid().primary(),
    label: p.text(),
    labelKey: p.text(),
    createdAt: instant().defaultRaw('now()'),
    revokedAt: instant().nullable(),
  },
});
