// Turns changes of the domain into rows for COPY, the same rows that its statements would write; a change it does not know is refused.
import type { Change } from '../../src/domain/changes.ts';
import type { Tenant } from '../../src/domain/model/caller.ts';
import { keyOf } from '../../src/domain/model/keys.ts';
import { canonicalJson } from '../../src/persistence/audit/canonical-json.ts';
import type { CopyValue } from './copy.ts';

/** Columns of each table, in an order in which every row finds what it refers to. */
export const columnsOf = {
  organization: ['id', 'name', 'seat_limit', 'account_owner_id'],
  workspace: ['id', 'organization_id', 'slug', 'name'],
  user_account: ['organization_id', 'id', 'email_key'],
  membership: ['workspace_id', 'id', 'organization_id', 'account_id', 'user_name', 'user_name_key', 'manager_id', 'profile', 'status', 'base_role', 'role', 'accepted_at'],
  membership_email: ['workspace_id', 'membership_id', 'ordinal', 'value', 'value_key', 'type', 'display', 'is_primary'],
  membership_link: ['workspace_id', 'membership_id', 'link_space', 'external_id'],
  seat_claim: ['organization_id', 'account_id', 'workspace_id'],
  idp_connection: ['workspace_id', 'id', 'label', 'label_key'],
  audit_event: ['workspace_id', 'id', 'at', 'action', 'outcome', 'actor_kind', 'actor_id', 'target_id', 'request_id', 'metadata'],
  audit_unsealed: ['workspace_id', 'event_id'],
  seat_ledger: ['organization_id', 'id', 'account_id', 'workspace_id', 'delta', 'audit_id'],
  seat_unsealed: ['organization_id', 'ledger_id'],
  outbox_event: ['workspace_id', 'id', 'topic', 'aggregate_id', 'audit_id'],
} as const;

export type Table = keyof typeof columnsOf;
export type Rows = Map<Table, (readonly CopyValue[])[]>;

export function noRows(): Rows {
  return new Map((Object.keys(columnsOf) as Table[]).map((table) => [table, []]));
}

/** Adds the rows of one change; `now` is the transaction's time as the database writes it. */
export function addRows(rows: Rows, change: Change, { workspaceId, organizationId }: Tenant, now: string): void {
  const add = (table: Table, ...values: readonly CopyValue[]): void => {
    rows.get(table)?.push(values);
  };
  switch (change.kind) {
    case 'organization.insert':
      add('organization', change.id, change.name, change.seatLimit, change.accountOwnerId);
      return;
    case 'workspace.insert':
      add('workspace', change.id, organizationId, change.slug, change.name);
      return;
    case 'account.insert':
      add('user_account', organizationId, change.id, change.key);
      return;
    case 'membership.insert': {
      const { id, accountId, status, accepted, role, particulars } = change;
      const { userName, managerId, profile, emails } = particulars;
      add('membership', workspaceId, id, organizationId, accountId, userName, keyOf(userName), managerId, JSON.stringify(profile), status, role, role, accepted ? now : null);
      for (const [index, { value, type, display, primary }] of emails.entries()) add('membership_email', workspaceId, id, index + 1, value, keyOf(value), type, display, primary);
      return;
    }
    case 'link.put':
      add('membership_link', workspaceId, change.membershipId, change.linkSpace, change.externalId);
      return;
    case 'seat.claim':
      add('seat_claim', organizationId, change.accountId, workspaceId);
      return;
    case 'connection.insert':
      add('idp_connection', workspaceId, change.id, change.label, keyOf(change.label));
      return;
    case 'audit': {
      const { id, action, outcome, actor, targetId, requestId, metadata } = change.entry;
      add('audit_event', workspaceId, id, now, action, outcome, actor.kind, actor.id, targetId, requestId, canonicalJson(metadata));
      add('audit_unsealed', workspaceId, id);
      return;
    }
    case 'seat.ledger':
      add('seat_ledger', organizationId, change.auditId, change.accountId, workspaceId, change.delta, change.auditId);
      add('seat_unsealed', organizationId, change.auditId);
      return;
    case 'outbox':
      add('outbox_event', workspaceId, change.id, change.topic, change.aggregateId, change.auditId);
      return;
    default:
      throw new Error(`the loader does not know ${change.kind}`);
  }
}
