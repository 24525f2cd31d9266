// Books the deactivation of a member for a day, and takes a booking back.
import type { Schedule } from '../areas/schedules.ts';
import type { AuditAction } from '../changes.ts';
import type { Call } from '../model/caller.ts';
import type { CommandStore, Locks } from '../ports.ts';
import { refuse, refuseAll, succeed, type Outcome } from '../refusals.ts';
import { memberNotFound } from '../rules/authority.ts';
import { commit, decideAs } from './decide.ts';
import { guarded } from './guarded.ts';
import { runCommand } from './run-command.ts';

const locks: Locks = { organization: 'shared', workspace: 'shared', account: false };

/** What is booked: `on` is a calendar day, YYYY-MM-DD, on which the member is deactivated at 23:59 in the workspace's time zone. */
export interface Booking {
  readonly on: string;
  readonly suspendApiKeys: boolean;
  readonly reason?: string | undefined;
}

/**
 * Books a deactivation; one that was booked before is replaced, and the same once more writes nothing. Refuses what the guards refuse of a
 * deactivation now, `not-found`, and `invalid-value` for a day that is over and for a member who is deactivated already.
 */
export async function bookDeactivation(store: CommandStore, call: Call, id: string, booking: Booking): Promise<Outcome<undefined>> {
  const { on, suspendApiKeys, reason } = booking;
  const done = await runCommand(store, call, locks, () => '', async (held) =>
    await store.onRecord(call, held, { of: 'schedules', ask: { memberId: id, on }, memberIds: [id] }, (ground, { pending, over }, targets) =>
      decideAs(ground, (actor) => {
        const target = targets.get(id);
        if (target === undefined) return { kind: 'refuse', refusal: refuseAll([memberNotFound(id)]) };
        const blocked = guarded(ground, actor, target, { kind: 'deactivate' });
        if (blocked !== undefined) return attempted('team_membership_deactivation_schedule', blocked);
        const { member } = target;
        if (member.status === 'deactivated') {
          return { kind: 'refuse', refusal: refuse('invalid-value', `${member.userName} is deactivated already: there is nothing to book.`, id) };
        }
        if (over) {
          return { kind: 'refuse', refusal: refuse('invalid-value', `23:59 on ${on} is over in ${ground.workspace.timeZone}. Choose a later day, or deactivate now without "on".`, id) };
        }
        if (pending !== undefined && isSame(pending, booking)) return commit(ground, actor, [], undefined);
        const bookedBy = actor.kind === 'person' ? actor.id : undefined;
        const schedule = { id: ground.newId(), memberId: id, on, suspendApiKeys, reason, bookedBy };
        return commit(ground, actor, [{ kind: 'deactivationScheduled', schedule, replaced: pending }], undefined);
      }),
    ),
  );
  return done.ok ? succeed(undefined) : done;
}

/** Takes a booking back. Refuses what the guards refuse of a deactivation, and `not-found` where there is no member or nothing is booked. */
export async function cancelDeactivation(store: CommandStore, call: Call, id: string, reason?: string): Promise<Outcome<undefined>> {
  const done = await runCommand(store, call, locks, () => '', async (held) =>
    await store.onRecord(call, held, { of: 'schedules', ask: { memberId: id, on: undefined }, memberIds: [id] }, (ground, { pending }, targets) =>
      decideAs(ground, (actor) => {
        const target = targets.get(id);
        if (target === undefined) return { kind: 'refuse', refusal: refuseAll([memberNotFound(id)]) };
        const blocked = guarded(ground, actor, target, { kind: 'reactivate' });
        if (blocked !== undefined) return attempted('team_membership_deactivation_cancel', blocked);
        if (pending === undefined) {
          return { kind: 'refuse', refusal: refuse('not-found', `No deactivation is booked for ${target.member.userName}. It may have been cancelled or have run.`, id) };
        }
        return commit(ground, actor, [{ kind: 'deactivationScheduleCancelled', id: pending.id, memberId: id, on: pending.on, reason }], undefined);
      }),
    ),
  );
  return done.ok ? succeed(undefined) : done;
}

/** What the audit calls the attempt: the booking, not the act that it is about. */
function attempted(action: AuditAction, blocked: NonNullable<ReturnType<typeof guarded>>): typeof blocked {
  return blocked.kind === 'refuse' && blocked.attempt !== undefined ? { ...blocked, attempt: { ...blocked.attempt, action } } : blocked;
}

function isSame(pending: Schedule, { on, suspendApiKeys, reason }: Booking): boolean {
  return pending.on === on && pending.suspendApiKeys === suspendApiKeys && pending.reason === reason;
}
