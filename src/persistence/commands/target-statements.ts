// Locks memberships and reads them with everything the rules ask; two statements, because what a statement reads beside a row it had
// to wait for is as old as the statement itself.
import type { Email } from '../../domain/model/keys.ts';
import type { GroupRole, HoldSource, Membership, MembershipStatus, Profile } from '../../domain/model/membership.ts';
import type { RoleKey } from '../../domain/model/role.ts';
import type { Target } from '../../domain/ports.ts';
import type { Row, Statement } from '../database/batch.ts';
import { groupRolesOf } from './role-columns.ts';

// An invitation holds its seat until its end is written down, so the claim and not the clock says whether it still does.
const targetColumns = `m.id, m.account_id, m.user_name, m.profile, m.manager_id, m.status, m.base_role, m.role, ${groupRolesOf('m')} as group_roles, m.accepted_at, m.epoch, m.version,
  not a.service as human, case when l.live then l.external_id end as external_id,
  (select json_agg(json_build_object('source', h.source, 'placedAt', h.placed_at)) from membership_hold h
    where h.workspace_id = m.workspace_id and h.membership_id = m.id) as holds,
  m.status = 'invited' and exists (select from seat_claim c where c.organization_id = m.organization_id and c.account_id = m.account_id
    and c.workspace_id = m.workspace_id) as pending_invitation,
  coalesce(not l.asserted_active, false) or exists (select from blocked_intent b where b.workspace_id = m.workspace_id and b.membership_id = m.id
    and b.connection_id = $3 and b.status = 'open') as asserted_inactive,
  exists (select from seat_claim s where s.organization_id = m.organization_id and s.account_id = m.account_id
    and s.workspace_id <> m.workspace_id) as claimed_elsewhere,
  case when m.role = 'owner' then (select count(*)::int from membership o
    join user_account oa on oa.organization_id = o.organization_id and oa.id = o.account_id
    where o.workspace_id = m.workspace_id and o.role = 'owner' and o.status = 'active' and o.deleted_at is null and not oa.service and o.id <> m.id)
  else 0 end as other_active_owners`;

const targetTables = `membership m join user_account a on a.organization_id = m.organization_id and a.id = m.account_id
  left join membership_link l on l.workspace_id = m.workspace_id and l.membership_id = m.id and l.link_space = $3`;

/** Locks the accounts of memberships, for commands that begin or end a counted membership. */
export function lockAccountsOf(workspaceId: string, organizationId: string, ids: readonly string[]): Statement {
  return {
    name: 'lock_accounts',
    text: `select from user_account where organization_id = $1
      and id in (select account_id from membership where workspace_id = $2 and id = any($3::uuid[])) order by id for no key update`,
    values: [organizationId, workspaceId, ids],
  };
}

/** Locks the memberships in the order of their ids. */
export function lockMembers(workspaceId: string, ids: readonly string[]): Statement {
  return {
    name: 'lock_members',
    text: `select from membership where workspace_id = $1 and id = any($2::uuid[]) and deleted_at is null order by id for update`,
    values: [workspaceId, ids],
  };
}

/** Reads live memberships by id. */
export function readTargets(workspaceId: string, ids: readonly string[], linkSpace: string): Statement {
  return {
    name: 'read_targets',
    text: `select ${targetColumns} from ${targetTables} where m.workspace_id = $1 and m.id = any($2::uuid[]) and m.deleted_at is null`,
    values: [workspaceId, ids, linkSpace],
  };
}

/** A membership that was removed at most so long ago, with `account_taken` and `user_name_taken` for what a live one has now; who was merely invited has nothing to come back to. */
export function readRemoved(workspaceId: string, id: string, linkSpace: string, days: number): Statement {
  return {
    name: 'read_removed',
    text: `select ${targetColumns},
        exists (select from membership o where o.workspace_id = m.workspace_id and o.account_id = m.account_id and o.deleted_at is null) as account_taken,
        exists (select from membership o where o.workspace_id = m.workspace_id and o.user_name_key = m.user_name_key and o.deleted_at is null) as user_name_taken
      from ${targetTables} where m.workspace_id = $1 and m.id = $2 and m.deleted_at > now() - make_interval(days => $4) and m.status <> 'invited' and a.erased_at is null`,
    values: [workspaceId, id, linkSpace, days],
  };
}

/** A row of the statements above as a target. */
export function targetOf(row: Row): Target {
  const profile = row['profile'] as Profile;
  const member: Membership = {
    id: row['id'] as string,
    accountId: row['account_id'] as string,
    human: row['human'] as boolean,
    userName: row['user_name'] as string,
    externalId: (row['external_id'] as string | null) ?? undefined,
    emails: emailsOf(profile),
    managerId: (row['manager_id'] as string | null) ?? undefined,
    profile,
    status: row['status'] as MembershipStatus,
    baseRole: row['base_role'] as RoleKey,
    role: row['role'] as RoleKey,
    groupRoles: row['group_roles'] as GroupRole[],
    acceptedAt: (row['accepted_at'] as Date | null) ?? undefined,
    pendingInvitation: row['pending_invitation'] as boolean,
    epoch: row['epoch'] as number,
    holds: ((row['holds'] as { source: HoldSource; placedAt: string }[] | null) ?? []).map(({ source, placedAt }) => ({ source, placedAt: new Date(placedAt) })),
    version: row['version'] as number,
  };
  return { member, claimedElsewhere: row['claimed_elsewhere'] as boolean, otherActiveOwners: row['other_active_owners'] as number, assertedInactive: row['asserted_inactive'] as boolean };
}

/** The e-mails of a stored profile, as they were pushed. */
export function emailsOf(profile: Profile): Email[] {
  const stored = profile['emails'];
  if (!Array.isArray(stored)) return [];
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return (stored as Record<'value' | 'type' | 'display' | 'primary', unknown>[]).flatMap(({ value, type, display, primary }) =>
    typeof value === 'string' ? [{ value, type: text(type), display: text(display), primary: primary === true }] : [],
  );
}
