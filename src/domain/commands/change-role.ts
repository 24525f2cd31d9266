// Gives a member another base role; both ranks are checked.
import type { Actor, Call } from '../model/caller.ts';
import type { MemberParts, MemberView } from '../model/membership.ts';
import type { RoleKey } from '../model/role.ts';
import type { DomainEvent } from '../events.ts';
import type { CommandStore, Decision, Ground, Target } from '../ports.ts';
import { refuseAll, succeed, type Outcome } from '../refusals.ts';
import { memberNotFound } from '../rules/authority.ts';
import { effectiveRole } from '../rules/effective-role.ts';
import { isActiveOwner } from '../rules/guarded-act.ts';
import { checkVersion, type Expected } from '../rules/precondition.ts';
import { commit, decideAs } from './decide.ts';
import { guarded } from './guarded.ts';
import { plainLocks, runCommand } from './run-command.ts';

/** What a role change may carry: the versions of which the member must have one, and what to show of it afterwards. */
export interface RoleChange {
  readonly expected?: Expected;
  readonly parts?: MemberParts;
}

/** Changes the role. Refuses what the guards refuse, `version-mismatch` and `not-found`; the role it has already writes nothing. The view is there if parts were asked for. */
export async function changeRole(store: CommandStore, call: Call, id: string, to: RoleKey, change: RoleChange = {}): Promise<Outcome<MemberView | undefined>> {
  const done = await runCommand(store, call, plainLocks, () => '', async (held) =>
    await store.onMembers(call, held, [id], (ground, targets) =>
      decideAs(ground, (actor) => decideRole(ground, actor, id, targets.get(id), to, change)),
    ),
  );
  return done.ok ? succeed(done.value.views.member) : done;
}

function decideRole(ground: Ground, actor: Actor, id: string, target: Target | undefined, to: RoleKey, { expected, parts }: RoleChange): Decision<undefined> {
  if (target === undefined) return { kind: 'refuse', refusal: refuseAll([memberNotFound(id)]) };
  const { member } = target;
  const from = member.baseRole;
  const effective = effectiveRole(ground.workspace.roles, to, member.groupRoles.map((given) => given.role));
  const blocked = guarded(ground, actor, target, { kind: 'role', to, effective }) ?? checkVersion(member.version, expected);
  if (blocked !== undefined) return blocked;
  const changed: DomainEvent = { kind: 'roleChanged', id, from, to, effective, owns: isActiveOwner({ ...member, role: effective }) };
  return commit(ground, actor, from === to ? [] : [changed], undefined, parts && { kind: 'member', id, parts });
}
