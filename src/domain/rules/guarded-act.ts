// What the guards look at, and the questions that several of them ask.
import type { Actor } from '../model/caller.ts';
import type { Membership } from '../model/membership.ts';
import type { RoleKey } from '../model/role.ts';
import type { Workspace } from '../model/workspace.ts';
import type { Blocker } from '../refusals.ts';

/**
 * What is about to happen to a member. A removal may say that it deactivates first; a reactivation whether it `insists`: that it was in vain
 * is not enough of an answer then, and with `override` it lifts the holds of identity providers too. A deactivation that `repeats` finds the
 * member under this very hold: it takes nothing from anybody, but not everybody may ask for it.
 */
export type MemberAct =
  | { readonly kind: 'update' }
  | { readonly kind: 'deactivate'; readonly repeats?: boolean }
  | { readonly kind: 'remove'; readonly deactivates?: boolean }
  | { readonly kind: 'reactivate'; readonly insists?: 'tell' | 'override' | undefined }
  /** Another base role; `effective` is the one then in force, where groups give the member a stronger one. */
  | { readonly kind: 'role'; readonly to: RoleKey; readonly effective?: RoleKey };

/** One act on one member. `otherActiveOwners` counts the active, human owners of the workspace besides the target. */
export interface GuardedAct {
  readonly actor: Actor;
  readonly act: MemberAct;
  readonly target: Membership;
  readonly workspace: Workspace;
  readonly otherActiveOwners: number;
}

/** A guard: the reason why the act must not happen, or undefined. */
export type Guard = (act: GuardedAct) => Blocker | undefined;

/** Whether a member counts as an owner for the last-owner rule: active and human. */
export function isActiveOwner(member: Pick<Membership, 'role' | 'status' | 'human'>): boolean {
  return member.role === 'owner' && member.status === 'active' && member.human;
}

/** Whether the act would leave an owner without the role or without access. */
export function endsOwnership(act: MemberAct): boolean {
  return act.kind === 'remove' || (act.kind === 'deactivate' && act.repeats !== true) || (act.kind === 'role' && (act.effective ?? act.to) !== 'owner');
}

/** The verb for sentences. */
export function verbOf(act: MemberAct): string {
  return act.kind === 'role' ? 'demote' : act.kind;
}
