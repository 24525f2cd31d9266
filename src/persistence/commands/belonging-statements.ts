// Statements that write what members own; however many resources a departure moves, it moves them in one.
import type { BelongingChange } from '../../domain/areas/belongings.ts';
import type { StatementTable } from './statement-table.ts';

/** The statements of each change of resources. */
export const belongingStatements: StatementTable<BelongingChange> = {
  'belonging.insert': ({ kind: name, resource: { id, kind, externalRef, name: title, createdBy, ownerId } }, { workspaceId }) => [
    {
      name,
      text: 'insert into owned_resource (workspace_id, id, kind, external_ref, name, created_by, owner_id) values ($1, $2, $3, $4, $5, $6, $7)',
      values: [workspaceId, id, kind, externalRef, title, createdBy, ownerId],
    },
  ],
  'belonging.update': ({ kind, id, name, owner }, { workspaceId }) => [
    {
      name: kind,
      text: `update owned_resource set updated_at = now(), name = $3, owner_id = case when $4::boolean then $5::uuid else owner_id end,
        takings = case when $4::boolean then 0 else takings end where workspace_id = $1 and id = $2`,
      values: [workspaceId, id, name, owner !== undefined, owner?.id],
    },
    ...(owner === undefined ? [] : [{ name: `${kind}_takings`, text: 'update resource_taking set live = false where workspace_id = $1 and resource_id = $2 and live', values: [workspaceId, id] }]),
  ],
  'belonging.delete': ({ kind, id }, { workspaceId }) => [{ name: kind, text: 'delete from owned_resource where workspace_id = $1 and id = $2', values: [workspaceId, id] }],
  'belongings.take': ({ kind, id, fromId, toId, kinds }, { workspaceId }) => [
    {
      name: kind,
      text: `with moved as (
          update owned_resource set owner_id = $4, takings = takings + 1, updated_at = now()
          where workspace_id = $1 and owner_id = $3 and kind = any($5::text[]) returning id, takings)
        insert into resource_taking (workspace_id, handover_id, resource_id, position, from_id, to_id) select $1, $2, m.id, m.takings, $3, $4 from moved m`,
      values: [workspaceId, id, fromId, toId, kinds],
    },
  ],
  // Whoever had it in between had it for this member only: their takings end with the one that is undone.
  'belongings.return': ({ kind, toId }, { workspaceId }) => [
    {
      name: kind,
      text: `with first as (
          select resource_id, min(position) as position from resource_taking where workspace_id = $1 and from_id = $2 and live group by resource_id),
        given as (
          update owned_resource r set owner_id = $2, takings = f.position - 1, updated_at = now() from first f
          where r.workspace_id = $1 and r.id = f.resource_id and r.takings >= f.position)
        update resource_taking t set live = false from first f
          where t.workspace_id = $1 and t.resource_id = f.resource_id and t.position >= f.position and t.live`,
      values: [workspaceId, toId],
    },
  ],
};
