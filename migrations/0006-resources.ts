// Resources of the operator's own types, and the unique values of attributes that the operator's schemas declare, on users and groups too.
import { Migration } from '@mikro-orm/migrations';
import { isolate } from './row-level-security.ts';

export class Migration0006Resources extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  `create table scim_resource (
    workspace_id uuid not null references workspace (id),
    id uuid not null,
    resource_type text collate "C" not null,
    profile jsonb not null default '{}',
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (workspace_id, id)
  )`,
  `create index scim_resource_page on scim_resource (workspace_id, resource_type, id)`,
  ...isolate('scim_resource', 'workspace_id', 'workspace'),

  `create table resource_link (
    workspace_id uuid not null,
    resource_id uuid not null,
    link_space uuid not null,
    resource_type text collate "C" not null,
    external_id text collate "C" not null,
    primary key (workspace_id, resource_id, link_space),
    foreign key (workspace_id, resource_id) references scim_resource (workspace_id, id) on delete cascade
  )`,
  `create unique index resource_link_external_id on resource_link (workspace_id, link_space, external_id, resource_type)`,
  ...isolate('resource_link', 'workspace_id', 'workspace'),

  // resource_id is a membership, a group or a resource, so no foreign key: whoever removes one removes its keys.
  `create table unique_value (
    workspace_id uuid not null references workspace (id),
    resource_type text collate "C" not null,
    attribute text collate "C" not null,
    key text collate "C" not null,
    resource_id uuid not null,
    primary key (workspace_id, resource_type, attribute, key)
  )`,
  `create index unique_value_of on unique_value (workspace_id, resource_id)`,
  ...isolate('unique_value', 'workspace_id', 'workspace'),
];
