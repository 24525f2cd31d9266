// Who may have an account erased or exported, and what stands against an erasure.
import type { AccountGround, ErasurePlace } from '../erasure-ports.ts';
import type { Actor } from '../model/caller.ts';
import { keyOf } from '../model/keys.ts';
import type { Workspace } from '../model/workspace.ts';
import { refuse, refuseAll, type Blocker, type Refusal } from '../refusals.ts';
import { accountOwner } from './account-owner.ts';
import type { Guard } from './guarded-act.ts';
import { lastOwner } from './last-owner.ts';
import { selfRemoval } from './self-removal.ts';

/** An account disposes of itself, the account owner and the operator of all accounts of the organization, everybody else of none. */
export function mayDisposeOf(actor: Actor, accountId: string | undefined, { accountOwnerId, name }: Pick<Workspace['organization'], 'accountOwnerId' | 'name'>): Refusal | undefined {
  if (actor.kind === 'operator' || (actor.kind === 'account' && actor.id === accountId)) return undefined;
  if (actor.kind === 'person' && actor.accountId === accountOwnerId) return undefined;
  return refuse('permission-denied', `Only the account owner of ${name} has the data of somebody else erased or exported. Whose data it is does so at account home.`);
}

/** The refusal of an account that there never was in the organization, and of a member that there never was in the workspace. */
export const accountUnknown = refuse('not-found', 'There is no such account in your organization. Name it by its id, or by the id of a membership in this workspace.');

/**
 * Guards 3 and 4 in every workspace, with every blocker; a person's own request, which comes from account home, is the one exception of
 * guard 2 (domain.md §4).
 */
export function guardErasure(actor: Actor, places: readonly ErasurePlace[]): Refusal | undefined {
  const guards: readonly Guard[] = [selfRemoval, lastOwner, accountOwner];
  const acts = places.flatMap(({ ground: { workspace }, target }) =>
    target === undefined ? [] : [{ actor, act: { kind: 'remove' as const }, target: target.member, workspace, otherActiveOwners: target.otherActiveOwners }],
  );
  const blockers = guards.flatMap((guard) => acts.map(guard)).filter((blocker): blocker is Blocker => blocker !== undefined);
  return blockers.length === 0 ? undefined : refuseAll(blockers);
}

/** Whether somebody confirms the erasure of the own account: by its e-mail; where it has none by the userName of a membership, or else by the account's id. */
export function confirmsErasure(confirm: string, { account, places }: AccountGround): boolean {
  if (account?.emailKey !== undefined) return keyOf(confirm) === account.emailKey;
  const names = places.flatMap(({ target }) => (target === undefined ? [] : [keyOf(target.member.userName)]));
  return names.length === 0 ? confirm.toLowerCase() === account?.id : names.includes(keyOf(confirm));
}
