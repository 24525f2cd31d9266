// Loads the account that an e-mail key finds inside the organization, locked, with its live membership in this workspace.
import { linkSpaceOf, type Call } from '../../domain/model/caller.ts';
import type { AccountMatch } from '../../domain/ports.ts';
import type { Row, Statement } from '../database/batch.ts';
import { lockMembers, readTargets, targetOf } from './target-statements.ts';

/** The statements in the order of the lock rules: accounts before memberships. */
export interface AccountLoad {
  readonly lock: readonly Statement[];
  readonly load: readonly Statement[];
  /** What only the rows of `load` tell is needed, in one more exchange: new people, who are most, have no membership to read. */
  readonly more: (rows: readonly Row[][]) => readonly Statement[];
  readonly read: (rows: readonly Row[][]) => AccountMatch | undefined;
}

const byKey = `select a.id from user_account a where a.organization_id = $1 and a.email_key = $2`;

/** What a command on an account loads; without a key it loads nothing and finds nobody. `actor` is locked with the member found. */
export function accountLoad(call: Call, accountKey: string | undefined, actor: readonly string[]): AccountLoad {
  const { workspaceId, organizationId } = call.credential.tenant;
  if (accountKey === undefined) return { lock: [lockMembers(workspaceId, actor)], load: [], more: () => [], read: () => undefined };
  const values = [organizationId, accountKey];
  return {
    lock: [
      { name: 'lock_account_by_key', text: `${byKey} for no key update`, values },
      {
        name: 'lock_member_by_key',
        text: `select from membership where workspace_id = $3 and deleted_at is null
          and id = any($4::uuid[] || array(select id from membership where workspace_id = $3 and account_id = (${byKey}) and deleted_at is null))
          order by id for update`,
        values: [...values, workspaceId, actor],
      },
    ],
    load: [
      {
        name: 'read_account_by_key',
        text: `select a.id, exists (select from seat_claim s where s.organization_id = a.organization_id and s.account_id = a.id and s.workspace_id <> $3) as claimed_elsewhere,
            (select m.id from membership m where m.workspace_id = $3 and m.account_id = a.id and m.deleted_at is null) as member_id,
            (select r.idp_removed_at is distinct from r.deleted_at from membership r where r.workspace_id = $3 and r.account_id = a.id and r.deleted_at is not null
              order by r.deleted_at desc limit 1) as removed_by_people
          from user_account a where a.organization_id = $1 and a.email_key = $2`,
        values: [...values, workspaceId],
      },
    ],
    more: ([accounts = []]) => {
      const memberId = accounts[0]?.['member_id'];
      return typeof memberId === 'string' ? [readTargets(workspaceId, [memberId], linkSpaceOf(call.credential))] : [];
    },
    read: ([accounts = [], targets = []]) => {
      const [account] = accounts;
      const [row] = targets;
      if (account === undefined) return undefined;
      return { id: account['id'] as string, claimedElsewhere: account['claimed_elsewhere'] as boolean, removedByPeople: account['removed_by_people'] === true, target: row && targetOf(row) };
    },
  };
}
