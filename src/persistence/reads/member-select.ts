// The one SELECT that shows members, with only the parts that an answer needs.
import type { MemberParts, MembershipStatus, MemberView, Profile } from '../../domain/model/membership.ts';
import type { RoleKey } from '../../domain/model/role.ts';
import type { Row, Statement } from '../database/batch.ts';

const groups = `(select coalesce(json_agg(json_build_object('id', g.id, 'displayName', g.display_name) order by g.id), '[]') from group_member gm
    join scim_group g on g.workspace_id = gm.workspace_id and g.id = gm.group_id
    where gm.workspace_id = m.workspace_id and gm.member_id = m.id) as groups`;

const managerName = `(select coalesce(mm.profile->>'displayName', mm.user_name) from membership mm
    where mm.workspace_id = m.workspace_id and mm.id = m.manager_id and mm.deleted_at is null) as manager_name`;

// Each of these is one look-up for each row that is shown: as a join or EXISTS it would be planned as a hash of the whole tenant's rows.
// Without `live` as a condition, for which there is an index that would pass all links of the connection.
const externalId = (linkSpace: string) => `(select case when l.live then l.external_id end from membership_link l
    where l.workspace_id = m.workspace_id and l.membership_id = m.id and l.link_space = ${linkSpace}) as external_id`;

const holds = `(select true from seat_claim s where s.organization_id = m.organization_id and s.account_id = m.account_id and s.workspace_id = m.workspace_id) as seat_held,
  (select coalesce(json_agg(json_build_object('source', h.source, 'since', to_char(h.placed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by h.source), '[]')
    from membership_hold h where h.workspace_id = m.workspace_id and h.membership_id = m.id) as holds,
  (select to_char(s.run_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') from scheduled_action s
    where s.workspace_id = m.workspace_id and s.membership_id = m.id and s.status = 'pending') as scheduled_deactivation`;

/** The same with who placed each hold and why, for one member. */
const holdDetails = `(select coalesce(json_agg(json_build_object('source', h.source, 'since', to_char(h.placed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'reason', r.reason, 'by', case when e.id is not null then json_build_object('kind', e.actor_kind, 'id', e.actor_id, 'name', case e.actor_kind
        when 'person' then (select p.user_name from membership p where p.workspace_id = h.workspace_id and p.id = e.actor_id)
        when 'connection' then (select c.label from idp_connection c where c.workspace_id = h.workspace_id and c.id = e.actor_id) end) end) order by h.source), '[]')
    from membership_hold h left join audit_event e on e.workspace_id = h.workspace_id and e.id = h.event_id
    left join audit_reason r on r.workspace_id = h.workspace_id and r.event_id = h.event_id
    where h.workspace_id = m.workspace_id and h.membership_id = m.id) as hold_details`;

/** Links whose space is that of a connection; people and the operator link in a space that is none. */
export const managingConnections = `membership_link l join idp_connection c on c.workspace_id = l.workspace_id and c.id = l.link_space and c.deleted_at is null
  where l.workspace_id = m.workspace_id and l.membership_id = m.id and l.live`;

const team = `m.last_login_at, m.deleted_at, exists (select from organization o where o.id = m.organization_id and o.account_owner_id = m.account_id) as account_owner,
  (select coalesce(json_agg(json_build_object('id', c.id, 'label', c.label) order by c.label_key), '[]') from ${managingConnections}) as managed_by`;

/** Short text for the parts, to name prepared statements by. */
function partsKey(parts: MemberParts): string {
  return `${parts.groups ? 'g' : ''}${parts.managerName ? 'm' : ''}${parts.holds ? 'h' : ''}${parts.team === true ? 't' : ''}${parts.holdDetails === true ? 'd' : ''}`;
}

/** `select … from membership m …` without a WHERE; `linkSpace` is the parameter that holds the caller's externalId space. `rows` stands for the table, `also` for more columns. */
export function memberSelect(parts: MemberParts, linkSpace: string, rows = 'membership', also: readonly string[] = []): string {
  const columns = [
    `m.id, m.user_name, ${externalId(linkSpace)}, m.status, m.role, m.base_role, m.profile, m.version, m.created_at, m.updated_at`,
    ...(parts.groups ? [groups] : []),
    ...(parts.managerName ? [managerName] : []),
    ...(parts.holds ? [holds] : []),
    ...(parts.holdDetails === true ? [holdDetails] : []),
    ...(parts.team === true ? [team] : []),
    ...also,
  ];
  return `select ${columns.join(', ')} from ${rows} m`;
}

/** One live member by id. */
export function readMember(workspaceId: string, id: string, linkSpace: string, parts: MemberParts): Statement {
  return {
    name: `member_${partsKey(parts)}`,
    text: `${memberSelect(parts, '$3')} where m.workspace_id = $1 and m.id = $2 and m.deleted_at is null`,
    values: [workspaceId, id, linkSpace],
  };
}

/** Some live members by their ids, in no order. */
export function readMembers(workspaceId: string, ids: readonly string[], linkSpace: string, parts: MemberParts): Statement {
  return {
    name: `members_${partsKey(parts)}`,
    text: `${memberSelect(parts, '$3')} where m.workspace_id = $1 and m.id = any ($2::uuid[]) and m.deleted_at is null`,
    values: [workspaceId, ids, linkSpace],
  };
}

/** A row of the SELECT as a view. */
export function memberViewOf(row: Row): MemberView {
  return {
    id: row['id'] as string,
    userName: row['user_name'] as string,
    externalId: (row['external_id'] as string | null) ?? undefined,
    status: row['status'] as MembershipStatus,
    role: row['role'] as RoleKey,
    roleSource: row['role'] === row['base_role'] ? 'direct' : 'group',
    seatHeld: (row['seat_held'] as boolean | null | undefined) ?? false,
    profile: row['profile'] as Profile,
    holds: (row['hold_details'] ?? row['holds']) as MemberView['holds'],
    scheduledDeactivation: row['scheduled_deactivation'] as string | null | undefined,
    groups: row['groups'] as { id: string; displayName: string }[] | undefined,
    managerName: (row['manager_name'] as string | null) ?? undefined,
    accountOwner: row['account_owner'] as boolean | undefined,
    removedAt: momentOf(row['deleted_at'] as Date | null | undefined),
    lastLoginAt: momentOf(row['last_login_at'] as Date | null | undefined),
    managedBy: row['managed_by'] as { id: string; label: string }[] | undefined,
    version: row['version'] as number,
    createdAt: (row['created_at'] as Date).toISOString(),
    updatedAt: (row['updated_at'] as Date).toISOString(),
  };
}

function momentOf(value: Date | null | undefined): string | null | undefined {
  return value instanceof Date ? value.toISOString() : value;
}
