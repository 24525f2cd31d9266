// Ends what a guard refused to an identity provider: dismissed by somebody who takes the blame, or done after all, with a transfer before it.
import type { DomainEvent } from '../events.ts';
import type { BlockedIntent } from '../model/blocked-intent.ts';
import type { Actor, Call } from '../model/caller.ts';
import type { CommandStore, Decision, Ground, Locks, Target } from '../ports.ts';
import { refuse, refuseAll, succeed, type Outcome } from '../refusals.ts';
import { mayDo, permissionDenied } from '../rules/authority.ts';
import type { SeatEffect } from '../rules/seats.ts';
import { commit, decideAs, deny } from './decide.ts';
import { departureEvents } from './departure.ts';
import type { BelongingsOf } from '../model/belonging.ts';
import { guarded } from './guarded.ts';
import { removalOf } from './remove-member.ts';
import { plainLocks, runCommand } from './run-command.ts';
import { statusChange } from './status-change.ts';
import { checkSeat } from './seat-check.ts';
import { planTransfer } from './transfer-ownership.ts';

const unseated: SeatEffect = { claim: 'none', ledger: 0 };

/** Finishes a blocked intent on the member it is about; `transferTo` becomes owner in the member's place first, and account owner with `alsoAccount`. */
export interface Finish {
  readonly id: string;
  readonly memberId: string;
  readonly transferTo?: string | undefined;
  readonly alsoAccount: boolean;
  readonly reason?: string | undefined;
}

/** Dismisses an open intent; should the identity provider ask again, it is open again. Refuses `permission-denied` and `not-found`. */
export async function dismissIntent(store: CommandStore, call: Call, { id, memberId, reason }: { readonly id: string; readonly memberId: string; readonly reason: string }): Promise<Outcome<undefined>> {
  const done = await runCommand(store, call, plainLocks, () => '', async (held) =>
    await store.onRecord(call, held, { of: 'blockedIntent', ask: { id, memberId }, memberIds: [memberId] }, (ground, { intent }) =>
      decideAs(ground, (actor): Decision<undefined> => {
        if (!mayDo(actor, 'connections.write')) return deny(actor, refuseAll([permissionDenied('connections.write')]), 'blocked_intent_dismiss', memberId);
        if (intent === undefined) return noSuchIntent(id);
        return commit(ground, actor, [{ kind: 'intentDismissed', id, membershipId: memberId, act: intent.act, reason }], undefined);
      }),
    ),
  );
  return done.ok ? succeed(undefined) : done;
}

/**
 * Transfers ownership where asked and does what the identity provider wanted, in one transaction and with its hold. The guards judge what
 * the transfer leaves. Refuses what they and a transfer refuse, `permission-denied`, and `not-found` for what is open no more.
 */
export async function finishIntent(store: CommandStore, call: Call, finish: Finish): Promise<Outcome<undefined>> {
  const { id, memberId, transferTo, alsoAccount } = finish;
  const locks: Locks = { organization: alsoAccount ? 'exclusive' : 'shared', workspace: 'exclusive', account: true };
  const load = { of: 'blockedIntent', ask: { id, memberId }, memberIds: [...new Set([memberId, ...(transferTo === undefined ? [] : [transferTo])])] } as const;
  const done = await runCommand(store, call, locks, () => '', async (held) =>
    await store.onRecord(call, held, load, (ground, found, targets) => decideAs(ground, (actor) => decideFinish(ground, actor, finish, found, targets))),
  );
  return done.ok ? succeed(undefined) : done;
}

interface FoundIntent {
  readonly intent: BlockedIntent | undefined;
  readonly belongings: BelongingsOf;
}

