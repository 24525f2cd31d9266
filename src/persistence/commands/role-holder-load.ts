// Loads who has a role and which groups give it; the exclusive lock on the workspace keeps both as they are.
import type { RecordLoad } from './record-load.ts';
import { selectSubjects, subjectsOf } from './role-columns.ts';

/** Everybody whose base role it is, who has it in force, or who is a direct member of a group that gives it. */
export const roleHolderLoad: RecordLoad<'roleHolders'> = {
  statements: ({ credential: { tenant } }, key) => [
    {
      name: 'role_holders',
      text: `${selectSubjects} where x.workspace_id = $1 and x.deleted_at is null and (x.base_role = $2 or x.role = $2
        or x.id in (select gm.member_id from group_role r join group_member gm on gm.workspace_id = r.workspace_id and gm.group_id = r.group_id
          where r.workspace_id = $1 and r.role = $2)) order by x.id`,
      values: [tenant.workspaceId, key],
    },
    {
      name: 'role_groups',
      text: `select g.id, g.display_name from group_role r join scim_group g on g.workspace_id = r.workspace_id and g.id = r.group_id
        where r.workspace_id = $1 and r.role = $2 order by g.display_name_key`,
      values: [tenant.workspaceId, key],
    },
  ],
  found: ([subjects = [], groups = []]) => ({
    subjects: [...subjectsOf(subjects).values()],
    groups: groups.map((row) => ({ id: row['id'] as string, displayName: row['display_name'] as string })),
  }),
};
