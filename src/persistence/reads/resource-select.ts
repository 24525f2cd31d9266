// The one SELECT that shows resources of the operator's own types.
import type { Profile } from '../../domain/model/membership.ts';
import type { ResourceView } from '../../domain/model/resource.ts';
import type { Row, Statement } from '../database/batch.ts';

/** `select … from scim_resource r …` without a WHERE; `linkSpace` is the parameter that holds the caller's externalId space. `rows` stands for the table, `also` for more columns. */
export function resourceSelect(linkSpace: string, rows = 'scim_resource', also: readonly string[] = []): string {
  // One look-up by the key for each resource that is shown, as for groups.
  const externalId = `(select l.external_id from resource_link l where l.workspace_id = r.workspace_id and l.resource_id = r.id and l.link_space is not distinct from ${linkSpace}) as external_id`;
  const columns = [`r.id, ${externalId}, r.profile, r.version, r.created_at, r.updated_at`, ...also];
  return `select ${columns.join(', ')} from ${rows} r`;
}

/** One resource of a type by id. */
export function readResource(workspaceId: string, type: string, id: string, linkSpace: string): Statement {
  return {
    name: 'resource',
    text: `${resourceSelect('$3')} where r.workspace_id = $1 and r.id = $2 and r.resource_type = $4`,
    values: [workspaceId, id, linkSpace, type],
  };
}

/** Some resources by their ids, in no order. */
export function readResources(workspaceId: string, ids: readonly string[], linkSpace: string): Statement {
  return { name: 'resources', text: `${resourceSelect('$3')} where r.workspace_id = $1 and r.id = any ($2::uuid[])`, values: [workspaceId, ids, linkSpace] };
}

/** A row of the SELECT as a view. */
export function resourceViewOf(row: Row): ResourceView {
  return {
    id: row['id'] as string,
    externalId: (row['external_id'] as string | null) ?? undefined,
    profile: row['profile'] as Profile,
    version: row['version'] as number,
    createdAt: (row['created_at'] as Date).toISOString(),
    updatedAt: (row['updated_at'] as Date).toISOString(),
  };
}
