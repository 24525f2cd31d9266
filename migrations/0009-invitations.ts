// What invitations need beside their rows of old, and the queue of mails that a change owes.
import { Migration } from '@mikro-orm/migrations';
import { isolate, readableByOwner } from './row-level-security.ts';

export class Migration0009Invitations extends Migration {
  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

/** A function that names, in order and after a given one, the tenants in which such a row stands; it hops along an index that `kept` describes. */
function tenantsWith(name: string, table: string, kept: string, due: string): string {
  return `create function ${name}(most integer, beyond uuid default null) returns table (workspace_id uuid) language sql stable security definer
    set search_path = pg_catalog, pg_temp as $$
    with recursive tenant (id) as (
      (select q.workspace_id from public.${table} q where q.workspace_id > coalesce(beyond, '00000000-0000-0000-0000-000000000000') and ${kept} order by q.workspace_id limit 1)
      union all
      select (select q.workspace_id from public.${table} q where q.workspace_id > t.id and ${kept} order by q.workspace_id limit 1) from tenant t where t.id is not null)
    select t.id from tenant t where t.id is not null and exists (select from public.${table} q where q.workspace_id = t.id and ${kept} and ${due}) limit most $$`;
}

const statements = [
  'alter table invitation add column invited_by uuid, add column ended_at timestamptz',
  'create index invitation_token on invitation (workspace_id, token_hash)',
  'create index invitation_of on invitation (workspace_id, membership_id, created_at)',
  'create index invitation_page on invitation (workspace_id, created_at, id)',
  `create index invitation_due on invitation (workspace_id, expires_at) where status = 'pending'`,
  readableByOwner('invitation'),
  tenantsWith('usher_invitations_due', 'invitation', `q.status = 'pending'`, 'q.expires_at <= now()'),

  // Names and addresses are read from the memberships when a mail is made; only the sealed link of an invitation is kept here.
  `create table mail_message (
    workspace_id uuid not null references workspace (id),
    id uuid not null,
    template text not null,
    recipient_id uuid not null,
    about_id uuid,
    invitation_id uuid,
    sealed_link text,
    status text not null default 'waiting' check (status in ('waiting', 'held', 'sent', 'failed', 'cancelled')),
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    problem text,
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    primary key (workspace_id, id),
    foreign key (workspace_id, recipient_id) references membership (workspace_id, id)
  )`,
  `create index mail_message_due on mail_message (workspace_id, next_attempt_at) where status = 'waiting'`,
  `create index mail_message_ended on mail_message (workspace_id, ended_at) where ended_at is not null`,
  'create index mail_message_invitation on mail_message (workspace_id, invitation_id, created_at) where invitation_id is not null',
  ...isolate('mail_message', 'workspace_id', 'workspace'),
  readableByOwner('mail_message'),
  tenantsWith('usher_mail_due', 'mail_message', `q.status = 'waiting'`, 'q.next_attempt_at <= now()'),
  tenantsWith('usher_mail_old', 'mail_message', 'q.ended_at is not null', `q.ended_at <= now() - interval '30 days'`),
];
