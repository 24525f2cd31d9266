// Roles that workspaces make for themselves, the roles that groups give, and whom owners name as their successors.
import { Migration } from '@mikro-orm/migrations';
import { isolate } from './row-level-security.ts';

export class Migration0007Roles extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  // A column named "role" of a membership holds the key of a built-in role or of one of these; commands check it under the workspace's lock.
  `create table workspace_role (
    workspace_id uuid not null references workspace (id),
    key text collate "C" not null,
    name text not null,
    rank integer not null check (rank between 1 and 79),
    permissions text[] not null,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (workspace_id, key)
  )`,
  ...isolate('workspace_role', 'workspace_id', 'workspace'),

  `create table group_role (
    workspace_id uuid not null,
    group_id uuid not null,
    role text collate "C" not null,
    primary key (workspace_id, group_id),
    foreign key (workspace_id, group_id) references scim_group (workspace_id, id) on delete cascade
  )`,
  ...isolate('group_role', 'workspace_id', 'workspace'),

  `create table successor (
    workspace_id uuid not null,
    owner_id uuid not null,
    successor_id uuid not null,
    also_account boolean not null,
    created_at timestamptz not null default now(),
    primary key (workspace_id, owner_id),
    foreign key (workspace_id, owner_id) references membership (workspace_id, id),
    foreign key (workspace_id, successor_id) references membership (workspace_id, id)
  )`,
  ...isolate('successor', 'workspace_id', 'workspace'),
];
