// Groups and their members.
import { Migration } from '@mikro-orm/migrations';
import { isolate } from './row-level-security.ts';

export class Migration0003Groups extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  `create table scim_group (
    workspace_id uuid not null references workspace (id),
    id uuid not null,
    display_name text not null,
    display_name_key text collate "C" not null,
    profile jsonb not null default '{}',
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (workspace_id, id)
  )`,
  `create unique index scim_group_display_name on scim_group (workspace_id, display_name_key)`,
  ...isolate('scim_group', 'workspace_id', 'workspace'),

  `create table group_link (
    workspace_id uuid not null,
    group_id uuid not null,
    link_space uuid not null,
    external_id text collate "C" not null,
    primary key (workspace_id, group_id, link_space),
    foreign key (workspace_id, group_id) references scim_group (workspace_id, id) on delete cascade
  )`,
  `create unique index group_link_external_id on group_link (workspace_id, link_space, external_id)`,
  ...isolate('group_link', 'workspace_id', 'workspace'),

  // member_id is a membership or a group, so no foreign key: commands check it under the member's row lock.
  `create table group_member (
    workspace_id uuid not null,
    group_id uuid not null,
    member_id uuid not null,
    member_type text not null check (member_type in ('User', 'Group')),
    primary key (workspace_id, group_id, member_id),
    foreign key (workspace_id, group_id) references scim_group (workspace_id, id) on delete cascade
  )`,
  `create index group_member_of on group_member (workspace_id, member_id, group_id)`,
  ...isolate('group_member', 'workspace_id', 'workspace'),
];
