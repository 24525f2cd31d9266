// Guard 4: the account owner of the organization is protected in every workspace of it.
import type { Blocker } from '../refusals.ts';
import { endsOwnership, verbOf, type GuardedAct } from './guarded-act.ts';

/** Refuses to remove, deactivate or demote the account owner. */
export function accountOwner({ act, target, workspace }: GuardedAct): Blocker | undefined {
  const { organization } = workspace;
  if (organization.accountOwnerId !== target.accountId || !endsOwnership(act)) return undefined;
  const detail = `Cannot ${verbOf(act)} ${target.userName}: the account owner of ${organization.name} is protected. Pass the account ownership on, then retry.`;
  return { rule: 'account-owner-protected', detail, memberId: target.id };
}
