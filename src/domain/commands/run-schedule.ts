// Does a booked deactivation when its time has come: the guards are asked again, and what they refuse blocks the booking.
import type { DomainEvent } from '../events.ts';
import type { Actor, Call } from '../model/caller.ts';
import type { CommandStore, Decision, Ground, Locks, Target } from '../ports.ts';
import type { Schedule } from '../areas/schedules.ts';
import { succeed, type Outcome } from '../refusals.ts';
import { checkStatus } from './check-status.ts';
import { commit, decideAs } from './decide.ts';
import { departureEvents } from './departure.ts';
import type { BelongingsOf } from '../model/belonging.ts';
import { runCommand } from './run-command.ts';
import { statusChange } from './status-change.ts';

const locks: Locks = { organization: 'shared', workspace: 'shared', account: false };

/** How a booking ended; `gone` when it was cancelled, replaced or done by somebody else before. */
export type ScheduleEnd = 'done' | 'blocked' | 'gone';

/**
 * Runs what is booked for a member if it is due. Whoever runs it twice, or in two places at once, finds nothing the second time: the row of
 * the member is locked first. Refuses only `busy`.
 */
export async function runSchedule(store: CommandStore, call: Call, memberId: string): Promise<Outcome<ScheduleEnd>> {
  const done = await runCommand<ScheduleEnd>(store, call, locks, () => '', async (held) =>
    await store.onRecord(call, held, { of: 'schedules', ask: { memberId, on: undefined }, memberIds: [memberId] }, (ground, { pending, due, answerable, belongings }, targets) =>
      decideAs(ground, (actor) => {
        const target = targets.get(memberId);
        return target === undefined || pending === undefined || !due ? commit(ground, actor, [], 'gone') : decideRun(ground, actor, target, { ...pending, answerable }, belongings);
      }),
    ),
  );
  return done.ok ? succeed(done.value.result) : done;
}

function decideRun(ground: Ground, actor: Actor, target: Target, { id, on, bookedBy, answerable, reason, suspendApiKeys }: Schedule & { readonly answerable: string | undefined }, belongings: BelongingsOf): Decision<ScheduleEnd> {
  // Whose access has ended by some other way needs no second hold, and the booking must not stay due for ever.
  if (target.member.status === 'deactivated') return commit(ground, actor, [{ kind: 'deactivationScheduleCancelled', id, memberId: target.member.id, on, reason: undefined }], 'gone');
  const events = statusChange(target, false, { actor, credential: ground.call.credential, roles: ground.workspace.roles, reason });
  const blocked = checkStatus(ground, actor, target, events, 'team_membership_deactivate');
  if (blocked?.kind === 'restart') return blocked;
  if (blocked !== undefined) {
    const rules = blocked.refusal.blockers.map(({ rule }) => rule);
    return commit(ground, actor, [{ kind: 'scheduleBlocked', id, memberId: target.member.id, bookedBy, notify: answerable, rules }], 'blocked');
  }
  const origin = { id, bookedBy };
  const booked = events.map((event): DomainEvent => (event.kind === 'memberDeactivated' ? { ...event, schedule: origin } : event));
  const departure = { act: 'deactivate', handover: { suspendApiKeys }, reason, leaving: new Set([target.member.id]) } as const;
  return commit(ground, actor, [...booked, ...departureEvents(ground, actor, target.member, belongings, departure)], 'done');
}
