// Guard 4: the account owner of the organization is protected in every workspace of it.
import { roleIn, type RoleKey } from '../model/role.ts';
import type { Blocker } from '../refusals.ts';
import { endsOwnership, verbOf, type GuardedAct } from './guarded-act.ts';

/** Refuses to remove, deactivate or demote the account owner; in a workspace where it is less than an owner it may rise. */
export function accountOwner({ act, target, workspace }: GuardedAct): Blocker | undefined {
  const { organization } = workspace;
  const rankOf = (key: RoleKey) => roleIn(workspace.roles, key).rank;
  const takes = act.kind === 'role' ? rankOf(act.effective ?? act.to) < rankOf(target.role) : endsOwnership(act);
  if (organization.accountOwnerId !== target.accountId || !takes) return undefined;
  const detail = `Cannot ${verbOf(act)} ${target.userName}: the account owner of ${organization.name} is protected. Pass the account ownership on, then retry.`;
  return { rule: 'account-owner-protected', detail, memberId: target.id };
}
