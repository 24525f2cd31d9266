// One row in every table of a tenant, written with plain SQL so that tests of the database itself trust no code of the server.
import type { ClientBase } from 'pg';

/** The ids of the rows; each tenant has a number of its own. */
export interface TenantRows {
  readonly workspaceId: string;
  readonly organizationId: string;
  readonly accountId: string;
  readonly membershipId: string;
  readonly auditId: string;
}

export function tenantRows(number: number): TenantRows {
  const id = (kind: string) => `0190${number.toString(16).padStart(4, '0')}-0000-7000-8000-00000000000${kind}`;
  return { organizationId: id('1'), workspaceId: id('2'), accountId: id('3'), membershipId: id('4'), auditId: id('5') };
}

/** Sets the tenant of the transaction. */
export async function enter(client: ClientBase, { workspaceId, organizationId }: Pick<TenantRows, 'workspaceId' | 'organizationId'>): Promise<void> {
  await client.query(`select set_config('app.workspace', $1, true), set_config('app.organization', $2, true)`, [workspaceId, organizationId]);
}

/** Writes a row in every table in one transaction, as any role that may insert. */
export async function writeTenant(client: ClientBase, rows: TenantRows): Promise<void> {
  await writeAll(client, rows, [...foundation(rows), ...everythingElse(rows)]);
}

/** Writes an organization with a workspace and an account, and nothing else. */
export async function foundTenant(client: ClientBase, rows: TenantRows): Promise<void> {
  await writeAll(client, rows, foundation(rows));
}

async function writeAll(client: ClientBase, rows: TenantRows, statements: readonly string[]): Promise<void> {
  await client.query('begin');
  await enter(client, rows);
  for (const statement of statements) await client.query(statement);
  await client.query('commit');
}

function foundation({ organizationId: o, workspaceId: w, accountId: a }: TenantRows): string[] {
  return [
    `insert into organization (id, name, account_owner_id) values ('${o}', 'Org ${o}', '${a}')`,
    `insert into user_account (organization_id, id, email_key) values ('${o}', '${a}', 'a@example.org')`,
    `insert into workspace (id, organization_id, slug, name) values ('${w}', '${o}', 'slug-${w}', 'W')`,
  ];
}

