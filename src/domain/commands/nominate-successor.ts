// An owner names who follows when an identity provider takes the owner away; without a name the provider's request is refused.
import type { Actor, Call } from '../model/caller.ts';
import type { Owner } from '../model/membership.ts';
import type { CommandStore, Decision, Ground, Locks, Target } from '../ports.ts';
import { refuse, refuseAll, succeed, type Outcome } from '../refusals.ts';
import { memberNotFound } from '../rules/authority.ts';
import { commit, decideAs, deny } from './decide.ts';
import { runCommand } from './run-command.ts';

/** Whom an owner has named, and whether for the account ownership too. */
export interface Nomination {
  readonly successorId: string;
  readonly userName: string;
  readonly alsoAccount: boolean;
}

const locks: Locks = { organization: 'shared', workspace: 'exclusive', account: false };

/** Names the successor of the person who calls. Refuses `permission-denied` unless an owner calls, `not-found`, `invalid-value` for oneself and for who is not an active person, and `account-owner-protected` where the account is not the caller's to leave. */
export async function nominateSuccessor(store: CommandStore, call: Call, wanted: { readonly successorId: string; readonly alsoAccount: boolean }): Promise<Outcome<Nomination>> {
  const { successorId, alsoAccount } = wanted;
  return await asOwner(store, call, [successorId], 'successor_nominate', (ground, actor, owner, targets): Decision<Nomination> => {
    const successor = targets.get(successorId)?.member;
    if (successor === undefined) return { kind: 'refuse', refusal: refuseAll([memberNotFound(successorId)]) };
    if (successor.id === owner.id || successor.status !== 'active' || !successor.human) {
      return { kind: 'refuse', refusal: refuse('invalid-value', `${successor.userName} cannot follow you: a successor is another active person of this workspace.`, successor.id) };
    }
    if (alsoAccount && owner.accountId !== ground.workspace.organization.accountOwnerId) {
      return deny(actor, refuse('account-owner-protected', `Only the account owner of ${ground.workspace.organization.name} can name who follows in that.`, successor.id), 'successor_nominate', successor.id);
    }
    const same = owner.successor?.id === successorId && owner.successor.alsoAccount === alsoAccount;
    const result = { successorId, userName: successor.userName, alsoAccount };
    return commit(ground, actor, same ? [] : [{ kind: 'successorNominated', ownerId: owner.id, successorId, alsoAccount }], result);
  });
}

/** Takes the nomination of the person who calls back; where there is none nothing is written. Refuses `permission-denied` unless an owner calls. */
export async function withdrawSuccessor(store: CommandStore, call: Call): Promise<Outcome<undefined>> {
  return await asOwner(store, call, [], 'successor_withdraw', (ground, actor, { id, successor }) =>
    commit(ground, actor, successor === undefined ? [] : [{ kind: 'successorWithdrawn', ownerId: id, successorId: successor.id }], undefined),
  );
}

type DecideAsOwner<R> = (ground: Ground, actor: Actor, owner: Owner, targets: ReadonlyMap<string, Target>) => Decision<R>;

async function asOwner<R>(store: CommandStore, call: Call, ids: readonly string[], action: 'successor_nominate' | 'successor_withdraw', decide: DecideAsOwner<R>): Promise<Outcome<R>> {
  const done = await runCommand(store, call, locks, () => '', async (held) =>
    await store.onMembers(call, held, ids, (ground, targets) =>
      decideAs(ground, (actor) => {
        const owner = actor.kind === 'person' ? ground.owners?.find(({ id }) => id === actor.id) : undefined;
        return owner === undefined ? deny(actor, refuse('permission-denied', 'Only an owner has a successor to name. Ask an owner.'), action, undefined) : decide(ground, actor, owner, targets);
      }),
    ),
  );
  return done.ok ? succeed(done.value.result) : done;
}
