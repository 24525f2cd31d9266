// The job that does booked deactivations when their time has come; assumes that a second run of one finds nothing to do.
import { runSchedule } from '../domain/commands/run-schedule.ts';
import type { Call, Tenant } from '../domain/model/caller.ts';
import type { CommandStore } from '../domain/ports.ts';
import type { Job } from './job.ts';

/** Where bookings that are due are found. */
export interface DueSchedules {
  readonly waiting: Job['waiting'];
  /** The workspace with members for whom something is due, the longest first. */
  readonly due: (workspaceId: string, most: number) => Promise<{ readonly tenant: Tenant; readonly memberIds: readonly string[] } | undefined>;
}

/** The job; how late a booking may be done is how often it looks. */
export function scheduleJob(store: CommandStore, { waiting, due }: DueSchedules, newId: () => string, everyMs = 10_000): Job {
  return {
    name: 'scheduled-deactivations',
    everyMs,
    waiting,
    work: async (workspaceId, most, stopping) => {
      const found = await due(workspaceId, most);
      let done = 0;
      let failure: string | undefined;
      for (const memberId of found?.memberIds ?? []) {
        if (found === undefined || stopping.aborted) break;
        const call: Call = { credential: { kind: 'system', tenant: found.tenant }, requestId: newId(), door: 'admin' };
        const ended = await runSchedule(store, call, memberId);
        if (ended.ok) done += 1;
        else failure ??= ended.refusal.detail;
      }
      // Only now: one that has to wait holds up none behind it.
      if (failure !== undefined) throw new Error(`a booked deactivation was not done: ${failure}`);
      return done;
    },
  };
}
