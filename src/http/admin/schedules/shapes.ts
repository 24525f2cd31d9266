// What the operations on booked deactivations read and answer.
import { z } from 'zod';

/** How a booking may stand. */
export const states = ['pending', 'done', 'blocked', 'cancelled', 'replaced'] as const;

const time = z.iso.datetime();

/** The day of a booking; years that no time zone rule reaches are no days here. */
export const bookingDay = z.iso.date('must be a day such as 2026-12-24').refine((day) => day >= '2000' && day < '2200', 'must be a day between the years 2000 and 2199');

/** A booked deactivation as answers show it. */
export const scheduleShape = z
  .object({
    id: z.guid(),
    memberId: z.guid(),
    userName: z.string(),
    on: z.iso.date(),
    runsAt: time,
    timeZone: z.string(),
    suspendApiKeys: z.boolean(),
    reason: z.string().nullable(),
    status: z.enum(states),
    bookedBy: z.guid().nullable(),
    bookedAt: time,
    endedAt: time.nullable(),
  })
  .meta({ id: 'BookedDeactivation' });
