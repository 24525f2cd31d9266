// Organizations, workspaces and accounts, with the directories that find a tenant before one is known.
import { Migration } from '@mikro-orm/migrations';
import { isolate } from './row-level-security.ts';

export class Migration0001Tenants extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  `create table organization (
    id uuid primary key,
    name text not null,
    seat_limit integer check (seat_limit >= 0),
    account_owner_id uuid not null,
    created_at timestamptz not null default now()
  )`,
  ...isolate('organization', 'id', 'organization'),

  `create table workspace (
    id uuid primary key,
    organization_id uuid not null references organization (id),
    slug text not null,
    name text not null,
    time_zone text not null default 'UTC',
    policy jsonb not null default '{}',
    created_at timestamptz not null default now()
  )`,
  ...isolate('workspace', 'id', 'workspace'),

  `create table user_account (
    organization_id uuid not null references organization (id),
    id uuid not null,
    email_key text collate "C",
    service boolean not null default false,
    erased_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (organization_id, id)
  )`,
  `create unique index user_account_email_key on user_account (organization_id, email_key) where email_key is not null`,
  `alter table organization add constraint organization_account_owner
    foreign key (id, account_owner_id) references user_account (organization_id, id) deferrable initially deferred`,
  ...isolate('user_account', 'organization_id', 'organization'),

  // The directories hold no tenant's data but names; the runtime role reaches them only through the functions below.
  `create table organization_directory (name_key text collate "C" primary key, organization_id uuid not null)`,
  `create table workspace_directory (slug text collate "C" primary key, workspace_id uuid not null, organization_id uuid not null)`,
  `create function usher_enter_directory() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
  begin
    if tg_table_name = 'organization' then
      insert into public.organization_directory values (lower(normalize(new.name, nfc)), new.id);
    else
      insert into public.workspace_directory values (new.slug, new.id, new.organization_id);
    end if;
    return new;
  end $$`,
  `create trigger enter_directory after insert on organization for each row execute function usher_enter_directory()`,
  `create trigger enter_directory after insert on workspace for each row execute function usher_enter_directory()`,
  `create function usher_organization_by_name(name text) returns table (organization_id uuid) language sql stable security definer
    set search_path = pg_catalog, pg_temp as $$
    select d.organization_id from public.organization_directory d where d.name_key = lower(normalize(name, nfc)) $$`,
  `create function usher_workspace_by_slug(slug text) returns table (workspace_id uuid, organization_id uuid) language sql stable security definer
    set search_path = pg_catalog, pg_temp as $$
    select d.workspace_id, d.organization_id from public.workspace_directory d where d.slug = usher_workspace_by_slug.slug $$`,

  // The table is the migrator's own and made before the first migration runs.
  `create function usher_migrations() returns table (name text) language sql stable security definer
    set search_path = pg_catalog, pg_temp as $$ select m.name::text from public.usher_migration m $$`,

  `create function usher_append_only() returns trigger language plpgsql as $$
  begin
    raise exception '% is append-only', tg_table_name using errcode = '42501';
  end $$`,
];
