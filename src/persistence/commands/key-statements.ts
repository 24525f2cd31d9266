// Statements that write API keys.
import type { KeyChange } from '../../domain/areas/keys.ts';
import type { StatementTable } from './statement-table.ts';

/** The statements of each change of keys. */
export const keyStatements: StatementTable<KeyChange> = {
  'key.insert': ({ kind, key: { id, membershipId, name, scopes, expiresAt } }, { workspaceId }) => [
    {
      name: kind,
      text: 'insert into api_key (workspace_id, id, membership_id, name, scopes, expires_at) values ($1, $2, $3, $4, $5, $6)',
      values: [workspaceId, id, membershipId, name, scopes, expiresAt],
    },
  ],
  'keys.revoke': ({ kind, ids }, { workspaceId }) => [set(kind, 'revoked_at = now()', workspaceId, ids)],
  'keys.suspend': ({ kind, ids }, { workspaceId }) => [set(kind, 'suspended_at = now()', workspaceId, ids)],
  'keys.resume': ({ kind, ids }, { workspaceId }) => [set(kind, 'suspended_at = null', workspaceId, ids)],
};

function set(name: string, assignment: string, workspaceId: string, ids: readonly string[]) {
  return { name, text: `update api_key set ${assignment} where workspace_id = $1 and id = any($2::uuid[]) and revoked_at is null`, values: [workspaceId, ids] };
}
