// What the host application brings: its clients with their secrets and tokens, the people it vouches for, and their sessions.
import { Migration } from '@mikro-orm/migrations';
import { isolate } from './row-level-security.ts';

export class Migration0010Host extends Migration {
  override up(): void {
    for (const statement of [...clients, ...sessions, ...acrossWorkspaces]) this.addSql(statement);
  }
}

const clients = [
  `create table oauth_client (
    organization_id uuid not null references organization (id),
    id uuid not null,
    label text not null,
    label_key text collate "C" not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz,
    primary key (organization_id, id)
  )`,
  `create unique index oauth_client_label on oauth_client (organization_id, label_key) where revoked_at is null`,
  ...isolate('oauth_client', 'organization_id', 'organization'),

  `create table oauth_secret (
    organization_id uuid not null,
    client_id uuid not null,
    id uuid not null,
    secret_hash bytea not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz,
    primary key (organization_id, client_id, id),
    foreign key (organization_id, client_id) references oauth_client (organization_id, id)
  )`,
  ...isolate('oauth_secret', 'organization_id', 'organization'),

  `create table oauth_token (
    organization_id uuid not null,
    id uuid not null,
    client_id uuid not null,
    secret_id uuid not null,
    expires_at timestamptz not null,
    primary key (organization_id, id),
    foreign key (organization_id, client_id, secret_id) references oauth_secret (organization_id, client_id, id)
  )`,
  `create index oauth_token_expired on oauth_token (organization_id, expires_at)`,
  ...isolate('oauth_token', 'organization_id', 'organization'),
];

const sessions = [
  // A link made by a sign-in that one connection vouched for counts for that connection's sign-ins only; no connection is the nil UUID.
  `create table account_subject (
    organization_id uuid not null,
    subject text collate "C" not null,
    connection_id uuid not null default '00000000-0000-0000-0000-000000000000',
    account_id uuid not null,
    created_at timestamptz not null default now(),
    primary key (organization_id, subject, connection_id),
    foreign key (organization_id, account_id) references user_account (organization_id, id)
  )`,
  `create unique index account_subject_account on account_subject (organization_id, account_id, connection_id)`,
  ...isolate('account_subject', 'organization_id', 'organization'),

  // Of the organization, because signing out everywhere ends sessions of all workspaces; one without a workspace is for the account's home.
  `create table user_session (
    organization_id uuid not null,
    id uuid not null,
    account_id uuid not null,
    workspace_id uuid,
    membership_id uuid,
    epoch integer,
    client_id uuid not null,
    connection_id uuid,
    verified_email_key text collate "C",
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz,
    primary key (organization_id, id),
    foreign key (organization_id, account_id) references user_account (organization_id, id),
    foreign key (organization_id, client_id) references oauth_client (organization_id, id),
    check (num_nonnulls(workspace_id, membership_id, epoch) in (0, 3))
  )`,
  `create index user_session_account on user_session (organization_id, account_id)`,
  `create index user_session_membership on user_session (organization_id, membership_id) where ended_at is null`,
  ...isolate('user_session', 'organization_id', 'organization'),
];

/** Across the workspaces of the present organization and of no other: the organization is the setting, never an argument. */
const acrossWorkspaces = [
  `create index workspace_directory_organization on workspace_directory (organization_id, workspace_id)`,

  `create function usher_workspaces() returns table (workspace_id uuid, slug text) language sql stable security definer
    set search_path = pg_catalog, pg_temp as $$
    select d.workspace_id, d.slug from public.workspace_directory d
      where d.organization_id = nullif(current_setting('app.organization', true), '')::uuid order by d.workspace_id $$`,

  // Each workspace is entered in turn, so that row-level security holds inside as anywhere else.
  `create function usher_account_memberships(account uuid)
    returns table (workspace_id uuid, slug text, workspace_name text, membership_id uuid, user_name text, status text, role text,
      last_login_at timestamptz, created_at timestamptz, invitation_id uuid, invitation_expires_at timestamptz)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
  declare
    before text := current_setting('app.workspace', true);
    place record;
  begin
    for place in select w.workspace_id as id, w.slug from public.usher_workspaces() w loop
      perform set_config('app.workspace', place.id::text, true);
      return query select m.workspace_id, place.slug, w.name, m.id, m.user_name, m.status, m.role, m.last_login_at, m.created_at, i.id, i.expires_at
        from public.membership m join public.workspace w on w.id = m.workspace_id
        left join public.invitation i on i.workspace_id = m.workspace_id and i.membership_id = m.id and i.status = 'pending' and i.expires_at > now()
        where m.workspace_id = place.id and m.account_id = account and m.deleted_at is null;
    end loop;
    perform set_config('app.workspace', coalesce(before, ''), true);
  end $$`,
];
