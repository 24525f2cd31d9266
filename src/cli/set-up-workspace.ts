// Sets up a workspace with its first owner, for the command line and for the demo of a first start.
import type { Particulars } from '../domain/model/membership.ts';
import type { Call } from '../domain/model/caller.ts';
import { createWorkspace, type WorkspaceCreated } from '../domain/commands/create-workspace.ts';
import { succeed, type Outcome } from '../domain/refusals.ts';
import type { Ports } from '../compose.ts';
import { uuidV7 } from '../persistence/database/uuid-v7.ts';

/** What the operator says of a workspace; the organization is found by its name, or made. */
export interface WorkspaceInput {
  readonly organization: string;
  readonly slug: string;
  readonly owner: string;
  readonly ownerName?: string | undefined;
  readonly seats?: number | undefined;
}

/** Creates the workspace. Refuses a slug that is taken and an organization without a free seat. */
export async function setUpWorkspace({ store, database }: Ports, input: WorkspaceInput): Promise<Outcome<WorkspaceCreated & { workspaceId: string; organizationId: string }>> {
  const known = await database.pool.query<{ organization_id: string }>('select organization_id from usher_organization_by_name($1)', [input.organization]);
  const organizationId = known.rows[0]?.organization_id ?? uuidV7();
  const workspaceId = uuidV7();
  const organization = { id: organizationId, name: input.organization, accountOwnerId: undefined, seatLimit: input.seats };
  const call: Call = { credential: { kind: 'operator', tenant: { workspaceId, organizationId } }, requestId: uuidV7() };
  const created = await createWorkspace(store, call, {
    workspace: { id: workspaceId, slug: input.slug, name: input.slug, organization },
    newOrganization: known.rows.length === 0,
    owner: particularsOf(input.owner, input.ownerName),
  });
  return created.ok ? succeed({ ...created.value, workspaceId, organizationId }) : created;
}

/** A member made by hand looks to SCIM like a pushed one: userName and primary work e-mail are its address. */
export function particularsOf(email: string, name: string | undefined): Particulars {
  const [givenName, ...rest] = (name ?? '').split(' ').filter((word) => word !== '');
  const familyName = rest.join(' ');
  const names = givenName === undefined ? {} : { displayName: [givenName, familyName].filter((word) => word !== '').join(' '), name: { givenName, ...(familyName === '' ? {} : { familyName }) } };
  return {
    userName: email,
    externalId: undefined,
    emails: [{ value: email, type: 'work', display: undefined, primary: true }],
    managerId: undefined,
    profile: { ...names, emails: [{ value: email, type: 'work', primary: true }] },
  };
}
