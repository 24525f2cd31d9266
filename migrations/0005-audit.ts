// The audit log with its seals, the erasable words beside it, and the outbox.
import { Migration } from '@mikro-orm/migrations';
import { appendOnly, isolate, readableByOwner, waitingTenants } from './row-level-security.ts';

export class Migration0005Audit extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  // metadata is text: jsonb would re-order its keys and break the verification of the chain.
  `create table audit_event (
    workspace_id uuid not null references workspace (id),
    id uuid not null,
    at timestamptz not null,
    action text not null,
    outcome text not null check (outcome in ('success', 'denied', 'withheld')),
    actor_kind text not null,
    actor_id uuid,
    target_id uuid,
    request_id text not null,
    batch_id uuid,
    metadata text not null,
    reason_digest text,
    primary key (workspace_id, id)
  )`,
  ...isolate('audit_event', 'workspace_id', 'workspace'),
  ...appendOnly('audit_event'),

  `create table audit_reason (
    workspace_id uuid not null,
    event_id uuid not null,
    salt text not null,
    reason text not null,
    primary key (workspace_id, event_id)
  )`,
  ...isolate('audit_reason', 'workspace_id', 'workspace'),

  `create table audit_unsealed (workspace_id uuid not null, event_id uuid not null, primary key (workspace_id, event_id))`,
  ...isolate('audit_unsealed', 'workspace_id', 'workspace'),
  readableByOwner('audit_unsealed'),
  waitingTenants('usher_unsealed_workspaces', 'audit_unsealed', 'workspace_id'),

  `create table audit_seal (
    workspace_id uuid not null,
    seq bigint not null,
    event_id uuid not null,
    hash bytea not null,
    sealed_at timestamptz not null default now(),
    primary key (workspace_id, seq)
  )`,
  `create unique index audit_seal_event on audit_seal (workspace_id, event_id)`,
  ...isolate('audit_seal', 'workspace_id', 'workspace'),
  ...appendOnly('audit_seal'),

  `create table outbox_event (
    workspace_id uuid not null references workspace (id),
    id uuid not null,
    topic text not null,
    aggregate_id uuid not null,
    audit_id uuid not null,
    created_at timestamptz not null default now(),
    primary key (workspace_id, id)
  )`,
  ...isolate('outbox_event', 'workspace_id', 'workspace'),
];
