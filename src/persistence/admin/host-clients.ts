// Clients of an organization, as an operator lists them, and the workspace in whose log they stand.
import type { Pool } from 'pg';
import { nowhere, type Tenant } from '../../domain/model/caller.ts';
import { runBatch } from '../database/batch.ts';
import type { Database } from '../database/pool.ts';
import { scopeOf } from '../database/scope.ts';
import { withClient } from '../database/transaction.ts';
import { OauthClientEntity } from '../entities/oauth-client.entity.ts';
import { OauthSecretEntity } from '../entities/oauth-secret.entity.ts';
import { readAs } from './read-as.ts';

export interface ListedClient {
  readonly id: string;
  readonly label: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | undefined;
  /** Secrets that work. */
  readonly secrets: readonly { readonly id: string; readonly createdAt: Date }[];
}

/** All clients there ever were, oldest first. */
export async function listHostClients(database: Database, organizationId: string): Promise<ListedClient[]> {
  return await readAs(database, { organizationId }, async (em) => {
    const clients = await em.find(OauthClientEntity, { organizationId }, { orderBy: { createdAt: 'asc', id: 'asc' } });
    const secrets = Map.groupBy(await em.find(OauthSecretEntity, { organizationId, revokedAt: null }, { orderBy: { createdAt: 'asc', id: 'asc' } }), ({ clientId }) => clientId);
    return clients.map(({ id, label, createdAt, revokedAt }) => ({
      id,
      label,
      createdAt,
      revokedAt: revokedAt ?? undefined,
      secrets: (secrets.get(id) ?? []).map((secret) => ({ id: secret.id, createdAt: secret.createdAt })),
    }));
  });
}

/** The oldest workspace of an organization; there is none without any. */
export async function oldestWorkspace(pool: Pool, organizationId: string): Promise<Tenant> {
  const statement = { text: 'select workspace_id from usher_workspaces() limit 1', values: [] };
  const [, rows] = await withClient(pool, async (client) => await runBatch(client, [scopeOf({ workspaceId: nowhere, organizationId }), statement]));
  const row = rows?.[0];
  if (row === undefined) throw new Error('an organization has a workspace');
  return { organizationId, workspaceId: row['workspace_id'] as string };
}
