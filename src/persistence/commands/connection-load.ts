// Loads the connections of a workspace with the tokens that still work, locked: a third token must not slip in beside a second.
import type { Connection, LiveToken } from '../../domain/model/connection.ts';
import { changedPolicy, usualConnectionPolicy, type PolicyChange } from '../../domain/model/connection-policy.ts';
import type { Row, Statement } from '../database/batch.ts';
import type { RecordLoad } from './record-load.ts';

/** All connections, locked in the order of their ids, then all live tokens. */
export const connectionLoad: RecordLoad<'connections'> = {
  statements: ({ credential }) => readConnections(credential.tenant.workspaceId),
  found: connectionsOf,
};

function readConnections(workspaceId: string): Statement[] {
  const values = [workspaceId];
  return [
    { name: 'connections', text: 'select id, label, paused_at is not null as paused, tripped_at is not null as tripped, policy from idp_connection where workspace_id = $1 and deleted_at is null order by id for update', values },
    {
      name: 'live_tokens',
      text: `select id, connection_id, created_at, expires_at from access_token
        where workspace_id = $1 and revoked_at is null and (expires_at is null or expires_at > now()) order by created_at, id`,
      values,
    },
  ];
}

function connectionsOf([connections = [], tokens = []]: readonly Row[][]): { connections: Connection[]; liveTokenIds: ReadonlySet<string> } {
  const ofConnection = Map.groupBy(tokens, (token) => token['connection_id'] as string | null);
  return {
    connections: connections.map((row) => ({
      id: row['id'] as string,
      label: row['label'] as string,
      paused: row['paused'] as boolean,
      tripped: row['tripped'] as boolean,
      policy: changedPolicy(usualConnectionPolicy, row['policy'] as PolicyChange),
      tokens: (ofConnection.get(row['id'] as string) ?? []).map(tokenOf),
    })),
    liveTokenIds: new Set(tokens.map((token) => token['id'] as string)),
  };
}

function tokenOf(row: Row): LiveToken {
  return { id: row['id'] as string, createdAt: row['created_at'] as Date, expiresAt: (row['expires_at'] as Date | null) ?? undefined };
}