function everythingElse({ organizationId: o, workspaceId: w, accountId: a, membershipId: m, auditId: e }: TenantRows): string[] {
  return [
    `insert into membership (workspace_id, id, organization_id, account_id, user_name, user_name_key, status, base_role, role)
      values ('${w}', '${m}', '${o}', '${a}', 'A', 'a', 'active', 'owner', 'owner')`,
    `insert into membership_email (workspace_id, membership_id, ordinal, value, value_key, is_primary) values ('${w}', '${m}', 0, 'A@example.org', 'a@example.org', true)`,
    `insert into membership_link (workspace_id, membership_id, link_space, external_id) values ('${w}', '${m}', '${w}', 'ext')`,
    `insert into membership_hold (workspace_id, membership_id, source) values ('${w}', '${m}', 'admin')`,
    `insert into invitation (workspace_id, id, membership_id, token_hash, status, expires_at) values ('${w}', '${e}', '${m}', '\\x00', 'pending', now())`,
    `insert into mail_message (workspace_id, id, template, recipient_id) values ('${w}', '${e}', 'invitation', '${m}')`,
    `insert into seat_claim values ('${o}', '${a}', '${w}')`,
    `insert into seat_ledger (organization_id, id, account_id, workspace_id, delta, audit_id) values ('${o}', '${e}', '${a}', '${w}', 1, '${e}')`,
    `insert into seat_balance values ('${o}', 1, '${e}', 1)`,
    `insert into seat_unsealed values ('${o}', '${e}')`,
    `insert into scim_group (workspace_id, id, display_name, display_name_key) values ('${w}', '${e}', 'G', 'g')`,
    `insert into group_link values ('${w}', '${e}', '${w}', 'ext')`,
    `insert into group_member values ('${w}', '${e}', '${m}', 'User')`,
    `insert into workspace_role (workspace_id, key, name, rank, permissions) values ('${w}', 'lead', 'Lead', 40, '{members.read}')`,
    `insert into group_role values ('${w}', '${e}', 'lead')`,
    `insert into successor (workspace_id, owner_id, successor_id, also_account) values ('${w}', '${m}', '${m}', false)`,
    `insert into scim_resource (workspace_id, id, resource_type) values ('${w}', '${e}', 'Device')`,
    `insert into resource_link values ('${w}', '${e}', '${w}', 'Device', 'ext')`,
    `insert into unique_value values ('${w}', 'Device', 'urn:x:Device:serial', 'k', '${e}')`,
    `insert into idp_connection (workspace_id, id, label, label_key) values ('${w}', '${e}', 'C', 'c')`,
    `insert into access_token (workspace_id, id, connection_id, scopes) values ('${w}', '${e}', '${e}', '{scim.read}')`,
    `insert into blocked_intent (workspace_id, id, connection_id, membership_id, act, rule) values ('${w}', '${e}', '${e}', '${m}', 'remove', 'last-owner')`,
    `insert into scim_request_log (workspace_id, id, connection_id, at, method, path, status, duration_ms, request_id) values ('${w}', '${e}', '${e}', now(), 'GET', '/Users', 200, 1, 'r')`,
    `insert into api_key (workspace_id, id, membership_id, name, scopes) values ('${w}', '${e}', '${m}', 'K', '{app:read}')`,
    `insert into owned_resource (workspace_id, id, kind, external_ref, created_by, owner_id) values ('${w}', '${e}', 'campaign', 'c1', '${m}', '${m}')`,
    `insert into resource_taking (workspace_id, handover_id, resource_id, position, from_id, to_id) values ('${w}', '${e}', '${e}', 1, '${m}', '${m}')`,
    `insert into audit_event (workspace_id, id, at, action, outcome, actor_kind, request_id, metadata) values ('${w}', '${e}', now(), 'token_create', 'success', 'operator', 'r', '{}')`,
    `insert into audit_reason values ('${w}', '${e}', 'salt', 'why')`,
    `insert into audit_unsealed values ('${w}', '${e}')`,
    `insert into audit_seal (workspace_id, seq, event_id, hash) values ('${w}', 1, '${e}', '\\x00')`,
    `insert into scheduled_action (workspace_id, id, membership_id, on_date, run_at, suspend_api_keys) values ('${w}', '${e}', '${m}', '2030-01-01', now(), false)`,
    `insert into idempotency_key (organization_id, holder, key, fingerprint, request_id) values ('${o}', 'person', 'k', '\\x00', 'r')`,
    `insert into oauth_client (organization_id, id, label, label_key) values ('${o}', '${e}', 'Host', 'host')`,
    `insert into oauth_secret (organization_id, client_id, id, secret_hash) values ('${o}', '${e}', '${e}', '\\x00')`,
    `insert into oauth_token (organization_id, id, client_id, secret_id, expires_at) values ('${o}', '${e}', '${e}', '${e}', now())`,
    `insert into account_subject (organization_id, subject, account_id) values ('${o}', 's', '${a}')`,
    `insert into user_session (organization_id, id, account_id, client_id, expires_at) values ('${o}', '${e}', '${a}', '${e}', now())`,
    `insert into outbox_event (workspace_id, id, topic, aggregate_id, audit_id) values ('${w}', '${e}', 'audit.token_create', '${m}', '${e}')`,
    `insert into event_endpoint (workspace_id, id, kind, topics) values ('${w}', '${e}', 'poll', '{audit.*}')`,
    `insert into event_delivery (workspace_id, endpoint_id, event_id, topic, aggregate_id) values ('${w}', '${e}', '${e}', 'audit.token_create', '${m}')`,
  ];
}
