// Changes the settings of a workspace or of its organization.
import type { OrganizationSet, WorkspaceSet } from '../areas/settings.ts';
import type { DomainEvent } from '../events.ts';
import type { Call } from '../model/caller.ts';
import type { WorkspacePolicy } from '../model/workspace.ts';
import type { CommandStore, Locks } from '../ports.ts';
import { refuse, succeed, type Outcome } from '../refusals.ts';
import { mayChangeOrganization, mayChangeWorkspace } from '../rules/settings-authority.ts';
import { checkVersion, type Expected } from '../rules/precondition.ts';
import { commit, decideAs, deny } from './decide.ts';
import { runCommand } from './run-command.ts';

/** Alone on the workspace: a booking works its moment out from the time zone. */
const workspaceLocks: Locks = { organization: 'none', workspace: 'exclusive', account: false };
/** Alone on the organization: seats are compared with the limit. */
const organizationLocks: Locks = { organization: 'exclusive', workspace: 'shared', account: false };

/**
 * Sets what is given of the workspace; what is so already writes nothing. Refuses `permission-denied` to whoever ranks below an admin,
 * `invalid-value` for a time zone that is none, and `version-mismatch`.
 */
export async function changeWorkspace(store: CommandStore, call: Call, set: WorkspaceSet, expected?: Expected): Promise<Outcome<undefined>> {
  const { timeZone } = set;
  const done = await runCommand<undefined>(store, call, workspaceLocks, () => '', async (held) =>
    await store.onRecord(call, held, { of: 'settings', ask: { of: 'workspace', timeZone } }, (ground, { version, zoneKnown }) =>
      decideAs(ground, (actor) => {
        const { workspace } = ground;
        const refused = mayChangeWorkspace(actor);
        if (refused !== undefined) return deny(actor, refused, set.policy === undefined ? 'workspace_update' : 'policy_update', workspace.id);
        const stale = checkVersion(version, expected);
        if (stale !== undefined) return stale;
        if (!zoneKnown) return { kind: 'refuse', refusal: refuse('invalid-value', `"${timeZone ?? ''}" is no time zone of the IANA database. Send a name such as Europe/Berlin or UTC.`) };
        return commit(ground, actor, workspaceEvents(workspace, set), undefined);
      }),
    ),
  );
  return done.ok ? succeed(undefined) : done;
}

/**
 * Sets what is given of the organization. A limit below the seats in use takes none away: nobody new is seated until enough are free.
 * Refuses `permission-denied` to everybody but the account owner and the operator, `duplicate` for the name of another organization, and
 * `version-mismatch`.
 */
export async function changeOrganization(store: CommandStore, call: Call, set: OrganizationSet, expected?: Expected): Promise<Outcome<undefined>> {
  const taken = () => `The name "${set.name ?? ''}" belongs to another organization. Choose another name.`;
  const done = await runCommand<undefined>(store, call, organizationLocks, taken, async (held) =>
    await store.onRecord(call, held, { of: 'settings', ask: { of: 'organization', timeZone: undefined } }, (ground, { version }) =>
      decideAs(ground, (actor) => {
        const { organization } = ground.workspace;
        const refused = mayChangeOrganization(actor, organization);
        if (refused !== undefined) return deny(actor, refused, 'organization_update', organization.id);
        const stale = checkVersion(version, expected);
        if (stale !== undefined) return stale;
        const fields: string[] = [];
        if (set.name !== undefined && set.name !== organization.name) fields.push('name');
        if (set.seatLimit !== undefined && (set.seatLimit ?? undefined) !== organization.seatLimit) fields.push('seatLimit');
        return commit(ground, actor, fields.length === 0 ? [] : [{ kind: 'organizationChanged', id: organization.id, set, fields }], undefined);
      }),
    ),
  );
  return done.ok ? succeed(undefined) : done;
}

function workspaceEvents(now: { id: string; name: string; timeZone: string; policy: WorkspacePolicy }, { name, timeZone, policy }: WorkspaceSet): DomainEvent[] {
  const renamed = name !== undefined && name !== now.name;
  const moved = timeZone !== undefined && timeZone !== now.timeZone;
  const set: WorkspaceSet = { ...(renamed ? { name } : {}), ...(moved ? { timeZone } : {}) };
  const fields = Object.keys(set);
  const changed = Object.entries(policy ?? {}).filter(([key, value]) => value !== undefined && now.policy[key as keyof WorkspacePolicy] !== value);
  return [
    ...(fields.length === 0 ? [] : [{ kind: 'workspaceChanged' as const, id: now.id, set, fields }]),
    ...(changed.length === 0 ? [] : [{ kind: 'policyChanged' as const, id: now.id, policy: Object.fromEntries(changed), fields: changed.map(([key]) => key) }]),
  ];
}
