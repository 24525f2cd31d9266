// Loads one API key, locked, or counts those of a member.
import type { RecordLoad } from './record-load.ts';

/** A key by its id; its creator is read and not locked, because a key ends whatever becomes of its creator. */
export const keyLoad: RecordLoad<'key'> = {
  statements: ({ credential }, id) => [
    {
      name: 'key',
      text: `select k.membership_id, k.revoked_at is not null as revoked, m.deleted_at is not null as creator_removed
        from api_key k join membership m on m.workspace_id = k.workspace_id and m.id = k.membership_id
        where k.workspace_id = $1 and k.id = $2 for update of k`,
      values: [credential.tenant.workspaceId, id],
    },
  ],
  found: ([rows = []]) => {
    const [row] = rows;
    return row && { membershipId: row['membership_id'] as string, creatorRemoved: row['creator_removed'] as boolean, revoked: row['revoked'] as boolean };
  },
};

/** The creator's membership is locked by whoever asks, so that nobody adds a key in between. */
export const keysLoad: RecordLoad<'keysOf'> = {
  statements: ({ credential }, id) => [
    {
      name: 'keys_of',
      text: 'select count(*)::int as count from api_key where workspace_id = $1 and membership_id = $2 and revoked_at is null',
      values: [credential.tenant.workspaceId, id],
    },
  ],
  found: ([rows = []]) => rows[0]?.['count'] as number,
};
