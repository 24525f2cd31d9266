// What somebody may know of the other workspaces of an organization (domain.md §3).
import type { Actor } from '../model/caller.ts';
import type { NamedThing } from '../model/preview.ts';
import type { Workspace } from '../model/workspace.ts';
import { mayDo } from './authority.ts';

const anyOther: readonly NamedThing[] = [{ id: undefined, name: 'another workspace of the organization' }];

/** The workspaces by name for the account owner, for whoever has `organization.read` and for the operator; for everybody else one that has no name and stands for all of them. */
export function otherWorkspaces(actor: Actor, { organization }: Workspace, elsewhere: readonly NamedThing[]): readonly NamedThing[] {
  if (elsewhere.length === 0) return [];
  const mayKnow = actor.kind === 'person' ? actor.accountId === organization.accountOwnerId || mayDo(actor, 'organization.read') : actor.kind === 'operator' || actor.kind === 'system';
  return mayKnow ? elsewhere : anyOther;
}
