// Booked deactivations: what may happen to them, what storage is told, and what the audit calls it.

/**
 * A deactivation that is booked for a member. `on` is a calendar day, `runAt` 23:59 of that day where the workspace is; `bookedBy` is the
 * membership of a person, undefined for the operator.
 */
export interface Schedule {
  readonly id: string;
  readonly memberId: string;
  readonly on: string;
  readonly runAt: Date;
  readonly suspendApiKeys: boolean;
  readonly reason: string | undefined;
  readonly bookedBy: string | undefined;
}

/** What is known of a schedule before storage has worked out when it runs. */
export type NewSchedule = Omit<Schedule, 'runAt'>;

/** The schedule that a deactivation comes from. */
export type ScheduleOrigin = Pick<Schedule, 'id' | 'bookedBy'>;

/** Decisions about schedules. `rules` are those that refused when it was to run, `notify` is the member who hears of it. */
export type ScheduleEvent =
  | { readonly kind: 'deactivationScheduled'; readonly schedule: NewSchedule; readonly replaced: Pick<Schedule, 'id' | 'on'> | undefined }
  | { readonly kind: 'deactivationScheduleCancelled'; readonly id: string; readonly memberId: string; readonly on: string; readonly reason: string | undefined }
  | { readonly kind: 'scheduleBlocked'; readonly id: string; readonly memberId: string; readonly bookedBy: string | undefined; readonly notify: string | undefined; readonly rules: readonly string[] };

/** What storage is told of them. `schedule.drop` ends whatever is still pending for a member; `schedule.move` follows a new time zone of the workspace. */
export type ScheduleChange =
  | { readonly kind: 'schedule.insert'; readonly schedule: NewSchedule }
  | { readonly kind: 'schedule.end'; readonly id: string; readonly as: 'done' | 'blocked' | 'cancelled' | 'replaced' }
  | { readonly kind: 'schedule.drop'; readonly membershipId: string }
  | { readonly kind: 'schedule.move'; readonly timeZone: string };

/** Audited actions of this area. */
export type ScheduleAction = 'team_membership_deactivation_schedule' | 'team_membership_deactivation_cancel';
