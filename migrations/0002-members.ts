// Memberships with everything that hangs on one: e-mails, links to connections, holds, invitations and seats.
import { Migration } from '@mikro-orm/migrations';
import { appendOnly, isolate, readableByOwner, waitingTenants } from './row-level-security.ts';

export class Migration0002Members extends Migration {
  override up(): void {
    for (const statement of [...memberships, ...attachments, ...seats, ...ownerBackstop]) this.addSql(statement);
  }
}

const memberships = [
  `create table membership (
    workspace_id uuid not null references workspace (id),
    id uuid not null,
    organization_id uuid not null,
    account_id uuid not null,
    user_name text not null,
    user_name_key text collate "C" not null,
    manager_id uuid,
    profile jsonb not null default '{}',
    status text not null check (status in ('invited', 'active', 'deactivated')),
    base_role text not null,
    role text not null,
    accepted_at timestamptz,
    last_login_at timestamptz,
    epoch integer not null default 1,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    former_group_ids uuid[] not null default '{}',
    primary key (workspace_id, id),
    foreign key (organization_id, account_id) references user_account (organization_id, id)
  )`,
  `create unique index membership_account_live on membership (workspace_id, account_id) where deleted_at is null`,
  `create unique index membership_user_name_live on membership (workspace_id, user_name_key) where deleted_at is null`,
  `create index membership_page on membership (workspace_id, id) where deleted_at is null`,
  `create index membership_owner on membership (workspace_id) where role = 'owner' and deleted_at is null`,
  ...isolate('membership', 'workspace_id', 'workspace'),
];

const attachments = [
  `create table membership_email (
    workspace_id uuid not null,
    membership_id uuid not null,
    ordinal integer not null,
    value text not null,
    value_key text collate "C" not null,
    type text,
    display text,
    is_primary boolean not null,
    primary key (workspace_id, membership_id, ordinal),
    foreign key (workspace_id, membership_id) references membership (workspace_id, id)
  )`,
  `create index membership_email_value on membership_email (workspace_id, value_key)`,
  ...isolate('membership_email', 'workspace_id', 'workspace'),

  `create table membership_link (
    workspace_id uuid not null,
    membership_id uuid not null,
    link_space uuid not null,
    external_id text collate "C" not null,
    live boolean not null default true,
    primary key (workspace_id, membership_id, link_space),
    foreign key (workspace_id, membership_id) references membership (workspace_id, id)
  )`,
  `create unique index membership_link_external_id on membership_link (workspace_id, link_space, external_id) where live`,
  ...isolate('membership_link', 'workspace_id', 'workspace'),

  `create table membership_hold (
    workspace_id uuid not null,
    membership_id uuid not null,
    source text collate "C" not null,
    placed_at timestamptz not null default now(),
    primary key (workspace_id, membership_id, source),
    foreign key (workspace_id, membership_id) references membership (workspace_id, id)
  )`,
  ...isolate('membership_hold', 'workspace_id', 'workspace'),

  `create table invitation (
    workspace_id uuid not null,
    id uuid not null,
    membership_id uuid not null,
    token_hash bytea not null,
    status text not null check (status in ('pending', 'accepted', 'declined', 'revoked', 'expired', 'superseded')),
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    primary key (workspace_id, id),
    foreign key (workspace_id, membership_id) references membership (workspace_id, id)
  )`,
  `create unique index invitation_pending on invitation (workspace_id, membership_id) where status = 'pending'`,
  ...isolate('invitation', 'workspace_id', 'workspace'),
];

const seats = [
  `create table seat_claim (
    organization_id uuid not null,
    account_id uuid not null,
    workspace_id uuid not null,
    primary key (organization_id, account_id, workspace_id),
    foreign key (organization_id, account_id) references user_account (organization_id, id)
  )`,
  ...isolate('seat_claim', 'organization_id', 'organization'),

  `create table seat_ledger (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    workspace_id uuid not null,
    delta smallint not null check (delta in (-1, 1)),
    audit_id uuid not null,
    created_at timestamptz not null default now(),
    primary key (organization_id, id)
  )`,
  ...isolate('seat_ledger', 'organization_id', 'organization'),
  ...appendOnly('seat_ledger'),

  `create table seat_balance (
    organization_id uuid not null,
    seq bigint not null,
    ledger_id uuid not null,
    balance integer not null,
    primary key (organization_id, seq)
  )`,
  `create unique index seat_balance_ledger on seat_balance (organization_id, ledger_id)`,
  ...isolate('seat_balance', 'organization_id', 'organization'),
  ...appendOnly('seat_balance'),

  `create table seat_unsealed (organization_id uuid not null, ledger_id uuid not null, primary key (organization_id, ledger_id))`,
  ...isolate('seat_unsealed', 'organization_id', 'organization'),
  readableByOwner('seat_unsealed'),
  waitingTenants('usher_unsealed_organizations', 'seat_unsealed', 'organization_id'),
];

const ownerBackstop = [
  `create function usher_keep_an_owner() returns trigger language plpgsql as $$
  begin
    if not exists (
      select from membership m join user_account a on a.organization_id = m.organization_id and a.id = m.account_id
      where m.workspace_id = old.workspace_id and m.role = 'owner' and m.status = 'active' and m.deleted_at is null and not a.service
    ) then
      raise exception 'workspace % would lose its last owner', old.workspace_id using errcode = '23514', constraint = 'membership_keeps_owner';
    end if;
    return null;
  end $$`,
  `create constraint trigger membership_keeps_owner after update or delete on membership deferrable initially deferred for each row
    when (old.role = 'owner' and old.status = 'active' and old.deleted_at is null) execute function usher_keep_an_owner()`,
];
