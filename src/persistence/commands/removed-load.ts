// Loads a member that was removed, locked, with the groups that it may be in again and what it gets back.
import { linkSpaceOf } from '../../domain/model/caller.ts';
import { restorableDays } from '../../domain/model/membership.ts';
import { belongingsLoad } from './belongings-load.ts';
import type { RecordLoad } from './record-load.ts';
import { readRemoved, targetOf } from './target-statements.ts';

/** The membership first, then its former groups in the order of their ids, then what stands under these locks. */
export const removedLoad: RecordLoad<'removed'> = {
  statements: (call, id) => {
    const { credential } = call;
    const values = [credential.tenant.workspaceId, id];
    return [
      { name: 'removed_lock', text: 'select from membership where workspace_id = $1 and id = $2 and deleted_at is not null for update', values },
      {
        name: 'removed_groups',
        text: `select g.id, (select r.role from group_role r where r.workspace_id = g.workspace_id and r.group_id = g.id) as role from scim_group g where g.workspace_id = $1
          and g.id = any((select m.former_group_ids from membership m where m.workspace_id = $1 and m.id = $2)::uuid[]) order by g.id for update of g`,
        values,
      },
      readRemoved(credential.tenant.workspaceId, id, linkSpaceOf(credential), restorableDays),
      ...belongingsLoad.statements(call, returning(id)),
    ];
  },
  found: ([, groups = [], rows = [], ...belongings], call, id) => {
    const [row] = rows;
    if (row === undefined) return undefined;
    const { member, claimedElsewhere } = targetOf(row);
    return {
      member,
      claimedElsewhere,
      groups: groups.map((group) => ({ id: group['id'] as string, role: (group['role'] as string | null) ?? undefined })),
      taken: { account: row['account_taken'] as boolean, userName: row['user_name_taken'] as boolean },
      belongings: belongingsLoad.found(belongings, call, returning(id)),
    };
  },
};

function returning(id: string) {
  return { ids: [id], way: 'returning' as const };
}
