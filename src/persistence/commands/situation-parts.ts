// What members have that a preview counts: one entry for each kind of thing, by the area that keeps it.

/**
 * A statement over $1, the workspace, and $2, ids of members, that answers `membership_id`, `kind`, `count` (integer) and, where use is
 * recorded, `last_used_at`, and perhaps `samples`, some of them by `externalRef` and `name`. What ends with a member's access is told as lost, anything else as what the person has here.
 */
export interface SituationPart {
  readonly name: string;
  readonly endsWithAccess: boolean;
  readonly text: string;
}

export const situationParts: readonly SituationPart[] = [
  {
    name: 'tokens',
    endsWithAccess: true,
    text: `select t.membership_id, 'tokens' as kind, count(*)::int as count from access_token t join membership m on m.workspace_id = t.workspace_id and m.id = t.membership_id
      where t.workspace_id = $1 and t.membership_id = any($2::uuid[]) and t.revoked_at is null and t.epoch = m.epoch and (t.expires_at is null or t.expires_at > now())
      group by t.membership_id`,
  },
  {
    name: 'sessions',
    endsWithAccess: true,
    text: `select m.id as membership_id, 'sessions' as kind, count(*)::int as count from membership m
      join user_session s on s.organization_id = m.organization_id and s.membership_id = m.id and s.ended_at is null and s.expires_at > now() and s.epoch = m.epoch
      where m.workspace_id = $1 and m.id = any($2::uuid[]) group by m.id`,
  },
  {
    name: 'keys',
    endsWithAccess: false,
    text: `select membership_id, case when suspended_at is null then 'api_keys' else 'suspended_api_keys' end as kind, count(*)::int as count, max(last_used_at) as last_used_at
      from api_key where workspace_id = $1 and membership_id = any($2::uuid[]) and revoked_at is null and (expires_at is null or expires_at > now())
      group by membership_id, suspended_at is null order by suspended_at is null desc`,
  },
  {
    name: 'resources',
    endsWithAccess: false,
    text: `select c.owner_id as membership_id, c.kind, c.count, (select json_agg(json_build_object('externalRef', s.external_ref, 'name', s.name))
        from (select r.external_ref, r.name from owned_resource r where r.workspace_id = $1 and r.owner_id = c.owner_id and r.kind = c.kind order by r.id limit 5) s) as samples
      from (select owner_id, kind, count(*)::int as count from owned_resource where workspace_id = $1 and owner_id = any($2::uuid[]) group by owner_id, kind) c order by c.kind`,
  },
];
