// Finds tenants by the names that an operator types; the directories answer exact names only.
import type { Tenant } from '../../domain/model/caller.ts';
import type { Database } from '../database/pool.ts';

/** The workspace with this slug. */
export async function findWorkspace({ pool }: Pick<Database, 'pool'>, slug: string): Promise<Tenant | undefined> {
  const { rows } = await pool.query<{ workspace_id: string; organization_id: string }>('select workspace_id, organization_id from usher_workspace_by_slug($1)', [slug]);
  const found = rows[0];
  return found === undefined ? undefined : { workspaceId: found.workspace_id, organizationId: found.organization_id };
}

/** The id of the organization with this name, in any case. */
export async function findOrganization({ pool }: Pick<Database, 'pool'>, name: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ organization_id: string }>('select organization_id from usher_organization_by_name($1)', [name]);
  return rows[0]?.organization_id;
}
