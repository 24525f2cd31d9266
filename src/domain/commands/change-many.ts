// Does one act to many members in one transaction: to all of them, or, with every reason why not, to none.
import type { BatchAct } from '../areas/members.ts';
import type { DomainEvent } from '../events.ts';
import type { Handover, BelongingsOf } from '../model/belonging.ts';
import type { Actor, Call } from '../model/caller.ts';
import type { Permission } from '../model/role.ts';
import type { CommandStore, Decision, Ground, Locks, Target } from '../ports.ts';
import { refuse, refuseAll, succeed, type Blocker, type Outcome } from '../refusals.ts';
import { canSee, mayDo, memberNotFound, permissionDenied } from '../rules/authority.ts';
import { isActiveOwner, type MemberAct } from '../rules/guarded-act.ts';
import { guard } from '../rules/guards.ts';
import { commit, decideAs, deny, need } from './decide.ts';
import { checkReceiver, departureEvents, returnEvents, withReceiver } from './departure.ts';
import { removalOf } from './remove-member.ts';
import { runCommand } from './run-command.ts';
import { repeatsHold, statusChange } from './status-change.ts';

/** Which members, each once, and what is said and asked for beside it. `override` is an owner's own decision against identity providers. */
export interface Batch {
  readonly act: BatchAct;
  readonly ids: readonly string[];
  readonly reason?: string | undefined;
  readonly handover?: Handover | undefined;
  readonly override?: boolean | undefined;
}

/** To how many members of the batch something was done; the others were in that state already. */
export interface BatchDone {
  readonly changed: number;
}

const permissionFor: Readonly<Record<BatchAct, Permission>> = { remove: 'members.remove', deactivate: 'members.deactivate', reactivate: 'members.deactivate' };

/** Seats may begin or end with many of them, so that the accounts are locked from the start. */
const locks: Locks = { organization: 'shared', workspace: 'shared', account: true };

/**
 * Does the act to all members at once, judged on what the workspace would be afterwards. Refuses `permission-denied`, `bulk-blocked` with the
 * blockers of each member in guard order, and `invalid-value` for a wrong receiver of what they own.
 */
export async function changeMany(store: CommandStore, call: Call, batch: Batch): Promise<Outcome<BatchDone>> {
  const { act, ids, handover = {} } = batch;
  const way = act === 'reactivate' ? 'returning' : 'leaving';
  const done = await runCommand(store, call, locks, () => '', async (held) =>
    await store.onRecord(call, held, { of: 'belongings', ask: { ids, way }, memberIds: withReceiver(ids, handover) }, (ground, belongings, targets) =>
      decideAs(ground, (actor) => decideBatch(ground, actor, batch, targets, belongings)),
    ),
  );
  return done.ok ? succeed(done.value.result) : done;
}

function decideBatch(ground: Ground, actor: Actor, batch: Batch, targets: ReadonlyMap<string, Target>, belongings: BelongingsOf): Decision<BatchDone> {
  const { act, reason, handover = {} } = batch;
  const action = `team_membership_bulk_${act}` as const;
  const permission = permissionFor[act];
  if (!mayDo(actor, permission)) return deny(actor, refuseAll([permissionDenied(permission)]), action, undefined);
  const doomed = batch.ids.flatMap((id) => targets.get(id) ?? []);
  const owners = doomed.filter(({ member }) => isActiveOwner(member)).length;
  const touchesOwners = doomed.some(({ member }) => member.role === 'owner');
  const restart = need(ground, { workspace: touchesOwners ? 'exclusive' : 'shared' });
  if (restart !== undefined) return restart;
  const planned = doomed.map((target) => ({ target, ...planOf(ground, actor, batch, target) }));
  const wanted = planned.reduce((sum, { seats }) => sum + Math.max(0, seats), 0);
  const { seatLimit } = ground.workspace.organization;
  const limited = need(ground, { organization: wanted > 0 && seatLimit !== undefined ? 'exclusive' : 'none' });
  if (limited !== undefined) return limited;
  const blockers = batch.ids.flatMap((id): Blocker[] => {
    const target = targets.get(id);
    if (target === undefined || !canSee(actor, id)) return [{ ...memberNotFound(id), memberId: id }];
    const afterwards = { ...target, otherActiveOwners: isActiveOwner(target.member) ? target.otherActiveOwners + 1 - owners : target.otherActiveOwners };
    return guard({ actor, act: actOf(batch, repeatsHold(target, ground.call.credential)), target: target.member, workspace: ground.workspace, otherActiveOwners: afterwards.otherActiveOwners })?.blockers.slice() ?? [];
  });
  const unseated = seatLimit !== undefined && wanted > 0 && (ground.seatsUsed ?? 0) + wanted > seatLimit ? planned.filter(({ seats }) => seats > 0) : [];
  blockers.push(...unseated.map(({ target }) => noSeat(ground, target)));
  if (blockers.length > 0) return deny(actor, blocked(batch, blockers), action, undefined);
  const leaving = new Set(batch.ids);
  const departure = { act: act === 'remove' ? ('remove' as const) : ('deactivate' as const), handover, reason, leaving };
  const misplaced = act === 'reactivate' ? undefined : checkReceiver(departure, targets);
  if (misplaced !== undefined) return { kind: 'refuse', refusal: misplaced };
  const events = planned.flatMap(({ target: { member }, events: own, ends }) => {
    if (own.length === 0) return [];
    return [...own, ...(act === 'reactivate' ? (ends ? [] : returnEvents(member, belongings)) : departureEvents(ground, actor, member, belongings, departure))];
  });
  const changed = planned.filter((plan) => plan.events.length > 0).length;
  if (changed === 0) return commit(ground, actor, [], { changed });
  return commit(ground, actor, [...events, { kind: 'batchDone', act, count: changed, reason }], { changed }, undefined, ground.newId());
}

interface Plan {
  readonly events: readonly DomainEvent[];
  /** By how much the seats that the organization counts change. */
  readonly seats: number;
  /** Whether the member is without access afterwards. */
  readonly ends: boolean;
}

function planOf(ground: Ground, actor: Actor, { act, reason, override }: Batch, target: Target): Plan {
  const events =
    act === 'remove'
      ? [removalOf(target, reason).event]
      : statusChange(target, act === 'reactivate', { actor, credential: ground.call.credential, roles: ground.workspace.roles, reason, override });
  const seats = events.reduce((sum, event) => ('seat' in event ? sum + event.seat.ledger : sum), 0);
  return { events, seats, ends: !events.some((event) => event.kind === 'memberReactivated') };
}

function actOf({ act, override = false }: Batch, repeats: boolean): MemberAct {
  if (act === 'remove') return { kind: act };
  return act === 'reactivate' ? { kind: act, insists: override ? 'override' : 'tell' } : { kind: act, repeats };
}

function noSeat({ workspace: { organization } }: Ground, { member }: Target): Blocker {
  return { rule: 'seat-limit-reached', detail: `No seat left for ${member.userName}: ${organization.name} has ${organization.seatLimit ?? 0} seats, fewer than this would need.`, memberId: member.id };
}

function blocked({ act, ids }: Batch, blockers: readonly Blocker[]) {
  const count = new Set(blockers.map(({ memberId }) => memberId)).size;
  const detail = `Cannot ${act} these ${ids.length} members together: something stands against ${count} of them. Nothing was changed. The blockers say what stands against whom.`;
  return { ...refuse('bulk-blocked', detail), blockers };
}
