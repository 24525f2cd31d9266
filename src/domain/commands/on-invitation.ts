// What commands on one invitation have in common: they find whose it is, and then decide under the locks of that member.
import type { InvitationRecord } from '../areas/invitations.ts';
import type { InvitationAsk } from '../loads.ts';
import type { Actor, Call } from '../model/caller.ts';
import type { CommandStore, Decision, Ground, Locks, Target } from '../ports.ts';
import { refuse, succeed, type Outcome, type Refusal } from '../refusals.ts';
import { decideAs } from './decide.ts';
import { plainLocks, runCommand } from './run-command.ts';

/** The invitation, undefined when there is none, with its membership unless that has ended. */
export type DecideOnInvitation<R> = (ground: Ground, actor: Actor, invitation: InvitationRecord | undefined, target: Target | undefined) => Decision<R>;

/** Either whose invitation it is, to be locked now, or the end. */
type Step<R> = { readonly lock: string } | { readonly done: R };

/** A membership keeps its invitations for ever, so that whose one is can be asked before any lock. */
export async function onInvitation<R>(store: CommandStore, call: Call, ask: InvitationAsk, decide: DecideOnInvitation<R>): Promise<Outcome<R>> {
  const first = await attempt(store, call, ask, plainLocks, [], decide);
  if (!first.ok) return first;
  if ('done' in first.value) return succeed(first.value.done);
  const locks: Locks = { organization: 'none', workspace: 'shared', account: true };
  const second = await attempt(store, call, ask, locks, [first.value.lock], decide);
  if (!second.ok) return second;
  if ('lock' in second.value) throw new Error('an invitation has gone over to another membership');
  return succeed(second.value.done);
}

async function attempt<R>(store: CommandStore, call: Call, ask: InvitationAsk, locks: Locks, memberIds: readonly string[], decide: DecideOnInvitation<R>): Promise<Outcome<Step<R>>> {
  const done = await runCommand<Step<R>>(store, call, locks, () => '', async (held) =>
    await store.onRecord(call, held, { of: 'invitation', ask, memberIds }, (ground, found, targets) =>
      decideAs(ground, (actor): Decision<Step<R>> => {
        if (found !== undefined && !memberIds.includes(found.membershipId)) return { kind: 'commit', changes: [], result: { lock: found.membershipId } };
        const decision = decide(ground, actor, found, found && targets.get(found.membershipId));
        return decision.kind === 'commit' ? { ...decision, result: { done: decision.result } } : decision;
      }),
    ),
  );
  return done.ok ? succeed(done.value.result) : done;
}

/** An invitation that does not exist or belongs to another tenant. */
export function invitationNotFound(): Refusal {
  return refuse('not-found', 'There is no such invitation in this workspace. List the invitations to find it.');
}
