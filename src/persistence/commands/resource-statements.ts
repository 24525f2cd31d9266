// Statements that load and write resources of the operator's own types, and the unique values of any resource.
import type { Change } from '../../domain/changes.ts';
import type { UniqueKey } from '../../domain/model/keys.ts';
import type { Statement } from '../database/batch.ts';

type ResourceChange = Extract<Change, { kind: `resource${string}` }>;

/** The statements of a resource's change. */
export function resourceStatements(change: ResourceChange, workspaceId: string): Statement[] {
  switch (change.kind) {
    case 'resource.insert':
      return [
        {
          name: 'resource_insert',
          text: 'insert into scim_resource (workspace_id, id, resource_type, profile) values ($1, $2, $3, $4)',
          values: [workspaceId, change.id, change.type, JSON.stringify(change.particulars.profile)],
        },
        ...insertUniqueValues(workspaceId, change.type, change.id, change.particulars.keys),
      ];
    case 'resource.update':
      return [
        {
          name: 'resource_update',
          text: 'update scim_resource set version = version + 1, updated_at = now(), profile = $3 where workspace_id = $1 and id = $2',
          values: [workspaceId, change.id, JSON.stringify(change.particulars.profile)],
        },
        ...replaceUniqueValues(workspaceId, change.type, change.id, change.particulars.keys),
      ];
    case 'resource.remove':
      return [
        removeUniqueValues(workspaceId, [change.id]),
        { name: 'resource_remove', text: 'delete from scim_resource where workspace_id = $1 and id = $2', values: [workspaceId, change.id] },
      ];
    case 'resourceLink.put':
      return [setLink(workspaceId, change)];
  }
}

/** The unique values of a resource, in one order everywhere, so that two that meet do not wait for each other. Kept ones yield. */
export function insertUniqueValues(workspaceId: string, type: string, id: string, keys: readonly UniqueKey[] | undefined): Statement[] {
  if (keys === undefined || keys.length === 0) return [];
  return [
    {
      name: 'unique_values_insert',
      text: `insert into unique_value (workspace_id, resource_type, attribute, key, resource_id)
        select $1, $2, v.attribute, v.key, $3 from unnest($4::text[], $5::text[], $6::boolean[]) as v (attribute, key, kept)
        where not exists (select from unique_value o where o.workspace_id = $1 and o.resource_type = $2
          and o.attribute = v.attribute and o.key = v.key and (v.kept or o.resource_id = $3))
        order by v.attribute collate "C", v.key collate "C"`,
      values: [workspaceId, type, id, ...columnsOf(keys), keys.map(({ kept = false }) => kept)],
    },
  ];
}

/** The unique values of a changed resource; without `keys` they stay as they are. */
export function replaceUniqueValues(workspaceId: string, type: string, id: string, keys: readonly UniqueKey[] | undefined): Statement[] {
  if (keys === undefined) return [];
  const outdated: Statement = {
    name: 'unique_values_outdated',
    text: `delete from unique_value o where o.workspace_id = $1 and o.resource_id = $2
      and not exists (select from unnest($3::text[], $4::text[]) as v (attribute, key) where v.attribute = o.attribute and v.key = o.key)`,
    values: [workspaceId, id, ...columnsOf(keys)],
  };
  return [outdated, ...insertUniqueValues(workspaceId, type, id, keys)];
}

/** Frees the unique values of removed resources. */
export function removeUniqueValues(workspaceId: string, ids: readonly string[]): Statement {
  return { name: 'unique_values_remove', text: 'delete from unique_value where workspace_id = $1 and resource_id = any($2::uuid[])', values: [workspaceId, ids] };
}

function columnsOf(keys: readonly UniqueKey[]): [string[], string[]] {
  return [keys.map(({ attribute }) => attribute), keys.map(({ key }) => key)];
}

function setLink(workspaceId: string, { type, resourceId, linkSpace, externalId }: Extract<ResourceChange, { kind: 'resourceLink.put' }>): Statement {
  if (externalId === undefined) {
    return {
      name: 'resource_link_delete',
      text: 'delete from resource_link where workspace_id = $1 and resource_id = $2 and link_space = $3',
      values: [workspaceId, resourceId, linkSpace],
    };
  }
  return {
    name: 'resource_link_put',
    text: `insert into resource_link (workspace_id, resource_id, link_space, resource_type, external_id) values ($1, $2, $3, $4, $5)
      on conflict (workspace_id, resource_id, link_space) do update set external_id = excluded.external_id`,
    values: [workspaceId, resourceId, linkSpace, type, externalId],
  };
}

/** Locks a resource of a type. */
export function lockResource(workspaceId: string, type: string, id: string): Statement {
  return { name: 'lock_resource', text: 'select from scim_resource where workspace_id = $1 and id = $2 and resource_type = $3 for update', values: [workspaceId, id, type] };
}
