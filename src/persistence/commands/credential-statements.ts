// Statements that write connections and tokens.
import type { Change } from '../../domain/changes.ts';
import { keyOf } from '../../domain/model/keys.ts';
import type { Statement } from '../database/batch.ts';

type CredentialChange = Extract<Change, { kind: `connection.${string}` | `token.${string}` }>;

/** The statement of a connection's or a token's change. */
export function credentialStatement(change: CredentialChange, workspaceId: string): Statement {
  switch (change.kind) {
    case 'connection.insert':
      return {
        name: change.kind,
        text: 'insert into idp_connection (workspace_id, id, label, label_key) values ($1, $2, $3, $4)',
        values: [workspaceId, change.id, change.label, keyOf(change.label)],
      };
    case 'connection.pause':
      return { name: change.kind, text: 'update idp_connection set paused_at = now() where workspace_id = $1 and id = $2', values: [workspaceId, change.id] };
    case 'connection.resume':
      return { name: change.kind, text: 'update idp_connection set paused_at = null where workspace_id = $1 and id = $2', values: [workspaceId, change.id] };
    case 'token.insert': {
      const { id, connectionId, membershipId, epoch, scopes, expiresAt } = change.token;
      return {
        name: change.kind,
        text: 'insert into access_token (workspace_id, id, connection_id, membership_id, epoch, scopes, expires_at) values ($1, $2, $3, $4, $5, $6, $7)',
        values: [workspaceId, id, connectionId, membershipId, epoch, scopes, expiresAt],
      };
    }
    case 'token.revoke':
      return { name: change.kind, text: 'update access_token set revoked_at = now() where workspace_id = $1 and id = $2 and revoked_at is null', values: [workspaceId, change.id] };
  }
}
