// What has to be known before a batch of commands is begun: whether the caller may write at all, and whether the order of newcomers matters.
import type { Call } from '../model/caller.ts';
import type { CommandStore } from '../ports.ts';
import { succeed, type Outcome } from '../refusals.ts';
import { decideAs } from './decide.ts';
import { plainLocks, runCommand } from './run-command.ts';

/** `seatsLimited`: with few seats left, who comes first is seated. */
export interface BatchGround {
  readonly seatsLimited: boolean;
}

/** Admits the caller to a batch of writes, each of which is admitted again. Refuses what every one of them would refuse of the credential. */
export async function prepareBatch(store: CommandStore, call: Call): Promise<Outcome<BatchGround>> {
  const done = await runCommand(store, call, plainLocks, () => '', async (held) =>
    await store.onMembers(call, held, [], (ground) =>
      decideAs(ground, () => ({ kind: 'commit', changes: [], result: { seatsLimited: ground.workspace.organization.seatLimit !== undefined } })),
    ),
  );
  return done.ok ? succeed(done.value.result) : done;
}
