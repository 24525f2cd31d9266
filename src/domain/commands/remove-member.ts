// Removes a member from its workspace: soft delete, groups and access ended, the seat freed when no other workspace claims it.
import type { Actor, Call } from '../model/caller.ts';
import type { DomainEvent } from '../events.ts';
import type { Handover, BelongingsOf } from '../model/belonging.ts';
import type { CommandStore, Decision, Ground, Locks, Target } from '../ports.ts';
import { refuseAll, succeed, type Outcome } from '../refusals.ts';
import { memberNotFound } from '../rules/authority.ts';
import { checkVersion, type Expected } from '../rules/precondition.ts';
import { seatEffect, type SeatEffect } from '../rules/seats.ts';
import { commit, decideAs } from './decide.ts';
import { checkReceiver, departureEvents, withReceiver, type Departure } from './departure.ts';
import { guarded } from './guarded.ts';
import { runCommand } from './run-command.ts';
import { checkSeat } from './seat-check.ts';
import { statusChange } from './status-change.ts';

const locks: Locks = { organization: 'shared', workspace: 'shared', account: true };

/** What a removal may carry: a reason for the audit, the versions of which the member must have one, and what becomes of what hangs on the member. */
export interface Removal {
  readonly reason?: string | undefined;
  readonly expected?: Expected;
  readonly handover?: Handover | undefined;
}

/** Removes the member. Refuses what the guards refuse, `version-mismatch`, `invalid-value` for a wrong receiver, and `not-found`, a second removal too. */
export async function removeMember(store: CommandStore, call: Call, id: string, removal: Removal = {}): Promise<Outcome<undefined>> {
  const { handover = {} } = removal;
  const load = { of: 'belongings', ask: { ids: [id], way: 'leaving' }, memberIds: withReceiver([id], handover) } as const;
  const done = await runCommand(store, call, locks, () => '', async (held) =>
    await store.onRecord(call, held, load, (ground, belongings, targets) =>
      decideAs(ground, (actor) => decideRemoval(ground, actor, id, targets, belongings, removal)),
    ),
  );
  return done.ok ? succeed(undefined) : done;
}

function decideRemoval(ground: Ground, actor: Actor, id: string, targets: ReadonlyMap<string, Target>, belongings: BelongingsOf, { reason, expected, handover = {} }: Removal): Decision<undefined> {
  const target = targets.get(id);
  if (target === undefined) return { kind: 'refuse', refusal: refuseAll([memberNotFound(id)]) };
  const deactivates = takesBothSteps(ground);
  const blocked = guarded(ground, actor, target, { kind: 'remove', deactivates }) ?? checkVersion(target.member.version, expected);
  if (blocked !== undefined) return blocked;
  const departure: Departure = { act: 'remove', handover, reason, leaving: new Set([id]) };
  const misplaced = checkReceiver(departure, targets);
  if (misplaced !== undefined) return { kind: 'refuse', refusal: misplaced };
  const { event, seat } = removalOf(target, reason);
  const { member } = target;
  const first = deactivates && member.status === 'active' && ground.workspace.policy.removalRequiresDeactivation;
  const steps = first ? statusChange(target, false, { actor, credential: ground.call.credential, roles: ground.workspace.roles, reason }) : [];
  return checkSeat(ground, seat) ?? commit(ground, actor, [...steps, event, ...departureEvents(ground, actor, member, belongings, departure)], undefined);
}

/** SCIM knows one step only: where the policy wants a deactivation first, its removal is both (domain.md §4). The command line has no door. */
function takesBothSteps({ call: { credential, door = 'scim' } }: Ground): boolean {
  return door === 'scim' && (credential.kind === 'connection' || credential.kind === 'person');
}

/** What the removal of a member is, and what it does to the seats. */
export function removalOf({ member, claimedElsewhere }: Target, reason: string | undefined): { readonly event: DomainEvent; readonly seat: SeatEffect } {
  const { id, accountId } = member;
  const seat = seatEffect(member, undefined, claimedElsewhere);
  if (member.status === 'invited') return { event: { kind: 'invitationRevoked', id, accountId, removes: true, seat, reason }, seat };
  return { event: { kind: 'memberRemoved', id, accountId, seat, notify: true, reason }, seat };
}
