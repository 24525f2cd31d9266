// The statements of the floor: what the server reads and commits for each request, as few statements as SQL allows, and nothing that checks.
import { memberSelect } from '../../src/persistence/reads/member-select.ts';

/** What the floor gets to know of the tenant it serves. */
export interface FloorTenant {
  readonly workspaceId: string;
  readonly organizationId: string;
  readonly connectionId: string;
}

const live = 'm.workspace_id = $1 and m.deleted_at is null';
const select = (rows?: string) => memberSelect({ groups: true, managerName: true, holds: true }, '$2', rows);
const counted = (page: string) => `select q.*, (select count(*) from membership m where ${live}) as total from (${page}) q order by q.id`;

export const reads = {
  member: `${select()} where ${live} and m.id = $3`,
  byUserName: `${select()} where ${live} and m.user_name_key = $3`,
  byEmail: `${select()} where ${live} and exists (select from membership_email e where e.workspace_id = $1 and e.membership_id = m.id and e.value_key = $3 and e.type = 'work')
    and m.id in (select e.membership_id from membership_email e where e.workspace_id = $1 and e.value_key = $3)`,
  page: counted(select(`(select m.* from membership m where ${live} order by m.workspace_id, m.id limit 100 offset $3)`)),
  pageAfter: counted(select(`(select m.* from membership m where ${live} and m.id > $3 order by m.workspace_id, m.id limit 100)`)),
  group: `select g.id, g.display_name, g.version, (select json_agg(json_build_object('value', gm.member_id, 'type', gm.member_type, 'display',
      (select coalesce(mm.profile->>'displayName', mm.user_name) from membership mm where mm.workspace_id = gm.workspace_id and mm.id = gm.member_id)))::text
      from group_member gm where gm.workspace_id = g.workspace_id and gm.group_id = g.id) as members
    from scim_group g where g.workspace_id = $1 and g.id = $2`,
} as const;

/** The rows that every change writes beside its own: audit row, its place in the sealer's queue, outbox row. $1 workspace, $2 target, $3 audit id, $4 outbox id. */
function trail(action: string, metadata: string): string {
  return `event as (insert into audit_event (workspace_id, id, at, action, outcome, actor_kind, actor_id, target_id, request_id, metadata)
      values ($1, $3, now(), '${action}', 'success', 'connection', $5, $2, $6, ${metadata})),
    queue as (insert into audit_unsealed (workspace_id, event_id) values ($1, $3))
    insert into outbox_event (workspace_id, id, topic, aggregate_id, audit_id) values ($1, $4, 'audit.${action}', $2, $3)`;
}

/** $1 workspace, $2 member, $3 audit id, $4 outbox id, $5 connection, $6 request id in all of them. */
export const writes = {
  create: `with account as (insert into user_account (organization_id, id, email_key) values ($7, $8, $9)),
    member as (insert into membership (workspace_id, id, organization_id, account_id, user_name, user_name_key, profile, status, base_role, role, accepted_at)
      values ($1, $2, $7, $8, $10, $9, $11, 'active', 'member', 'member', now())),
    email as (insert into membership_email (workspace_id, membership_id, ordinal, value, value_key, type, is_primary) values ($1, $2, 1, $10, $9, 'work', true)),
    link as (insert into membership_link (workspace_id, membership_id, link_space, external_id) values ($1, $2, $5, $12)),
    seat as (insert into seat_claim (organization_id, account_id, workspace_id) values ($7, $8, $1)),
    ledger as (insert into seat_ledger (organization_id, id, account_id, workspace_id, delta, audit_id) values ($7, $3, $8, $1, 1, $3)),
    waiting as (insert into seat_unsealed (organization_id, ledger_id) values ($7, $3)),
    ${trail('team_membership_provision', '$13')}`,
  deactivate: `with member as (update membership set version = version + 1, updated_at = now(), status = 'deactivated', epoch = epoch + 1 where workspace_id = $1 and id = $2),
    hold as (insert into membership_hold (workspace_id, membership_id, source) values ($1, $2, $7) on conflict do nothing),
    ${trail('team_membership_deactivate', '$8')}`,
  add: `with changed as (update scim_group set version = version + 1, updated_at = now() where workspace_id = $1 and id = $2),
    added as (insert into group_member (workspace_id, group_id, member_id, member_type) select $1, $2, m, 'User' from unnest($7::uuid[]) m on conflict do nothing),
    ${trail('group_member_add', '$8')}`,
  remove: `with changed as (update scim_group set version = version + 1, updated_at = now() where workspace_id = $1 and id = $2),
    removed as (delete from group_member where workspace_id = $1 and group_id = $2 and member_id = any($7::uuid[])),
    ${trail('group_member_remove', '$8')}`,
} as const;
