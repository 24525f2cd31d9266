// Loads what is there already of people who are about to be invited: their accounts, locked, with live memberships, and the groups they are to join.
import { linkSpaceOf, type Call } from '../../domain/model/caller.ts';
import type { Ground, InviteeGround } from '../../domain/ports.ts';
import type { Row, Statement } from '../database/batch.ts';
import { readTargets, targetOf } from './target-statements.ts';

/** The statements in the order of the lock rules: accounts, memberships, groups. */
export interface InviteeLoad {
  readonly lock: readonly Statement[];
  readonly load: readonly Statement[];
  /** The memberships that the rows of `load` name. */
  readonly more: (rows: readonly Row[][]) => readonly Statement[];
  readonly read: (ground: Ground, rows: readonly Row[][]) => InviteeGround;
}

const found = `select a.id from user_account a where a.organization_id = $1 and a.email_key = any($2::text[])`;

/** What a command that invites loads; `actor` is locked with the members found. */
export function inviteeLoad(call: Call, keys: readonly string[], groupIds: readonly string[], actor: readonly string[]): InviteeLoad {
  const { workspaceId, organizationId } = call.credential.tenant;
  return {
    lock: [
      { name: 'lock_invitee_accounts', text: `${found} order by a.id for no key update`, values: [organizationId, keys] },
      {
        name: 'lock_invitee_members',
        text: `select from membership where workspace_id = $3 and deleted_at is null
          and id = any($4::uuid[] || array(select id from membership where workspace_id = $3 and account_id = any(array(${found})) and deleted_at is null))
          order by id for update`,
        values: [organizationId, keys, workspaceId, actor],
      },
      { name: 'lock_invitee_groups', text: 'select from scim_group where workspace_id = $1 and id = any($2::uuid[]) order by id for update', values: [workspaceId, groupIds] },
    ],
    load: [accountsByKey(organizationId, workspaceId, keys), namesOf(workspaceId, keys), groupsWithRoles(workspaceId, groupIds)],
    more: ([accounts = []]) => {
      const members = accounts.flatMap((account) => (typeof account['member_id'] === 'string' ? [account['member_id']] : []));
      return members.length === 0 ? [] : [readTargets(workspaceId, members, linkSpaceOf(call.credential))];
    },
    read: (ground, [accounts = [], names = [], groups = [], rows = []]) => {
      const targets = new Map(rows.map(targetOf).map((target) => [target.member.id, target]));
      return {
        ...ground,
        accounts: new Map(accounts.map((row) => [row['email_key'] as string, accountOf(row, targets.get(row['member_id'] as string))])),
        namesTaken: new Set(names.map((row) => row['user_name_key'] as string)),
        groups: new Map(groups.map((row) => [row['id'] as string, { role: (row['role'] as string | null) ?? undefined }])),
      };
    },
  };
}

function accountsByKey(organizationId: string, workspaceId: string, keys: readonly string[]): Statement {
  return {
    name: 'read_invitee_accounts',
    text: `select a.id, a.email_key, m.id as member_id, i.id as invitation_id, i.status = 'pending' and i.expires_at > clock_timestamp() as open,
        exists (select from seat_claim s where s.organization_id = a.organization_id and s.account_id = a.id and s.workspace_id <> $3) as claimed_elsewhere
      from user_account a left join membership m on m.workspace_id = $3 and m.account_id = a.id and m.deleted_at is null
      left join lateral (select n.id, n.status, n.expires_at from invitation n where n.workspace_id = $3 and n.membership_id = m.id order by n.created_at desc, n.id desc limit 1) i on true
      where a.organization_id = $1 and a.email_key = any($2::text[])`,
    values: [organizationId, keys, workspaceId],
  };
}

function namesOf(workspaceId: string, keys: readonly string[]): Statement {
  const text = 'select user_name_key from membership where workspace_id = $1 and user_name_key = any($2::text[]) and deleted_at is null';
  return { name: 'read_invitee_names', text, values: [workspaceId, keys] };
}

function groupsWithRoles(workspaceId: string, groupIds: readonly string[]): Statement {
  return {
    name: 'read_invitee_groups',
    text: `select g.id, r.role from scim_group g left join group_role r on r.workspace_id = g.workspace_id and r.group_id = g.id where g.workspace_id = $1 and g.id = any($2::uuid[])`,
    values: [workspaceId, groupIds],
  };
}

function accountOf(row: Row, target: ReturnType<typeof targetOf> | undefined) {
  const invitation = row['invitation_id'] as string | null;
  return {
    id: row['id'] as string,
    claimedElsewhere: row['claimed_elsewhere'] as boolean,
    target,
    lastInvitation: invitation === null ? undefined : { id: invitation, open: row['open'] as boolean },
  };
}
