// What a connection asked and a guard refused, once for each member and act while it is open.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const BlockedIntentEntity = defineEntity({
  name: 'BlockedIntent',
  tableName: 'blocked_intent',
  properties: {
    workspaceId: p.uuid().primary(),
    id: p.uuid().primary(),
    connectionId: p.uuid(),
    membershipId: p.uuid(),
    act: p.text(),
    rule: p.text(),
    times: p.integer().default(1),
    firstAt: instant().defaultRaw('now()'),
    lastAt: instant().defaultRaw('now()'),
    status: p.text().default('open'),
    endedAt: instant().nullable(),
  },
});
