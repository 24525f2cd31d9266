// Sets up a workspace with its first owner, for the command line and for the demo of a first start.
import type { Call, Tenant } from '../domain/model/caller.ts';
import { createWorkspace, type WorkspaceCreated } from '../domain/commands/create-workspace.ts';
import type { CommandStore } from '../domain/ports.ts';
import { fail, refuse, succeed, type Outcome } from '../domain/refusals.ts';
import { particularsOf } from '../domain/model/particulars-of.ts';
import { builtInRoles } from '../domain/model/role.ts';
import { usualPolicy } from '../domain/model/workspace.ts';
import { findOrganization } from '../persistence/admin/find-tenant.ts';
import type { Database } from '../persistence/database/pool.ts';
import { uuidV7 } from '../persistence/database/uuid-v7.ts';

/** What the operator says of a workspace; the organization is found by its name, or made. */
export interface WorkspaceInput {
  readonly organization: string;
  readonly slug: string;
  readonly owner: string;
  readonly ownerName?: string | undefined;
  readonly seats?: number | undefined;
}

/** What was set up, with the ids of everything. */
export interface WorkspaceSetUp extends WorkspaceCreated, Tenant {
  readonly newOrganization: boolean;
}

/** What setting up needs of the ports. */
interface Place {
  readonly store: CommandStore;
  readonly database: Pick<Database, 'pool'>;
}

/** Creates the workspace. Refuses a slug that is taken, an organization without a free seat, and a seat limit for one that exists. */
export async function setUpWorkspace(place: Place, input: WorkspaceInput): Promise<Outcome<WorkspaceSetUp>> {
  const known = await findOrganization(place.database, input.organization);
  const created = await create(place.store, input, known);
  if (created.ok || created.refusal.rule !== 'duplicate' || known !== undefined) return created;
  // It may have been the organization's name that somebody else took in the meantime.
  const meanwhile = await findOrganization(place.database, input.organization);
  return meanwhile === undefined ? created : await create(place.store, input, meanwhile);
}

async function create(store: CommandStore, input: WorkspaceInput, known: string | undefined): Promise<Outcome<WorkspaceSetUp>> {
  if (known !== undefined && input.seats !== undefined) {
    return fail(refuse('invalid-value', `The organization "${input.organization}" exists already and keeps its seat limit. Leave --seats out.`));
  }
  const newOrganization = known === undefined;
  const tenant: Tenant = { workspaceId: uuidV7(), organizationId: known ?? uuidV7() };
  const organization = { id: tenant.organizationId, name: input.organization, accountOwnerId: undefined, seatLimit: input.seats };
  const call: Call = { credential: { kind: 'operator', tenant }, requestId: uuidV7() };
  const created = await createWorkspace(store, call, {
    workspace: { id: tenant.workspaceId, slug: input.slug, name: input.slug, timeZone: 'UTC', policy: usualPolicy, roles: builtInRoles, organization },
    newOrganization,
    owner: particularsOf(input.owner, input.ownerName),
  });
  return created.ok ? succeed({ ...created.value, ...tenant, newOrganization }) : created;
}
