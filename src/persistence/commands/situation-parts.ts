// What members have that a preview counts: one entry for each kind of thing, by the area that keeps it.

/**
 * A statement over $1, the workspace, and $2, ids of members, that answers `membership_id`, `kind`, `count` (integer) and, where use is
 * recorded, `last_used_at`. What ends with a member's access is told as lost, anything else as what the person has here.
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
];