function decideFinish(ground: Ground, actor: Actor, finish: Finish, { intent, belongings }: FoundIntent, targets: ReadonlyMap<string, Target>): Decision<undefined> {
  const { id, memberId, reason } = finish;
  if (!mayDo(actor, 'connections.write')) return deny(actor, refuseAll([permissionDenied('connections.write')]), 'blocked_intent_finish', memberId);
  const target = targets.get(memberId);
  if (intent === undefined || target === undefined) return noSuchIntent(id);
  const transfer = transferFirst(ground, actor, finish, targets, target);
  if (transfer.kind !== 'events') return transfer;
  const { act } = intent;
  if (act === 'demote' && transfer.events.length === 0) return { kind: 'refuse', refusal: refuse('invalid-value', 'A demotion is finished with an ownership transfer: name the receiver in "transferTo".', memberId) };
  const blocked = act === 'demote' ? undefined : guarded({ ...ground, workspace: transfer.workspace }, actor, transfer.after, act === 'remove' ? { kind: act, deactivates: true } : { kind: act });
  if (blocked !== undefined) return blocked;
  const steps = stepsOf(ground, actor, intent, transfer.after, belongings, finish);
  const ended: DomainEvent = { kind: 'intentFinished', id, membershipId: memberId, act: intent.act, connectionId: intent.connectionId, reason };
  return checkSeat(ground, steps.seat) ?? commit(ground, actor, [...transfer.events, ...steps.events, ended], undefined);
}

interface Transferred {
  readonly kind: 'events';
  readonly events: readonly DomainEvent[];
  /** The member and the workspace as the transfer leaves them. */
  readonly after: Target;
  readonly workspace: Ground['workspace'];
}

type Standstill = Exclude<Decision<never>, { kind: 'commit' }>;

function transferFirst(ground: Ground, actor: Actor, { transferTo, alsoAccount, reason }: Finish, targets: ReadonlyMap<string, Target>, target: Target): Transferred | Standstill {
  if (transferTo === undefined) return { kind: 'events', events: [], after: target, workspace: ground.workspace };
  const { member } = target;
  if (transferTo === member.id) return { kind: 'refuse', refusal: refuse('invalid-value', `${member.userName} is who is to leave. Name somebody else in "transferTo".`, member.id) };
  const gives = member.baseRole === 'owner';
  const planned = planTransfer(ground, actor, { toId: transferTo, fromId: gives ? member.id : undefined, alsoAccount, reason }, targets);
  if (planned.kind !== 'events') return planned;
  const receiver = targets.get(transferTo)?.member;
  const { organization } = ground.workspace;
  const workspace = { ...ground.workspace, organization: { ...organization, accountOwnerId: alsoAccount ? receiver?.accountId : organization.accountOwnerId } };
  const role = planned.result.from?.role ?? member.role;
  const others = target.otherActiveOwners + (receiver?.role === 'owner' ? 0 : 1);
  return { kind: 'events', events: planned.events, after: { ...target, member: { ...member, baseRole: gives ? 'admin' : member.baseRole, role }, otherActiveOwners: others }, workspace };
}

function stepsOf(ground: Ground, actor: Actor, { act, connectionId, revokesKeys }: BlockedIntent, target: Target, belongings: BelongingsOf, { transferTo, reason }: Finish) {
  const { member } = target;
  if (act === 'demote') return { events: [], seat: unseated };
  const handover = { ...(transferTo === undefined ? {} : { reassignTo: transferTo }), revokeApiKeys: revokesKeys };
  const left = departureEvents(ground, actor, member, belongings, { act, handover, reason, leaving: new Set([member.id]) });
  const { call, workspace } = ground;
  const off = statusChange(target, false, { actor, credential: call.credential, roles: workspace.roles, reason, hold: `idp:${connectionId}` });
  if (act === 'remove') {
    const { event, seat } = removalOf(target, reason);
    const first = member.status === 'active' && workspace.policy.removalRequiresDeactivation ? off : [];
    return { events: [...first, event, ...left], seat };
  }
  const seat = off.find((event) => 'seat' in event)?.seat ?? unseated;
  return { events: [...off, ...(member.status === 'deactivated' ? [] : left)], seat };
}

function noSuchIntent(id: string): Extract<Decision<never>, { kind: 'refuse' }> {
  return { kind: 'refuse', refusal: refuse('not-found', `The blocked intent ${id} is open no more: somebody has resolved it, or the identity provider wants it no longer. Look at the list.`) };
}
