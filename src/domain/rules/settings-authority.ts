// Who reads and changes settings: admins those of their workspace, the account owner those of the organization.
import type { Actor } from '../model/caller.ts';
import type { Workspace } from '../model/workspace.ts';
import { refuse, type Refusal } from '../refusals.ts';
import { mayDo, outranks } from './authority.ts';

/** Refuses whoever ranks below an admin. */
export function mayChangeWorkspace(actor: Actor): Refusal | undefined {
  return outranks(actor, 'admin') ? undefined : refuse('permission-denied', 'Only an admin or an owner changes the settings of the workspace. Ask one of them.');
}

/** Refuses everybody but the account owner. */
export function mayChangeOrganization(actor: Actor, { accountOwnerId, name }: Pick<Workspace['organization'], 'accountOwnerId' | 'name'>): Refusal | undefined {
  if (actor.kind === 'operator' || isAccountOwner(actor, accountOwnerId)) return undefined;
  return refuse('permission-denied', `Only the account owner of ${name} changes the settings of the organization. Ask them to.`);
}

/** Whether the actor may know of the other workspaces of the organization, by name (domain.md §3). */
export function seesOrganization(actor: Actor, accountOwnerId: string | undefined): boolean {
  return isAccountOwner(actor, accountOwnerId) || mayDo(actor, 'organization.read');
}

function isAccountOwner(actor: Actor, accountOwnerId: string | undefined): boolean {
  return actor.kind === 'person' && actor.accountId === accountOwnerId;
}
