// Guard 5: where the workspace wants it, nobody is removed who still has access.
import type { Blocker } from '../refusals.ts';
import type { GuardedAct } from './guarded-act.ts';

/** Refuses to remove an active member where the policy asks for a deactivation first, unless the act performs both steps. */
export function deactivateFirst({ act, target, workspace }: GuardedAct): Blocker | undefined {
  if (act.kind !== 'remove' || act.deactivates === true || target.status !== 'active' || !workspace.policy.removalRequiresDeactivation) return undefined;
  const detail = `Cannot remove ${target.userName} yet: ${workspace.name} lets nobody be removed who is active. Deactivate first, then remove.`;
  return { rule: 'deactivate-first', detail, memberId: target.id };
}
