// Guard 3: a workspace always keeps one active, human owner.
import type { Blocker } from '../refusals.ts';
import { endsOwnership, isActiveOwner, verbOf, type GuardedAct } from './guarded-act.ts';

/** Refuses to remove, deactivate or demote the only active owner; true only under the exclusive lock on the workspace. */
export function lastOwner({ act, target, workspace, otherActiveOwners }: GuardedAct): Blocker | undefined {
  if (!isActiveOwner(target) || otherActiveOwners > 0 || !endsOwnership(act)) return undefined;
  const detail = `Cannot ${verbOf(act)} last owner: ${target.userName} is the only active owner of ${workspace.name}. Transfer ownership, then retry.`;
  return { rule: 'last-owner', detail, memberId: target.id };
}
