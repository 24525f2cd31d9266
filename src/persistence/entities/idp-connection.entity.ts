// Connections to identity providers.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const IdpConnectionEntity = defineEntity({
  name: 'IdpConnection',
  tableName: 'idp_connection',
  properties: {
    workspaceId: p.uuid().primary(),
    id: p.uuid().primary(),
    label: p.text(),
    labelKey: p.text(),
    pausedAt: instant().nullable(),
    createdAt: instant().defaultRaw('now()'),
  },
});
