// Puts invited memberships into the database with their invitation, claim and ledger row, in states that take days at the door.
import { randomUUID } from 'node:crypto';
import type { Tenant } from '../../src/domain/model/caller.ts';
import type { RoleKey } from '../../src/domain/model/role.ts';
import type { StartedServer } from './started-server.ts';

/** `expired` has its seat freed already; `lapsed` ran out a minute ago and nobody has noticed yet. */
export type InvitationState = 'pending' | 'expired' | 'lapsed';

/** Invites an e-mail address and answers the id of the membership; its userName is the address. */
export async function invite({ query }: Pick<StartedServer, 'query'>, tenant: Tenant, mail: string, state: InvitationState = 'pending', role: RoleKey = 'member'): Promise<string> {
  const { workspaceId, organizationId } = tenant;
  const [known] = await query('select id from user_account where organization_id = $1 and email_key = $2', [organizationId, mail]);
  const accountId = String(known?.['id'] ?? randomUUID());
  const membershipId = randomUUID();
  if (known === undefined) await query('insert into user_account (organization_id, id, email_key) values ($1, $2, $3)', [organizationId, accountId, mail]);
  await query(
    `insert into membership (workspace_id, id, organization_id, account_id, user_name, user_name_key, status, base_role, role) values ($1, $2, $3, $4, $5, $5, 'invited', $6, $6)`,
    [workspaceId, membershipId, organizationId, accountId, mail, role],
  );
  const [status, expires] = [state === 'expired' ? 'expired' : 'pending', state === 'pending' ? '7 days' : '-1 minute'];
  await query(`insert into invitation (workspace_id, id, membership_id, token_hash, status, expires_at) values ($1, $2, $3, '\\x00', $4, now() + $5::interval)`, [
    workspaceId,
    randomUUID(),
    membershipId,
    status,
    expires,
  ]);
  if (state !== 'expired') await takeSeat(query, tenant, accountId);
  return membershipId;
}

async function takeSeat(query: StartedServer['query'], { workspaceId, organizationId }: Tenant, accountId: string): Promise<void> {
  const claims = await query('select from seat_claim where organization_id = $1 and account_id = $2', [organizationId, accountId]);
  await query('insert into seat_claim (organization_id, account_id, workspace_id) values ($1, $2, $3)', [organizationId, accountId, workspaceId]);
  if (claims.length > 0) return;
  const id = randomUUID();
  await query('insert into seat_ledger (organization_id, id, account_id, workspace_id, delta, audit_id) values ($1, $2, $3, $4, 1, $2)', [organizationId, id, accountId, workspaceId]);
}
