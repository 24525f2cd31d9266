// Sets up a workspace with its first owner, and its organization when it is new; the owner of a new organization is its account owner.
import type { Actor, Call } from '../model/caller.ts';
import type { Particulars } from '../model/membership.ts';
import type { Workspace } from '../model/workspace.ts';
import { accountKeyOf } from '../model/keys.ts';
import type { DomainEvent } from '../events.ts';
import type { AccountMatch, CommandStore, Decision, Ground, Locks } from '../ports.ts';
import { refuse, succeed, type Outcome } from '../refusals.ts';
import { commit, decideAs, deny, need } from './decide.ts';
import { provisionEvent } from './provision-member.ts';
import { runCommand } from './run-command.ts';
import { checkSeat } from './seat-check.ts';

/** A workspace to set up; `workspace` carries fresh ids, `newOrganization` says whether its organization is to be created too. */
export interface WorkspaceDraft {
  readonly workspace: Workspace;
  readonly newOrganization: boolean;
  readonly owner: Particulars;
}

/** What was set up. */
export interface WorkspaceCreated {
  readonly ownerId: string;
  readonly accountId: string;
}

const locks: Locks = { organization: 'exclusive', workspace: 'exclusive', account: true };

/** Creates the workspace. Refuses `duplicate` for a slug or organization that exists and `seat-limit-reached`. */
export async function createWorkspace(store: CommandStore, call: Call, draft: WorkspaceDraft): Promise<Outcome<WorkspaceCreated>> {
  const accountKey = accountKeyOf(draft.owner.userName, draft.owner.emails);
  const { slug } = draft.workspace;
  const done = await runCommand(store, call, locks, () => `The slug "${slug}" is taken. Choose another one.`, async (held) =>
    await store.onAccount(call, held, accountKey, (ground, account) => decideAs(ground, (actor) => decideCreation(ground, actor, draft, accountKey, account), 'admin.write'), draft.workspace),
  );
  return done.ok ? succeed(done.value.result) : done;
}

function decideCreation(ground: Ground, actor: Actor, draft: WorkspaceDraft, key: string | undefined, found: AccountMatch | undefined): Decision<WorkspaceCreated> {
  if (actor.kind !== 'operator') return deny(actor, refuse('permission-denied', 'Only the operator creates workspaces, with the command line.'), 'workspace_create', undefined);
  const restart = need(ground, locks);
  if (restart !== undefined) return restart;
  const { id, slug, name, organization } = draft.workspace;
  const account = found === undefined ? { id: ground.newId(), isNew: true, key } : { id: found.id, isNew: false, key };
  const seated = provisionEvent(ground, { particulars: draft.owner, active: true, role: 'owner' }, account, found?.claimedElsewhere ?? false);
  const blocked = checkSeat(ground, seated.seat);
  if (blocked !== undefined) return blocked;
  const events: DomainEvent[] = [{ kind: 'workspaceCreated', id, slug, name }, seated];
  if (draft.newOrganization) {
    events.unshift({ kind: 'organizationCreated', id: organization.id, name: organization.name, seatLimit: organization.seatLimit, accountOwnerId: account.id });
  }
  return commit(ground, actor, events, { ownerId: seated.id, accountId: account.id });
}
