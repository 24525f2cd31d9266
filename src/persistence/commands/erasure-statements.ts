// Statements that erase every word of and about a person; ids, times and counts stay, and with them whatever is proven by them.
import type { ErasureChange } from '../../domain/areas/erasure.ts';
import type { ErasedRows } from '../../domain/erasure-ports.ts';
import type { Parameter } from '../database/parameter.ts';
import type { Row, Statement } from '../database/batch.ts';
import type { StatementTable } from './statement-table.ts';

const prefix = 'erase_';

/** A statement that tells how many rows of a table it erased or emptied. */
function erasing(table: string, text: string, values: readonly Parameter[]): Statement {
  return { name: `${prefix}${table}`, text: `with gone as (${text} returning 1) select count(*)::int as count from gone`, values };
}

/** Adds up what the statements of an erasure told; those of other changes tell nothing. */
export function erasedRowsOf(statements: readonly Statement[], rows: readonly Row[][]): ErasedRows {
  const found = new Map<string, number>();
  for (const [index, { name }] of statements.entries()) {
    const count = rows[index]?.[0]?.['count'];
    if (name?.startsWith(prefix) !== true || typeof count !== 'number' || count === 0) continue;
    const table = name.slice(prefix.length);
    found.set(table, (found.get(table) ?? 0) + count);
  }
  return Object.fromEntries([...found].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** The statements of each change of an erasure. */
export const erasureStatements: StatementTable<ErasureChange> = {
  'account.erase': ({ accountId, memberIds }, { workspaceId }) => {
    const values = [workspaceId, memberIds];
    return [
      // What hangs on the memberships is not live any more: the name of a removed one is nobody's key.
      erasing(
        'membership',
        `update membership set user_name = 'erased-' || id, user_name_key = 'erased-' || id, profile = '{}', manager_id = null, last_login_at = null, former_group_ids = '{}'
          where workspace_id = $1 and id = any($2::uuid[])`,
        values,
      ),
      erasing('membership_email', 'delete from membership_email where workspace_id = $1 and membership_id = any($2::uuid[])', values),
      erasing('membership_link', 'delete from membership_link where workspace_id = $1 and membership_id = any($2::uuid[])', values),
      erasing('unique_value', 'delete from unique_value where workspace_id = $1 and resource_id = any($2::uuid[])', values),
      erasing('successor', 'delete from successor where workspace_id = $1 and (owner_id = any($2::uuid[]) or successor_id = any($2::uuid[]))', values),
      erasing('mail_message', 'delete from mail_message where workspace_id = $1 and (recipient_id = any($2::uuid[]) or about_id = any($2::uuid[]))', values),
      erasing('access_token', 'update access_token set revoked_at = now() where workspace_id = $1 and membership_id = any($2::uuid[]) and revoked_at is null', values),
      erasing('api_key', `update api_key set name = 'erased' where workspace_id = $1 and membership_id = any($2::uuid[])`, values),
      erasing('scheduled_action', 'update scheduled_action set reason = null where workspace_id = $1 and (membership_id = any($2::uuid[]) or booked_by = any($2::uuid[])) and reason is not null', values),
      // A receiver may answer with what it knows of the person.
      erasing(
        'event_delivery',
        `update event_delivery set response_text = null, error = null where workspace_id = $1 and num_nonnulls(response_text, error) > 0
          and event_id in (select e.id from audit_event e where e.workspace_id = $1 and (e.target_id = any($2::uuid[]) or e.actor_id = any($2::uuid[])))`,
        values,
      ),
      erasing('audit_reason', reasonsAbout, [...values, accountId]),
    ];
  },
  // Nobody can tell whom a body names that was refused: what connections sent is kept for diagnosis only, and emptied altogether.
  'requests.forget': (_, { workspaceId }) => [
    erasing('scim_request_log', 'update scim_request_log set request = null, response = null where workspace_id = $1 and num_nonnulls(request, response) > 0', [workspaceId]),
  ],
  'account.forget': ({ accountId }, { organizationId }) => {
    const values = [organizationId, accountId];
    return [
      erasing(
        'user_session',
        `update user_session s set ended_at = coalesce(s.ended_at, now()), verified_email_key = null from user_account a where a.organization_id = $1 and a.id = $2
          and s.organization_id = $1 and (s.account_id = $2 or s.verified_email_key = a.email_key)`,
        values,
      ),
      erasing('account_subject', 'delete from account_subject where organization_id = $1 and account_id = $2', values),
      // Sealed answers may show anybody; their keys stay, so that nothing is done twice: whoever repeats a request is told that its answer is lost.
      erasing('idempotency_key', 'update idempotency_key set status = null, answer = null, abandoned = true where organization_id = $1 and answer is not null', [organizationId]),
      erasing('user_account', 'update user_account set email_key = null, erased_at = now() where organization_id = $1 and id = $2', values),
    ];
  },
};

/** Words of an event by or about the person, or about something of the person's, or of an act on many that the person was among. */
const reasonsAbout = `delete from audit_reason r using (
    with own as (
      select unnest($2::uuid[]) as id union select $3::uuid
      union select k.id from api_key k where k.workspace_id = $1 and k.membership_id = any($2::uuid[])
      union select i.id from invitation i where i.workspace_id = $1 and i.membership_id = any($2::uuid[])
      union select s.id from scheduled_action s where s.workspace_id = $1 and s.membership_id = any($2::uuid[])),
    told as (
      select e.id, e.batch_id, e.target_id in (select id from own) or e.actor_id in (select id from own)
          or exists (select from own where e.metadata like '%' || own.id || '%') as about
        from audit_reason a join audit_event e on e.workspace_id = a.workspace_id and e.id = a.event_id where a.workspace_id = $1),
    batches as (select distinct b.batch_id from audit_event b where b.workspace_id = $1 and b.batch_id is not null and b.target_id = any($2::uuid[]))
    select t.id from told t where t.about or t.batch_id in (select batch_id from batches)) gone
  where r.workspace_id = $1 and r.event_id = gone.id`;
