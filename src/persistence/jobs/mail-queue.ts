// The queue of mails on PostgreSQL: names and addresses are read from the memberships at the moment at which a mail is made.
import type { Pool } from 'pg';
import { addressOf } from '../../domain/model/keys.ts';
import type { Profile } from '../../domain/model/membership.ts';
import { emailsOf } from '../commands/target-statements.ts';
import { runBatch, type Row, type Statement } from '../database/batch.ts';
import { withClient } from '../database/transaction.ts';

/** A mail with everything that goes into it. */
export interface QueuedMail {
  readonly id: string;
  readonly template: string;
  readonly status: 'waiting' | 'held' | 'sent' | 'failed' | 'cancelled';
  readonly recipient: { readonly address: string | undefined; readonly name: string | undefined };
  readonly about: string | undefined;
  readonly workspace: string;
  readonly sealedLink: string | undefined;
  readonly expiresAt: Date | undefined;
  readonly attempt: number;
  readonly problem: string | undefined;
  readonly createdAt: Date;
  readonly ageSeconds: number;
}

/** What becomes of a claimed mail. */
export type MailEnd = { readonly as: 'sent' | 'held' } | { readonly as: 'failed'; readonly problem: string } | { readonly as: 'waiting'; readonly problem: string; readonly afterSeconds: number };

const columns = `q.id, q.template, q.status, q.sealed_link, q.attempts, q.problem, q.created_at, extract(epoch from now() - q.created_at)::float8 as age, w.name as workspace, i.expires_at,
  r.user_name, r.profile, coalesce(nullif(b.profile ->> 'displayName', ''), b.user_name) as about`;

const joined = `join workspace w on w.id = q.workspace_id join membership r on r.workspace_id = q.workspace_id and r.id = q.recipient_id
  left join membership b on b.workspace_id = q.workspace_id and b.id = q.about_id
  left join invitation i on i.workspace_id = q.workspace_id and i.id = q.invitation_id`;

/** Workspaces with mails that are due, in order, after the given one. */
export async function workspacesWithMail(pool: Pool, most: number, beyond?: string): Promise<string[]> {
  return await namedBy(pool, 'select workspace_id as id from usher_mail_due($1, $2)', most, beyond);
}

/** Workspaces with mails that were done with a month ago. */
export async function workspacesWithOldMail(pool: Pool, most: number, beyond?: string): Promise<string[]> {
  return await namedBy(pool, 'select workspace_id as id from usher_mail_old($1, $2)', most, beyond);
}

/** Claims due mails for so long; what another instance is claiming at this moment is passed over. */
export async function claimMail(pool: Pool, workspaceId: string, most: number, leaseSeconds: number): Promise<QueuedMail[]> {
  const rows = await within(pool, workspaceId, {
    name: 'mail_claim',
    text: `with due as (
        select id from mail_message where workspace_id = $1 and status = 'waiting' and next_attempt_at <= now() order by next_attempt_at, id limit $2 for update skip locked),
      q as (update mail_message m set attempts = m.attempts + 1, next_attempt_at = now() + $3 * interval '1 second' from due where m.workspace_id = $1 and m.id = due.id returning m.*)
      select ${columns} from q ${joined} order by q.created_at, q.id`,
    values: [workspaceId, most, leaseSeconds],
  });
  return rows.map(mailOf);
}

/** Writes down what became of a claim, unless the mail was cancelled or claimed anew meanwhile. The link is kept no longer than it is needed. */
export async function finishMail(pool: Pool, workspaceId: string, { id, attempt }: Pick<QueuedMail, 'id' | 'attempt'>, end: MailEnd): Promise<void> {
  await within(pool, workspaceId, {
    name: 'mail_finish',
    text: `update mail_message set status = $4, problem = $5, sealed_link = case when $4 in ('waiting', 'held') then sealed_link end,
        next_attempt_at = now() + $6 * interval '1 second', ended_at = case when $4 <> 'waiting' then now() end
      where workspace_id = $1 and id = $2 and attempts = $3 and status = 'waiting'`,
    values: [workspaceId, id, attempt, end.as, 'problem' in end ? end.problem : null, end.as === 'waiting' ? end.afterSeconds : 0],
  });
}

/** Deletes mails a month after they were done with; answers how many. */
export async function forgetOldMail(pool: Pool, workspaceId: string, most: number): Promise<number> {
  const rows = await within(pool, workspaceId, {
    name: 'mail_forget',
    text: `delete from mail_message where workspace_id = $1
      and id in (select id from mail_message where workspace_id = $1 and ended_at <= now() - interval '30 days' order by ended_at limit $2 for update skip locked) returning id`,
    values: [workspaceId, most],
  });
  return rows.length;
}

/** The newest mails of a workspace, newest last. */
export async function listMail(pool: Pool, workspaceId: string, most: number): Promise<QueuedMail[]> {
  const text = `select ${columns} from mail_message q ${joined} where q.workspace_id = $1 order by q.created_at desc, q.id desc limit $2`;
  return (await within(pool, workspaceId, { text, values: [workspaceId, most] })).map(mailOf).toReversed();
}

/** One mail. */
export async function readMail(pool: Pool, workspaceId: string, id: string): Promise<QueuedMail | undefined> {
  const [row] = await within(pool, workspaceId, { text: `select ${columns} from mail_message q ${joined} where q.workspace_id = $1 and q.id = $2`, values: [workspaceId, id] });
  return row && mailOf(row);
}

async function namedBy(pool: Pool, text: string, most: number, beyond: string | undefined): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(text, [most, beyond]);
  return rows.map(({ id }) => id);
}

/** One exchange is one transaction, in which the workspace is set. */
async function within(pool: Pool, workspaceId: string, statement: Statement): Promise<Row[]> {
  const scope: Statement = { name: 'scope_workspace_alone', text: `select set_config('app.workspace', $1, true)`, values: [workspaceId] };
  const [, rows = []] = await withClient(pool, async (client) => await runBatch(client, [scope, statement]));
  return rows;
}

function mailOf(row: Row): QueuedMail {
  const profile = row['profile'] as Profile;
  const name = profile['displayName'];
  return {
    id: row['id'] as string,
    template: row['template'] as string,
    status: row['status'] as QueuedMail['status'],
    recipient: { address: addressOf(row['user_name'] as string, emailsOf(profile)), name: typeof name === 'string' && name !== '' ? name : undefined },
    about: (row['about'] as string | null) ?? undefined,
    workspace: row['workspace'] as string,
    sealedLink: (row['sealed_link'] as string | null) ?? undefined,
    expiresAt: (row['expires_at'] as Date | null) ?? undefined,
    attempt: row['attempts'] as number,
    problem: (row['problem'] as string | null) ?? undefined,
    createdAt: row['created_at'] as Date,
    ageSeconds: row['age'] as number,
  };
}
