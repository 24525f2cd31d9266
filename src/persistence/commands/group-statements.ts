// Statements that write groups; members change as deltas and the list is never read to change it.
import type { Change } from '../../domain/changes.ts';
import { keyOf } from '../../domain/model/keys.ts';
import type { Statement } from '../database/batch.ts';
import { insertUniqueValues, removeUniqueValues, replaceUniqueValues } from './resource-statements.ts';

type GroupChange = Extract<Change, { kind: `group${string}` }>;

/** The statements of a group's change. */
export function groupStatements(change: GroupChange, workspaceId: string): Statement[] {
  switch (change.kind) {
    case 'group.insert': {
      const { displayName, profile } = change.particulars;
      return [
        {
          name: 'group_insert',
          text: 'insert into scim_group (workspace_id, id, display_name, display_name_key, profile) values ($1, $2, $3, $4, $5)',
          values: [workspaceId, change.id, displayName, keyOf(displayName), JSON.stringify(profile)],
        },
        ...insertUniqueValues(workspaceId, 'Group', change.id, change.particulars.keys),
      ];
    }
    case 'group.update': {
      const { particulars } = change;
      return [
        {
          name: 'group_update',
          text: `update scim_group set version = version + 1, updated_at = now(), display_name = coalesce($3, display_name),
            display_name_key = coalesce($4, display_name_key), profile = coalesce($5, profile) where workspace_id = $1 and id = $2`,
          values: [workspaceId, change.id, particulars?.displayName, particulars && keyOf(particulars.displayName), particulars && JSON.stringify(particulars.profile)],
        },
        ...replaceUniqueValues(workspaceId, 'Group', change.id, particulars?.keys),
      ];
    }
    case 'group.remove':
      return removeGroup(workspaceId, change.id);
    case 'groupLink.put':
      return [setLink(workspaceId, change)];
    case 'groupMembers.add':
      return [
        {
          name: 'group_members_add',
          text: `insert into group_member (workspace_id, group_id, member_id, member_type)
            select $1, $2, m.id, m.type from unnest($3::uuid[], $4::text[]) as m (id, type) on conflict do nothing`,
          values: [workspaceId, change.groupId, change.members.map(({ id }) => id), change.members.map(({ type }) => type)],
        },
      ];
    case 'groupMembers.remove':
      return [
        {
          name: 'group_members_remove',
          text: 'delete from group_member where workspace_id = $1 and group_id = $2 and member_id = any($3::uuid[])',
          values: [workspaceId, change.groupId, change.ids],
        },
      ];
  }
}

/** A removed group leaves the groups that contain it, whose versions rise; its own members and links go with it. */
function removeGroup(workspaceId: string, id: string): Statement[] {
  const values = [workspaceId, id];
  return [
    {
      name: 'group_remove_parents',
      text: `update scim_group g set version = version + 1, updated_at = now() from (
          select id from scim_group where workspace_id = $1 and id in (select group_id from group_member where workspace_id = $1 and member_id = $2)
          order by id for update) l
        where g.workspace_id = $1 and g.id = l.id`,
      values,
    },
    { name: 'group_remove_members', text: 'delete from group_member where workspace_id = $1 and (group_id = $2 or member_id = $2)', values },
    removeUniqueValues(workspaceId, [id]),
    { name: 'group_remove', text: 'delete from scim_group where workspace_id = $1 and id = $2', values },
  ];
}

function setLink(workspaceId: string, { groupId, linkSpace, externalId }: Extract<GroupChange, { kind: 'groupLink.put' }>): Statement {
  if (externalId === undefined) {
    return { name: 'group_link_delete', text: 'delete from group_link where workspace_id = $1 and group_id = $2 and link_space = $3', values: [workspaceId, groupId, linkSpace] };
  }
  return {
    name: 'group_link_put',
    text: `insert into group_link (workspace_id, group_id, link_space, external_id) values ($1, $2, $3, $4)
      on conflict (workspace_id, group_id, link_space) do update set external_id = excluded.external_id`,
    values: [workspaceId, groupId, linkSpace, externalId],
  };
}
