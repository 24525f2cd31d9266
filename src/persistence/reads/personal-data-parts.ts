// What is kept of a person in one workspace, part by part. $1 is the workspace, $2 all memberships of the person, $3 the account; other people are ids.
const ofMember = 'workspace_id = $1 and membership_id = any($2::uuid[])';

/** A list of rows under a name. Where `of` is a column, the rows belong to the membership that it names. */
export interface Part {
  readonly name: string;
  readonly of?: 'membership_id';
  readonly text: string;
}

/** Every part; the columns become members of the document in camel case. */
export const personalParts: readonly Part[] = [
  {
    name: 'memberships',
    text: `select id, user_name, manager_id, profile, status, base_role, role, accepted_at, last_login_at, created_at, updated_at, deleted_at as removed_at, version
      from membership where workspace_id = $1 and id = any($2::uuid[]) and $3::uuid is not null order by id`,
  },
  { name: 'emails', of: 'membership_id', text: `select membership_id, value, type, display, is_primary as "primary" from membership_email where ${ofMember} order by membership_id, ordinal` },
  {
    name: 'externalIds',
    of: 'membership_id',
    text: `select l.membership_id, c.id as connection_id, c.label as connection, l.external_id, l.live from membership_link l
      left join idp_connection c on c.workspace_id = l.workspace_id and c.id = l.link_space where l.workspace_id = $1 and l.membership_id = any($2::uuid[])`,
  },
  {
    name: 'groups',
    of: 'membership_id',
    text: `select gm.member_id as membership_id, g.id, g.display_name as name from group_member gm join scim_group g on g.workspace_id = gm.workspace_id and g.id = gm.group_id
      where gm.workspace_id = $1 and gm.member_id = any($2::uuid[]) order by g.id`,
  },
  {
    name: 'holds',
    of: 'membership_id',
    text: `select h.membership_id, h.source, h.placed_at, r.reason from membership_hold h
      left join audit_reason r on r.workspace_id = h.workspace_id and r.event_id = h.event_id where h.workspace_id = $1 and h.membership_id = any($2::uuid[])`,
  },
  { name: 'invitations', of: 'membership_id', text: `select membership_id, id, status, invited_by, created_at, expires_at, ended_at from invitation where ${ofMember} order by id` },
  { name: 'apiKeys', of: 'membership_id', text: `select membership_id, id, name, scopes, created_at, expires_at, last_used_at, suspended_at, revoked_at from api_key where ${ofMember} order by id` },
  { name: 'tokens', of: 'membership_id', text: `select membership_id, id, scopes, created_at, expires_at, last_used_at, revoked_at from access_token where ${ofMember} order by id` },
  {
    name: 'scheduledDeactivations',
    of: 'membership_id',
    text: `select membership_id, id, on_date::text as "on", run_at, reason, status, booked_by, booked_at, ended_at from scheduled_action where ${ofMember} order by id`,
  },
  {
    name: 'belongings',
    text: `select id, kind, external_ref, name, created_by, owner_id, created_at, updated_at from owned_resource
      where workspace_id = $1 and (owner_id = any($2::uuid[]) or created_by = any($2::uuid[])) order by id`,
  },
  { name: 'mails', text: `select id, template, status, created_at, ended_at from mail_message where workspace_id = $1 and recipient_id = any($2::uuid[]) order by id` },
  { name: 'succession', text: `select owner_id, successor_id, also_account, created_at from successor where workspace_id = $1 and (owner_id = any($2::uuid[]) or successor_id = any($2::uuid[]))` },
  {
    name: 'audit',
    text: `select e.id, e.at, e.action, e.outcome, e.actor_kind, e.actor_id, e.target_id, e.request_id, e.batch_id, e.metadata::json as metadata, r.reason
      from audit_event e left join audit_reason r on r.workspace_id = e.workspace_id and r.event_id = e.id
      where e.workspace_id = $1 and (e.target_id = any($2::uuid[] || $3::uuid) or e.actor_id = any($2::uuid[] || $3::uuid)) order by e.at, e.id`,
  },
];
