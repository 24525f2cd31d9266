// Booked deactivations with what became of them; at most one of a membership is pending.
import { defineEntity, p } from '@mikro-orm/core';
import { instant } from './column-types.ts';

export const ScheduledActionEntity = defineEntity({
  name: 'ScheduledAction',
  tableName: 'scheduled_action',
  properties: {
    workspaceId: p.uuid().primary(),
    id: p.uuid().primary(),
    membershipId: p.uuid(),
    onDate: p.date(),
    runAt: instant(),
    suspendApiKeys: p.boolean(),
    reason: p.text().nullable(),
    status: p.text().$type<'pending' | 'done' | 'blocked' | 'cancelled' | 'replaced'>().default('pending'),
    bookedBy: p.uuid().nullable(),
    bookedAt: instant().defaultRaw('now()'),
    endedAt: instant().nullable(),
  },
});
