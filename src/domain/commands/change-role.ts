// Gives a member another base role; both ranks are checked.
import type { Actor, Call } from '../model/caller.ts';
import type { RoleKey } from '../model/role.ts';
import type { CommandStore, Decision, Ground, Target } from '../ports.ts';
import { refuseAll, succeed, type Outcome } from '../refusals.ts';
import { memberNotFound } from '../rules/authority.ts';
import { commit, decideAs } from './decide.ts';
import { guarded } from './guarded.ts';
import { plainLocks, runCommand } from './run-command.ts';

/** Changes the role. Refuses what the guards refuse and `not-found`; the role it has already writes nothing. */
export async function changeRole(store: CommandStore, call: Call, id: string, to: RoleKey): Promise<Outcome<undefined>> {
  const done = await runCommand(store, call, plainLocks, () => '', async (held) =>
    await store.onMembers(call, held, [id], (ground, targets) =>
      decideAs(ground, 'scim.write', (actor) => decideRole(ground, actor, id, targets.get(id), to)),
    ),
  );
  return done.ok ? succeed(undefined) : done;
}

function decideRole(ground: Ground, actor: Actor, id: string, target: Target | undefined, to: RoleKey): Decision<undefined> {
  if (target === undefined) return { kind: 'refuse', refusal: refuseAll([memberNotFound(id)]) };
  const from = target.member.baseRole;
  const blocked = guarded(ground, actor, target, { kind: 'role', to });
  if (blocked !== undefined) return blocked;
  return commit(ground, actor, from === to ? [] : [{ kind: 'roleChanged', id, from, to }], undefined);
}
