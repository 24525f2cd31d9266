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
    policy: p.json<Record<string, unknown>>().defaultRaw("'{}'"),
    deletedAt: instant().nullable(),
    lastSeenAt: instant().nullable(),
    departures: p.integer().default(0),
    departuresSince: instant().defaultRaw('now()'),
    departuresMost: p.integer().nullable(),
    trippedAt: instant().nullable(),
  },
});
