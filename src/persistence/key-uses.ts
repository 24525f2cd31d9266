// Notes when API keys were last used: beside the requests that use them, at most once a minute for each, and never in their way.
import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import type { Tenant } from '../domain/model/caller.ts';
import { runBatch } from './database/batch.ts';
import { scopeOf } from './database/scope.ts';
import { withClient } from './database/transaction.ts';

/** Neither throws nor waits; a use that could not be noted is noted with one of the next minute. */
export type NoteKeyUse = (tenant: Tenant, keyId: string) => void;

const everyMs = 60_000;
const remembered = 10_000;

/** Another process may have noted the same minute, and a key that was revoked is used no more: the statement says both. */
export function createKeyUses(pool: Pool): NoteKeyUse {
  const noted = new LRUCache<string, true>({ max: remembered, ttl: everyMs });
  const write = async (tenant: Tenant, keyId: string) => {
    const text = `update api_key set last_used_at = now() where workspace_id = $1 and id = $2 and revoked_at is null and suspended_at is null
      and (expires_at is null or expires_at > now()) and (last_used_at is null or last_used_at < now() - interval '1 minute')`;
    await withClient(pool, async (client) => await runBatch(client, [scopeOf(tenant), { name: 'key_used', text, values: [tenant.workspaceId, keyId] }]));
  };
  return (tenant, keyId) => {
    if (noted.has(keyId)) return;
    noted.set(keyId, true);
    write(tenant, keyId).catch(() => noted.delete(keyId));
  };
}
