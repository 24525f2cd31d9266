// Makes another active member owner in place of the one who gives it up, and hands the account ownership on when asked.
import type { Actor, Call } from '../model/caller.ts';
import type { CommandStore, Decision, Ground, Locks, Target } from '../ports.ts';
import { refuse, refuseAll, succeed, type Outcome } from '../refusals.ts';
import { memberNotFound, outranks } from '../rules/authority.ts';
import { commit, decideAs, deny } from './decide.ts';
import { runCommand } from './run-command.ts';

/** Who gives and who gets; `fromId` undefined keeps every present owner an owner. `alsoAccount` moves the account ownership too. */
export interface Transfer {
  readonly toId: string;
  readonly fromId: string | undefined;
  readonly alsoAccount: boolean;
}

/**
 * Transfers ownership in one transaction. Refuses `not-found`, `role-not-manageable` unless an owner or the operator asks,
 * `invalid-value` for a receiver who is not active, and `account-owner-protected` when the giver would stay account owner as an admin or
 * when somebody else than the account owner or the operator would pass that mark on.
 */
export async function transferOwnership(store: CommandStore, call: Call, transfer: Transfer): Promise<Outcome<undefined>> {
  const locks: Locks = { organization: transfer.alsoAccount ? 'exclusive' : 'shared', workspace: 'exclusive', account: false };
  const ids = [transfer.toId, ...(transfer.fromId === undefined ? [] : [transfer.fromId])];
  const done = await runCommand(store, call, locks, () => '', async (held) =>
    await store.onMembers(call, held, ids, (ground, targets) => decideAs(ground, (actor) => decideTransfer(ground, actor, transfer, targets))),
  );
  return done.ok ? succeed(undefined) : done;
}

function decideTransfer(ground: Ground, actor: Actor, transfer: Transfer, targets: ReadonlyMap<string, Target>): Decision<undefined> {
  const to = targets.get(transfer.toId)?.member;
  const from = transfer.fromId === undefined ? undefined : targets.get(transfer.fromId)?.member;
  const missing = to === undefined ? transfer.toId : transfer.fromId !== undefined && from === undefined ? transfer.fromId : undefined;
  if (to === undefined || missing !== undefined) return { kind: 'refuse', refusal: refuseAll([memberNotFound(missing ?? transfer.toId)]) };
  const action = 'team_ownership_transfer';
  if (!outranks(actor, 'owner')) return deny(actor, refuse('role-not-manageable', 'Only an owner can transfer ownership. Ask an owner.', to.id), action, to.id);
  if (to.status !== 'active' || !to.human) {
    return deny(actor, refuse('invalid-value', `${to.userName} is not an active person here. Reactivate or choose another member.`, to.id), action, to.id);
  }
  const { accountOwnerId, name } = ground.workspace.organization;
  if (from !== undefined && from.accountId === accountOwnerId && !transfer.alsoAccount && from.id !== to.id) {
    const detail = `${from.userName} is the account owner of ${name} and must stay an owner. Pass the account ownership on together with the workspace.`;
    return deny(actor, refuse('account-owner-protected', detail, from.id), action, to.id);
  }
  const newAccountOwner = transfer.alsoAccount && to.accountId !== accountOwnerId ? to.accountId : undefined;
  if (newAccountOwner !== undefined && actor.kind === 'person' && actor.accountId !== accountOwnerId) {
    return deny(actor, refuse('account-owner-protected', `Only the account owner of ${name} can pass the account ownership on. Ask them to.`, to.id), action, to.id);
  }
  const gives = from !== undefined && from.id !== to.id && from.baseRole === 'owner' ? from.id : undefined;
  const changes = to.baseRole !== 'owner' || gives !== undefined || newAccountOwner !== undefined;
  return commit(ground, actor, changes ? [{ kind: 'ownershipTransferred', toId: to.id, fromId: gives, newAccountOwner }] : [], undefined);
}
