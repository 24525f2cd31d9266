// Runs one command to its end: stronger locks when it asks for them, another try after a lost race, the audit row of a refusal.
import type { Call } from '../model/caller.ts';
import type { AuditEntry } from '../changes.ts';
import type { CommandStore, Conflict, Ended, Locks, Views } from '../ports.ts';
import { fail, refuse, succeed, type Outcome } from '../refusals.ts';

/** Tries of one command before it gives up as `busy`; each restart and each lost race is one. */
const tries = 6;

/** Locks of a command that changes neither owners nor seats. */
export const plainLocks: Locks = { organization: 'none', workspace: 'shared', account: false };

/** Says in words which value somebody else holds. */
export type Taken = (on: Exclude<Conflict, 'account' | 'breaker' | 'lastOwner'>) => string;

/** A committed command's result with the views it asked for. */
export interface Done<R> {
  readonly result: R;
  readonly views: Views;
}

/**
 * Runs `attempt` until it commits or is refused. `taken` says in words what a unique index refused.
 * Refuses what the command refuses, `duplicate` for a value taken by somebody else, `busy` when every try lost its race.
 */
export async function runCommand<R>(
  store: CommandStore,
  call: Call,
  first: Locks,
  taken: Taken,
  attempt: (locks: Locks) => Promise<Ended<R>>,
): Promise<Outcome<Done<R>>> {
  let locks = first;
  for (let tried = 0; tried < tries; tried += 1) {
    const ended = await attempt(locks);
    if (ended.kind === 'committed') return succeed({ result: ended.result, views: ended.views });
    if (ended.kind === 'refuse') return await refused(store, call, ended);
    if (ended.kind === 'restart') locks = ended.locks;
    else if (ended.on === 'lastOwner') return fail(refuse('last-owner', 'Cannot remove last owner of the workspace. Transfer ownership, then retry.'));
    else if (ended.on !== 'account' && ended.on !== 'breaker') return fail(refuse('duplicate', taken(ended.on)));
  }
  return fail(refuse('busy', 'Other changes to the same people kept getting in between. Send the request again.'));
}

async function refused(store: CommandStore, call: Call, ended: Extract<Ended<never>, { kind: 'refuse' }>): Promise<Outcome<never>> {
  const { refusal, attempt, actor } = ended;
  if (attempt !== undefined && call.rehearsal !== true) {
    const entry: Omit<AuditEntry, 'id'> = {
      action: attempt.action,
      outcome: 'denied',
      actor: actor ?? { kind: 'system', id: undefined },
      targetId: attempt.targetId,
      requestId: call.requestId,
      reason: undefined,
      metadata: { rules: [...new Set(refusal.blockers.map((blocker) => blocker.rule))] },
    };
    await store.recordDenied(call, entry, attempt.changes);
  }
  return fail(refusal);
}
