// Booked deactivations, answers kept for repeated requests, versions of settings, the audit log's indexes, and what seats look like across workspaces.
import { Migration } from '@mikro-orm/migrations';
import { isolate, readableByOwner, waitingTenants } from './row-level-security.ts';

export class Migration0014Records extends Migration {
  override up(): void {
    for (const statement of [...schedules, ...answers, ...settings, ...audit, ...seats]) this.addSql(statement);
  }
}

const schedules = [
  // `run_at` is 23:59 of the day in the workspace's time zone; it moves when the zone changes.
  `create table scheduled_action (
    workspace_id uuid not null references workspace (id),
    id uuid not null,
    membership_id uuid not null,
    on_date date not null,
    run_at timestamptz not null,
    suspend_api_keys boolean not null,
    reason text,
    status text not null default 'pending' check (status in ('pending', 'done', 'blocked', 'cancelled', 'replaced')),
    booked_by uuid,
    booked_at timestamptz not null default now(),
    ended_at timestamptz,
    primary key (workspace_id, id),
    foreign key (workspace_id, membership_id) references membership (workspace_id, id)
  )`,
  `create unique index scheduled_action_pending on scheduled_action (workspace_id, membership_id) where status = 'pending'`,
  `create index scheduled_action_latest on scheduled_action (workspace_id, membership_id, booked_at)`,
  `create index scheduled_action_due on scheduled_action (workspace_id, run_at) where status = 'pending'`,
  ...isolate('scheduled_action', 'workspace_id', 'workspace'),
  readableByOwner('scheduled_action'),
  waitingTenants('usher_due_schedules', 'scheduled_action', 'workspace_id', `q.status = 'pending' and q.run_at <= now()`),
];

const answers = [
  `create table idempotency_key (
    organization_id uuid not null references organization (id),
    holder text collate "C" not null,
    key text collate "C" not null,
    fingerprint bytea not null,
    request_id text not null,
    reserved_at timestamptz not null default now(),
    abandoned boolean not null default false,
    status integer,
    answer text,
    primary key (organization_id, holder, key)
  )`,
  `create index idempotency_key_age on idempotency_key (organization_id, reserved_at)`,
  ...isolate('idempotency_key', 'organization_id', 'organization'),
  readableByOwner('idempotency_key'),
  waitingTenants('usher_stale_answers', 'idempotency_key', 'organization_id', `q.reserved_at < now() - interval '24 hours'`),
];

const settings = [
  `alter table workspace add column version integer not null default 1`,
  `alter table organization add column version integer not null default 1`,
  `create function usher_rename_directory() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
  begin
    update public.organization_directory set name_key = lower(normalize(new.name, nfc)) where name_key = lower(normalize(old.name, nfc)) and organization_id = new.id;
    return new;
  end $$`,
  `create trigger rename_directory after update of name on organization for each row when (old.name is distinct from new.name) execute function usher_rename_directory()`,
];

const audit = [
  `alter table audit_event alter column action type text collate "C"`,
  `create index audit_event_time on audit_event (workspace_id, at, id)`,
  `create index audit_event_target on audit_event (workspace_id, target_id, at, id)`,
  `create index audit_event_actor on audit_event (workspace_id, actor_id, at, id)`,
  `create index audit_event_action on audit_event (workspace_id, action, at, id)`,
  `create index audit_event_batch on audit_event (workspace_id, batch_id, at, id) where batch_id is not null`,
];

/** Visits the workspaces of the present organization one after the other, each as its own tenant, and comes back to the present one. */
function visiting(name: string, parameters: string, columns: string, places: string, rows: string): string {
  return `create function ${name}(${parameters}) returns table (${columns}) language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
  #variable_conflict use_column
  declare
    organization uuid := nullif(current_setting('app.organization', true), '')::uuid;
    present text := coalesce(current_setting('app.workspace', true), '');
    place uuid;
  begin
    for place in ${places} loop
      perform set_config('app.workspace', place::text, true);
      return query ${rows};
    end loop;
    perform set_config('app.workspace', present, true);
  end $$`;
}

const here = `w.id = place and w.organization_id = organization`;

const seats = [
  visiting(
    'usher_seat_places',
    'accounts uuid[]',
    'account_id uuid, workspace_id uuid, workspace_name text, membership_id uuid, user_name text, status text',
    'select distinct c.workspace_id from public.seat_claim c where c.organization_id = organization and c.account_id = any (accounts)',
    `select m.account_id, w.id, w.name, m.id, m.user_name, m.status from public.workspace w
      join public.membership m on m.workspace_id = w.id and m.account_id = any (accounts) and m.deleted_at is null
      join public.seat_claim c on c.organization_id = organization and c.account_id = m.account_id and c.workspace_id = w.id where ${here}`,
  ),
  visiting(
    'usher_seat_prospects',
    '',
    'account_id uuid, workspace_id uuid, workspace_name text, kind text, at timestamptz, claims integer',
    'select distinct c.workspace_id from public.seat_claim c where c.organization_id = organization',
    `select m.account_id, w.id, w.name, e.kind, e.at, (select count(*)::integer from public.seat_claim c where c.organization_id = organization and c.account_id = m.account_id)
      from public.workspace w join (
        select i.workspace_id, i.membership_id, 'invitation'::text as kind, i.expires_at as at from public.invitation i where i.workspace_id = place and i.status = 'pending'
        union all
        select s.workspace_id, s.membership_id, 'deactivation'::text, s.run_at from public.scheduled_action s where s.workspace_id = place and s.status = 'pending'
      ) e on e.workspace_id = w.id
      join public.membership m on m.workspace_id = e.workspace_id and m.id = e.membership_id and m.deleted_at is null where ${here}`,
  ),
  visiting('usher_workspace_names', 'workspaces uuid[]', 'id uuid, name text', 'select distinct g.id from unnest(workspaces) as g (id)', `select w.id, w.name from public.workspace w where ${here}`),
];
