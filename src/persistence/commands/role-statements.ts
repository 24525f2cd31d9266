// Statements that write roles, what groups give, and successors.
import type { RoleChange } from '../../domain/areas/roles.ts';
import type { StatementTable } from './statement-table.ts';

/** The statements of each change of a role. */
export const roleStatements: StatementTable<RoleChange> = {
  'role.insert': ({ kind, role: { key, name, rank, permissions } }, { workspaceId }) => [
    { name: kind, text: 'insert into workspace_role (workspace_id, key, name, rank, permissions) values ($1, $2, $3, $4, $5)', values: [workspaceId, key, name, rank, [...permissions]] },
  ],
  'role.update': ({ kind, role: { key, name, rank, permissions } }, { workspaceId }) => [
    {
      name: kind,
      text: 'update workspace_role set name = $3, rank = $4, permissions = $5, version = version + 1, updated_at = now() where workspace_id = $1 and key = $2',
      values: [workspaceId, key, name, rank, [...permissions]],
    },
  ],
  'role.delete': ({ kind, key }, { workspaceId }) => [
    { name: kind, text: 'delete from workspace_role where workspace_id = $1 and key = $2', values: [workspaceId, key] },
    {
      name: 'role_delete_former',
      text: `update membership set base_role = case base_role when $2 then 'member' else base_role end, role = case role when $2 then 'member' else role end
        where workspace_id = $1 and deleted_at is not null and $2 in (base_role, role)`,
      values: [workspaceId, key],
    },
  ],
  'mapping.put': ({ kind, groupId, role }, { workspaceId }) => [
    {
      name: kind,
      text: 'insert into group_role (workspace_id, group_id, role) values ($1, $2, $3) on conflict (workspace_id, group_id) do update set role = excluded.role',
      values: [workspaceId, groupId, role],
    },
  ],
  'mapping.delete': ({ kind, groupId }, { workspaceId }) => [{ name: kind, text: 'delete from group_role where workspace_id = $1 and group_id = $2', values: [workspaceId, groupId] }],
  'successor.put': ({ kind, ownerId, successorId, alsoAccount }, { workspaceId }) => [
    {
      name: kind,
      text: `insert into successor (workspace_id, owner_id, successor_id, also_account) values ($1, $2, $3, $4)
        on conflict (workspace_id, owner_id) do update set successor_id = excluded.successor_id, also_account = excluded.also_account, created_at = now()`,
      values: [workspaceId, ownerId, successorId, alsoAccount],
    },
  ],
  'demotion.end': ({ kind, membershipId }, { workspaceId }) => [
    {
      name: kind,
      text: `update blocked_intent set status = 'resolved', ended_at = now() where workspace_id = $1 and membership_id = $2 and act = 'demote' and status = 'open'`,
      values: [workspaceId, membershipId],
    },
  ],
  'successor.delete': ({ kind, ownerId }, { workspaceId }) => [{ name: kind, text: 'delete from successor where workspace_id = $1 and owner_id = $2', values: [workspaceId, ownerId] }],
};
