// Runs the guards under locks that are strong enough for what they look at.
import type { Actor } from '../model/caller.ts';
import type { AuditAction } from '../changes.ts';
import type { Decision, Ground, Target } from '../ports.ts';
import type { Refusal } from '../refusals.ts';
import { endsOwnership, isActiveOwner, type MemberAct } from '../rules/guarded-act.ts';
import { guard } from '../rules/guards.ts';
import { deny, need } from './decide.ts';
import { successorFor } from './succession.ts';

/** Runs the guards on one act, first making sure that the locks are strong enough for what they say to be true. */
export function guarded(ground: Ground, actor: Actor, target: Target, act: MemberAct): Extract<Decision<never>, { kind: 'restart' | 'refuse' }> | undefined {
  const { member, otherActiveOwners } = target;
  const touchesOwners = endsOwnership(act) ? isActiveOwner(member) : member.role === 'owner' && act.kind === 'reactivate';
  const restart = need(ground, {
    organization: endsOwnership(act) ? 'shared' : 'none',
    workspace: touchesOwners || (act.kind === 'role' && act.to === 'owner') ? 'exclusive' : 'shared',
  });
  if (restart !== undefined) return restart;
  const refusal: Refusal | undefined = guard({ actor, act, target: member, workspace: ground.workspace, otherActiveOwners });
  if (refusal === undefined) return undefined;
  if (isFollowed(ground, actor, target, act, refusal)) {
    return refusal.blockers.some(({ rule }) => rule === 'account-owner-protected') ? need(ground, { organization: 'exclusive' }) : undefined;
  }
  return deny(actor, refusal, actionOf(act), member.id);
}

/** Whether an identity provider takes an owner away who has named a successor for that; whoever commits the act lets the successor take over. */
function isFollowed({ owners = [] }: Ground, actor: Actor, { member }: Target, act: MemberAct, { blockers }: Refusal): boolean {
  if (actor.kind !== 'connection' || (act.kind !== 'remove' && act.kind !== 'deactivate')) return false;
  const owner = owners.find(({ id }) => id === member.id);
  return owner !== undefined && successorFor(owner, blockers) !== undefined;
}

/** What the audit calls an act. */
export function actionOf(act: MemberAct | undefined): AuditAction {
  switch (act?.kind) {
    case 'deactivate':
      return 'team_membership_deactivate';
    case 'remove':
      return 'team_membership_remove';
    case 'reactivate':
      return 'team_membership_reactivate';
    case 'role':
      return 'team_membership_role_change';
    default:
      return 'team_membership_update';
  }
}
