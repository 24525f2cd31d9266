// Ends sessions: one's own, one by the host that opened it, or every access of an account.
import { atWorkspace, type Call } from '../model/caller.ts';
import type { AccountReads } from '../host-ports.ts';
import type { CommandStore, Decision } from '../ports.ts';
import { refuse, succeed, type Outcome } from '../refusals.ts';
import { decideAs, commit } from './decide.ts';
import { plainLocks, runCommand } from './run-command.ts';

/** Ends a session that is live: the caller's own or, for a host, one of its organization. Refuses `not-found` for any other. */
export async function endSession(store: CommandStore, call: Call, id: string): Promise<Outcome<undefined>> {
  const done = await runCommand(store, call, plainLocks, () => '', async (held) =>
    await store.onRecord(call, held, { of: 'session', ask: id }, (ground, session) =>
      decideAs(ground, (actor): Decision<undefined> => {
        const own = actor.kind === 'host' || (actor.kind === 'account' && actor.id === session?.accountId) || (actor.kind === 'person' && actor.id === session?.membershipId);
        if (session === undefined || !own) return { kind: 'refuse', refusal: noSession };
        return commit(ground, actor, [{ kind: 'sessionEnded', id, targetId: session.membershipId ?? session.accountId }], undefined);
      }),
    ),
  );
  return done.ok ? succeed(undefined) : done;
}

const noSession = refuse('not-found', 'There is no such session, or it has ended already.');

/**
 * Ends every access of the account in all workspaces of its organization: its sessions, and the tokens of its memberships, whose epochs
 * rise. One transaction for each workspace, the caller's own session in the last: what breaks off in between can be asked again.
 */
export async function signOutEverywhere(store: CommandStore, reads: AccountReads, call: Call): Promise<Outcome<undefined>> {
  const found = await reads.memberships(call);
  if (!found.ok) return found;
  const home = await reads.home(call);
  if (!home.ok) return home;
  const places = found.value.map(({ workspace, membershipId }) => ({ workspaceId: workspace.id, membershipId }));
  const steps = places.length === 0 ? [{ workspaceId: home.value, membershipId: undefined }] : places;
  for (const [index, step] of steps.entries()) {
    const done = await signOutOf(store, atWorkspace(call, step.workspaceId), step.membershipId, index === steps.length - 1);
    if (!done.ok) return done;
  }
  return succeed(undefined);
}

async function signOutOf(store: CommandStore, call: Call, membershipId: string | undefined, sessions: boolean): Promise<Outcome<undefined>> {
  const done = await runCommand(store, call, plainLocks, () => '', async (held) =>
    await store.onMembers(call, held, membershipId === undefined ? [] : [membershipId], (ground, targets) =>
      decideAs(ground, (actor): Decision<undefined> => {
        if (actor.kind !== 'account') throw new Error('only an account signs out everywhere');
        // A membership that was removed in the meantime has lost its access already.
        const member = membershipId === undefined ? undefined : targets.get(membershipId)?.member;
        const mine = member?.accountId === actor.id ? member.id : undefined;
        return commit(ground, actor, mine === undefined && !sessions ? [] : [{ kind: 'signedOut', accountId: actor.id, membershipId: mine, sessions }], undefined);
      }),
    ),
  );
  return done.ok ? succeed(undefined) : done;
}
