// Statements that undo the removal of a member.
import type { MembersChange } from '../../domain/areas/members.ts';
import { insertEmails } from './member-statements.ts';
import { insertUniqueValues } from './resource-statements.ts';
import type { StatementTable } from './statement-table.ts';

/** The membership is live again and in its groups, whose versions rise; a link stays dead where its externalId is somebody else's by now. */
export const restoreStatements: StatementTable<MembersChange> = {
  'membership.restore': ({ id, roles, groupIds, emails, keys }, { workspaceId }) => [
    {
      name: 'membership_restore',
      text: `update membership set deleted_at = null, updated_at = now(), version = version + 1, base_role = $3, role = $4, former_group_ids = '{}'
        where workspace_id = $1 and id = $2`,
      values: [workspaceId, id, roles.base, roles.effective],
    },
    {
      name: 'membership_restore_groups',
      text: `with back as (insert into group_member (workspace_id, group_id, member_id, member_type) select $1, g.id, $2, 'User' from unnest($3::uuid[]) as g (id)
          on conflict do nothing returning group_id)
        update scim_group set version = version + 1, updated_at = now() where workspace_id = $1 and id in (select group_id from back)`,
      values: [workspaceId, id, groupIds],
    },
    ...(emails.length === 0 ? [] : [insertEmails(workspaceId, id, emails)]),
    ...insertUniqueValues(workspaceId, 'User', id, keys),
    {
      name: 'membership_restore_links',
      text: `update membership_link l set live = true where l.workspace_id = $1 and l.membership_id = $2 and not exists (
        select from membership_link o where o.workspace_id = l.workspace_id and o.link_space = l.link_space and o.external_id = l.external_id and o.live)`,
      values: [workspaceId, id],
    },
    // What was refused before was over with the removal.
    { name: 'membership_restore_intents', text: `update blocked_intent set status = 'resolved', ended_at = now() where workspace_id = $1 and membership_id = $2 and status = 'open'`, values: [workspaceId, id] },
  ],
};
