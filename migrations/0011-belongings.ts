// What people own in the host application, what was taken from whom when they left, and the API keys that they made.
import { Migration } from '@mikro-orm/migrations';
import { isolate } from './row-level-security.ts';

export class Migration0011Belongings extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  // No creator and no owner stand for the system. `takings` counts the departures that lie between the present owner and the one that the host named.
  `create table owned_resource (
    workspace_id uuid not null references workspace (id),
    id uuid not null,
    kind text collate "C" not null,
    external_ref text collate "C" not null,
    name text,
    created_by uuid,
    owner_id uuid,
    takings integer not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (workspace_id, id),
    foreign key (workspace_id, created_by) references membership (workspace_id, id),
    foreign key (workspace_id, owner_id) references membership (workspace_id, id)
  )`,
  `create unique index owned_resource_ref on owned_resource (workspace_id, kind, external_ref)`,
  `create index owned_resource_owner on owned_resource (workspace_id, owner_id, kind, id)`,
  ...isolate('owned_resource', 'workspace_id', 'workspace'),
  `create trigger keep_creator before update of created_by on owned_resource for each row execute function usher_append_only()`,

  `create table resource_taking (
    workspace_id uuid not null,
    handover_id uuid not null,
    resource_id uuid not null,
    position integer not null,
    from_id uuid not null,
    to_id uuid,
    live boolean not null default true,
    taken_at timestamptz not null default now(),
    primary key (workspace_id, handover_id, resource_id),
    foreign key (workspace_id, resource_id) references owned_resource (workspace_id, id) on delete cascade
  )`,
  `create index resource_taking_from on resource_taking (workspace_id, from_id, resource_id) where live`,
  `create index resource_taking_of on resource_taking (workspace_id, resource_id)`,
  ...isolate('resource_taking', 'workspace_id', 'workspace'),

  `create table api_key (
    workspace_id uuid not null references workspace (id),
    id uuid not null,
    membership_id uuid not null,
    name text not null,
    scopes text[] not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    suspended_at timestamptz,
    revoked_at timestamptz,
    primary key (workspace_id, id),
    foreign key (workspace_id, membership_id) references membership (workspace_id, id)
  )`,
  `create index api_key_creator on api_key (workspace_id, membership_id, id)`,
  ...isolate('api_key', 'workspace_id', 'workspace'),
];
