// Connections with a policy and a breaker, what they asserted, what guards refused them, and the log of their requests.
import { Migration } from '@mikro-orm/migrations';
import { isolate, readableByOwner, waitingTenants } from './row-level-security.ts';

export class Migration0013Connections extends Migration {
  override up(): void {
    for (const statement of [...connections, ...assertions, ...intents, ...requests]) this.addSql(statement);
  }
}

// The two checks are how a race at the edge of the breaker shows: whoever comes too late violates one of them and is decided again.
const connections = [
  `alter table idp_connection
    add column policy jsonb not null default '{}',
    add column deleted_at timestamptz,
    add column last_seen_at timestamptz,
    add column departures integer not null default 0,
    add column departures_since timestamptz not null default now(),
    add column departures_most integer,
    add column tripped_at timestamptz,
    add constraint idp_connection_departures check (departures_most is null or departures <= departures_most),
    add constraint idp_connection_trip check (tripped_at < 'infinity')`,
  `drop index idp_connection_label`,
  `create unique index idp_connection_label on idp_connection (workspace_id, label_key) where deleted_at is null`,
  `alter table access_token add column last_used_at timestamptz`,
  `alter table membership add column idp_removed_at timestamptz`,
  `create index membership_removed_account on membership (workspace_id, account_id, deleted_at) where deleted_at is not null`,
];

// Forced row-level security holds for the owner too, who has no tenant while migrating.
const assertions = [
  `alter table membership_link add column asserted_active boolean not null default true`,
  `alter table membership_link no force row level security`,
  `alter table membership_hold no force row level security`,
  `update membership_link l set asserted_active = false where exists (select from membership_hold h
    where h.workspace_id = l.workspace_id and h.membership_id = l.membership_id and h.source = 'idp:' || l.link_space)`,
  `alter table membership_link force row level security`,
  `alter table membership_hold force row level security`,
];

const intents = [
  `create table blocked_intent (
    workspace_id uuid not null references workspace (id),
    id uuid not null,
    connection_id uuid not null,
    membership_id uuid not null,
    act text collate "C" not null check (act in ('deactivate', 'remove', 'demote')),
    rule text not null,
    times integer not null default 1,
    first_at timestamptz not null default now(),
    last_at timestamptz not null default now(),
    status text collate "C" not null default 'open' check (status in ('open', 'dismissed', 'finished', 'resolved')),
    ended_at timestamptz,
    primary key (workspace_id, id),
    foreign key (workspace_id, connection_id) references idp_connection (workspace_id, id),
    foreign key (workspace_id, membership_id) references membership (workspace_id, id)
  )`,
  `create unique index blocked_intent_open on blocked_intent (workspace_id, membership_id, connection_id, act) where status = 'open'`,
  ...isolate('blocked_intent', 'workspace_id', 'workspace'),
];

// A function names the workspaces that have a log, for the job that deletes what is older than their policies keep it.
const requests = [
  `create table scim_request_log (
    workspace_id uuid not null references workspace (id),
    id uuid not null,
    connection_id uuid not null,
    at timestamptz not null,
    method text not null,
    path text not null,
    status smallint not null,
    problem text,
    duration_ms real not null,
    request_id text not null,
    request text,
    response text,
    primary key (workspace_id, id)
  )`,
  `create index scim_request_log_of on scim_request_log (workspace_id, connection_id, id)`,
  `create index scim_request_log_at on scim_request_log (workspace_id, connection_id, at)`,
  ...isolate('scim_request_log', 'workspace_id', 'workspace'),
  readableByOwner('scim_request_log'),
  waitingTenants('usher_logged_workspaces', 'scim_request_log', 'workspace_id'),
];
