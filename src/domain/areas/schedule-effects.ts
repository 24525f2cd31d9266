// What the events of booked deactivations come to.
import type { EffectTable } from '../effect.ts';
import type { ScheduleEvent } from './schedules.ts';

/** The effect of each event. Whoever booked what could not be done is told by mail. */
export const scheduleEffects: EffectTable<ScheduleEvent> = {
  deactivationScheduled: ({ schedule, replaced }) => ({
    changes: [...(replaced === undefined ? [] : [{ kind: 'schedule.end' as const, id: replaced.id, as: 'replaced' as const }]), { kind: 'schedule.insert', schedule }],
    audit: {
      action: 'team_membership_deactivation_schedule',
      targetId: schedule.memberId,
      metadata: { schedule: schedule.id, on: schedule.on, suspendApiKeys: schedule.suspendApiKeys, ...(replaced === undefined ? {} : { replaces: replaced.on }) },
      reason: schedule.reason,
    },
  }),
  deactivationScheduleCancelled: ({ id, memberId, on, reason }) => ({
    changes: [{ kind: 'schedule.end', id, as: 'cancelled' }],
    audit: { action: 'team_membership_deactivation_cancel', targetId: memberId, metadata: { schedule: id, on }, reason },
  }),
  scheduleBlocked: ({ id, memberId, bookedBy, notify, rules }) => ({
    changes: [{ kind: 'schedule.end', id, as: 'blocked' }],
    audit: { action: 'team_membership_deactivate', outcome: 'denied', targetId: memberId, metadata: { rules, schedule: id, ...(bookedBy === undefined ? {} : { bookedBy }) } },
    mail: notify === undefined ? undefined : { template: 'deactivation_blocked', recipientId: notify, aboutId: memberId },
  }),
};
