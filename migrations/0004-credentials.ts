// Connections to identity providers and the tokens of connections and persons.
import { Migration } from '@mikro-orm/migrations';
import { isolate } from './row-level-security.ts';

export class Migration0004Credentials extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  `create table idp_connection (
    workspace_id uuid not null references workspace (id),
    id uuid not null,
    label text not null,
    label_key text collate "C" not null,
    paused_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (workspace_id, id)
  )`,
  `create unique index idp_connection_label on idp_connection (workspace_id, label_key)`,
  ...isolate('idp_connection', 'workspace_id', 'workspace'),

  `create table access_token (
    workspace_id uuid not null references workspace (id),
    id uuid not null,
    connection_id uuid,
    membership_id uuid,
    epoch integer,
    scopes text[] not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    primary key (workspace_id, id),
    foreign key (workspace_id, connection_id) references idp_connection (workspace_id, id),
    foreign key (workspace_id, membership_id) references membership (workspace_id, id),
    check ((connection_id is null) <> (membership_id is null)),
    check ((membership_id is null) or (epoch is not null and expires_at is not null))
  )`,
  `create index access_token_connection on access_token (workspace_id, connection_id) where revoked_at is null`,
  ...isolate('access_token', 'workspace_id', 'workspace'),
];
