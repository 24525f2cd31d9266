// Statements that write tokens.
import type { ConnectionChange } from '../../domain/areas/connections.ts';
import type { StatementTable } from './statement-table.ts';

/** The statements of each change of a token. */
export const credentialStatements: StatementTable<Extract<ConnectionChange, { kind: `token.${string}` }>> = {
  'token.insert': ({ kind, token: { id, connectionId, membershipId, epoch, scopes, expiresAt } }, { workspaceId }) => [
    {
      name: kind,
      text: 'insert into access_token (workspace_id, id, connection_id, membership_id, epoch, scopes, expires_at) values ($1, $2, $3, $4, $5, $6, $7)',
      values: [workspaceId, id, connectionId, membershipId, epoch, scopes, expiresAt],
    },
  ],
  'token.revoke': ({ kind, id }, { workspaceId }) => [
    { name: kind, text: 'update access_token set revoked_at = now() where workspace_id = $1 and id = $2 and revoked_at is null', values: [workspaceId, id] },
  ],
};
