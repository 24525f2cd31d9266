// Audit events and seat steps as commands leave them: written, queued for the sealer, not sealed.
import type { ClientBase } from 'pg';
import { canonicalJson } from '../../src/persistence/audit/canonical-json.ts';
import { reasonDigest } from '../../src/persistence/audit/reason-digest.ts';
import { uuidV7 } from '../../src/persistence/database/uuid-v7.ts';
import { enter, type TenantRows } from './tenant-rows.ts';

/** Appends so many events in one transaction and answers their ids; every second one has a reason. */
export async function appendEvents(client: ClientBase, tenant: TenantRows, count: number): Promise<string[]> {
  const ids: string[] = [];
  await client.query('begin');
  await enter(client, tenant);
  for (let index = 0; index < count; index += 1) {
    const id = uuidV7();
    ids.push(id);
    const reason = index % 2 === 1 ? `because ${index} "ü"\n` : undefined;
    const metadata = canonicalJson({ fields: ['name.givenName', 'title'], count: index, before: 'member' });
    await client.query(
      `insert into audit_event (workspace_id, id, at, action, outcome, actor_kind, actor_id, target_id, request_id, metadata, reason_digest)
        values ($1, $2, clock_timestamp(), 'team_membership_update', 'success', 'person', $3, null, $4, $5, $6)`,
      [tenant.workspaceId, id, tenant.membershipId, `request ${index}`, metadata, reason === undefined ? null : reasonDigest('salt', reason)],
    );
    if (reason !== undefined) await client.query('insert into audit_reason values ($1, $2, $3, $4)', [tenant.workspaceId, id, 'salt', reason]);
    await client.query('insert into audit_unsealed values ($1, $2)', [tenant.workspaceId, id]);
  }
  await client.query('commit');
  return ids;
}

/** Appends steps to the seat ledger. */
export async function appendSteps(client: ClientBase, tenant: TenantRows, deltas: readonly (1 | -1)[]): Promise<void> {
  await client.query('begin');
  await enter(client, tenant);
  for (const delta of deltas) {
    const id = uuidV7();
    await client.query('insert into seat_ledger (organization_id, id, account_id, workspace_id, delta, audit_id) values ($1, $2, $3, $4, $5, $2)', [
      tenant.organizationId,
      id,
      tenant.accountId,
      tenant.workspaceId,
      delta,
    ]);
    await client.query('insert into seat_unsealed values ($1, $2)', [tenant.organizationId, id]);
  }
  await client.query('commit');
}
