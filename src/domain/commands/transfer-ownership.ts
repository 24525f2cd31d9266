// Makes another active member owner in place of the one who gives it up, and hands the account ownership on when asked.
import type { DomainEvent } from '../events.ts';
import type { Actor, Call } from '../model/caller.ts';
import type { Membership } from '../model/membership.ts';
import type { RoleKey } from '../model/role.ts';
import type { CommandStore, Decision, Ground, Locks, Target } from '../ports.ts';
import { refuse, refuseAll, succeed, type Outcome, type Refusal } from '../refusals.ts';
import { canSee, memberNotFound, outranks } from '../rules/authority.ts';
import { effectiveRole } from '../rules/effective-role.ts';
import { commit, decideAs, deny } from './decide.ts';
import { runCommand } from './run-command.ts';

/** Who gives and who gets; `fromId` undefined keeps every present owner an owner. `alsoAccount` moves the account ownership too. */
export interface Transfer {
  readonly toId: string;
  readonly fromId: string | undefined;
  readonly alsoAccount: boolean;
  readonly reason?: string | undefined;
}

/** A member after the transfer, with the role in force. */
export interface Party {
  readonly id: string;
  readonly userName: string;
  readonly role: RoleKey;
  readonly accountOwner: boolean;
}

/** Both sides afterwards; nobody gave anything up where `from` is undefined. */
export interface Transferred {
  readonly to: Party;
  readonly from: Party | undefined;
}

/**
 * Transfers ownership in one transaction. Refuses `not-found`, `role-not-manageable` unless an owner or the operator asks,
 * `invalid-value` for a receiver who is not active, and `account-owner-protected` when the giver would stay account owner as an admin or
 * when somebody else than the account owner or the operator would pass that mark on.
 */
export async function transferOwnership(store: CommandStore, call: Call, transfer: Transfer): Promise<Outcome<Transferred>> {
  const locks: Locks = { organization: transfer.alsoAccount ? 'exclusive' : 'shared', workspace: 'exclusive', account: false };
  const ids = [transfer.toId, ...(transfer.fromId === undefined ? [] : [transfer.fromId])];
  const done = await runCommand(store, call, locks, () => '', async (held) =>
    await store.onMembers(call, held, ids, (ground, targets) => decideAs(ground, (actor) => decideTransfer(ground, actor, transfer, targets))),
  );
  return done.ok ? succeed(done.value.result) : done;
}

function decideTransfer(ground: Ground, actor: Actor, transfer: Transfer, targets: ReadonlyMap<string, Target>): Decision<Transferred> {
  const planned = planTransfer(ground, actor, transfer, targets);
  return planned.kind === 'events' ? commit(ground, actor, planned.events, planned.result) : planned;
}

/** What a transfer comes to, for commands that do more in the same transaction; no events where all is so already. */
export function planTransfer(
  ground: Ground,
  actor: Actor,
  transfer: Transfer,
  targets: ReadonlyMap<string, Target>,
): { readonly kind: 'events'; readonly events: readonly DomainEvent[]; readonly result: Transferred } | Extract<Decision<never>, { kind: 'refuse' }> {
  const to = targets.get(transfer.toId)?.member;
  const from = transfer.fromId === undefined ? undefined : targets.get(transfer.fromId)?.member;
  const missing = to === undefined || !canSee(actor, to.id) ? transfer.toId : transfer.fromId !== undefined && from === undefined ? transfer.fromId : undefined;
  if (to === undefined || missing !== undefined) return { kind: 'refuse', refusal: refuseAll([memberNotFound(missing ?? transfer.toId)]) };
  const { accountOwnerId } = ground.workspace.organization;
  const newAccountOwner = transfer.alsoAccount && to.accountId !== accountOwnerId ? to.accountId : undefined;
  const against = objection(ground, actor, { to, from, newAccountOwner, alsoAccount: transfer.alsoAccount });
  if (against !== undefined) return deny(actor, against, 'team_ownership_transfer', to.id);
  const steps = from !== undefined && from.id !== to.id && from.baseRole === 'owner';
  const fromRole = from && effectiveRole(ground.workspace.roles, steps ? 'admin' : from.baseRole, from.groupRoles.map(({ role }) => role));
  const giver = steps && fromRole !== undefined ? { id: from.id, role: fromRole } : undefined;
  const event: DomainEvent = { kind: 'ownershipTransferred', toId: to.id, from: giver, newAccountOwner, by: 'request', reason: transfer.reason };
  const changes = to.baseRole !== 'owner' || giver !== undefined || newAccountOwner !== undefined;
  const owns = (member: Membership) => member.accountId === (newAccountOwner ?? accountOwnerId);
  const party = (member: Membership, role: RoleKey): Party => ({ id: member.id, userName: member.userName, role, accountOwner: owns(member) });
  const other = from === undefined || from.id === to.id ? undefined : party(from, fromRole ?? from.role);
  return { kind: 'events', events: changes ? [event] : [], result: { to: party(to, 'owner'), from: other } };
}

interface Wanted {
  readonly to: Membership;
  readonly from: Membership | undefined;
  readonly newAccountOwner: string | undefined;
  readonly alsoAccount: boolean;
}

function objection({ workspace }: Ground, actor: Actor, { to, from, newAccountOwner, alsoAccount }: Wanted): Refusal | undefined {
  const { accountOwnerId, name } = workspace.organization;
  if (!outranks(actor, 'owner')) return refuse('role-not-manageable', 'Only an owner can transfer ownership. Ask an owner.', to.id);
  if (to.status !== 'active' || !to.human) return refuse('invalid-value', `${to.userName} is not an active person here. Reactivate or choose another member.`, to.id);
  if (from !== undefined && from.accountId === accountOwnerId && !alsoAccount && from.id !== to.id) {
    const detail = `${from.userName} is the account owner of ${name} and must stay an owner. Pass the account ownership on together with the workspace.`;
    return refuse('account-owner-protected', detail, from.id);
  }
  if (newAccountOwner === undefined || actor.kind !== 'person' || actor.accountId === accountOwnerId) return undefined;
  return refuse('account-owner-protected', `Only the account owner of ${name} can pass the account ownership on. Ask them to.`, to.id);
}
