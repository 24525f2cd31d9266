// The team's list of invitations on PostgreSQL, and what the holder of a link may see.
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { InvitationQuery, InvitationReads, InvitationStatus, InvitationView, MailStatus, OpenLink } from '../../domain/invitation-ports.ts';
import type { Actor } from '../../domain/model/caller.ts';
import { addressOf } from '../../domain/model/keys.ts';
import type { Profile } from '../../domain/model/membership.ts';
import type { Boundary } from '../../domain/ports.ts';
import { fail, refuse, refuseAll, succeed, type Refusal } from '../../domain/refusals.ts';
import { mayDo, permissionDenied } from '../../domain/rules/authority.ts';
import { emailsOf } from '../commands/target-statements.ts';
import { runBatch, type Row, type Statement } from '../database/batch.ts';
import { withClient } from '../database/transaction.ts';
import { parameterList, type ParameterList } from '../filter/parameters.ts';
import type { PageStatements } from './list-statements.ts';
import { ahead, behind, orderBy, writtenKey, type Order } from './order.ts';
import { readAs } from './read-as.ts';
import { readPage } from './read-page.ts';

/** Builds the reads on a pool. */
export function createInvitationReads(pool: Pool): InvitationReads {
  return {
    invitations: async (call, query) => {
      const read = await readPage(pool, call, query, query.status !== undefined, pageOf(query, call.credential.tenant.workspaceId));
      if (!read.ok) return read;
      const { actor, total, rows, next, previous } = read.value;
      const denied = deniedTo(actor);
      return denied === undefined ? succeed({ total, rows: rows.map(viewOf), next, previous }) : fail(denied);
    },
    invitation: async (call, id) => {
      const one: Statement = { name: 'invitation_view', text: `select ${columns} from ${tables} where i.workspace_id = $1 and i.id = $2`, values: [call.credential.tenant.workspaceId, id] };
      const read = await readAs(pool, call, [one]);
      if (!read.ok) return read;
      const denied = deniedTo(read.value.actor);
      if (denied !== undefined) return fail(denied);
      const row = read.value.rows[0]?.[0];
      return row === undefined ? fail(refuse('not-found', 'There is no such invitation in this workspace. List the invitations to find it.')) : succeed(viewOf(row));
    },
  };
}

function deniedTo(actor: Actor): Refusal | undefined {
  return mayDo(actor, 'members.read') || mayDo(actor, 'members.invite') ? undefined : refuseAll([permissionDenied('members.read')]);
}

const statusNow = `case when i.status = 'pending' and i.expires_at <= now() then 'expired' else i.status end`;

const nameOf = (alias: string) => `coalesce(nullif(${alias}.profile ->> 'displayName', ''), ${alias}.user_name)`;

const columns = `i.id, i.membership_id, i.created_at, i.expires_at, i.ended_at, ${statusNow} as status_now, m.user_name, m.profile, m.base_role, i.invited_by,
  (select ${nameOf('b')} from membership b where b.workspace_id = i.workspace_id and b.id = i.invited_by) as inviter,
  (select q.status from mail_message q where q.workspace_id = i.workspace_id and q.invitation_id = i.id order by q.created_at desc limit 1) as mail`;

const tables = 'invitation i join membership m on m.workspace_id = i.workspace_id and m.id = i.membership_id';

function pageOf(query: InvitationQuery, workspaceId: string): PageStatements {
  const { limit, walk, descending } = query;
  const from = walk?.from;
  const order: Order & { readonly key: NonNullable<Order['key']> } = { key: { value: 'i.created_at', type: 'timestamptz', unique: false }, id: 'i.id', descending };
  const page = parameterList([workspaceId, walk === undefined ? limit : limit + 1]);
  const conditions = [...conditionsOf(query, page), ...(from === undefined ? [] : [ahead(order, from, page)])];
  const counted = parameterList([workspaceId]);
  return {
    rows: named(
      `select ${columns}, ${writtenKey(order, order.key.value)} as sort_key from ${tables} where ${conditions.join(' and ')} order by ${orderBy(order, from?.direction === 'backward')} limit $2`,
      page,
    ),
    count: named(`select count(*) as total from invitation i where ${conditionsOf(query, counted).join(' and ')}`, counted),
    behind: from && restOf(query, workspaceId, order, behind(from)),
  };
}

function restOf(query: InvitationQuery, workspaceId: string, order: Order, other: Boundary): Statement {
  const parameters = parameterList([workspaceId]);
  const conditions = [...conditionsOf(query, parameters), ahead(order, other, parameters)];
  return named(`select 1 from invitation i where ${conditions.join(' and ')} limit 1`, parameters);
}

function conditionsOf({ status }: InvitationQuery, parameters: ParameterList): string[] {
  return ['i.workspace_id = $1', ...(status === undefined ? [] : [`${statusNow} = ${parameters.add(status, 'text')}`])];
}

function named(text: string, { values }: ParameterList): Statement {
  return { name: `invitations_${createHash('sha1').update(text).digest('base64url')}`, text, values };
}

function viewOf(row: Row): InvitationView {
  const profile = row['profile'] as Profile;
  const name = profile['displayName'];
  const [inviterId, inviter] = [row['invited_by'] as string | null, row['inviter'] as string | null];
  return {
    id: row['id'] as string,
    membershipId: row['membership_id'] as string,
    email: addressOf(row['user_name'] as string, emailsOf(profile)),
    name: typeof name === 'string' ? name : undefined,
    role: row['base_role'] as string,
    status: row['status_now'] as InvitationStatus,
    invitedBy: inviterId === null || inviter === null ? undefined : { id: inviterId, name: inviter },
    mail: (row['mail'] as MailStatus | null) ?? undefined,
    createdAt: (row['created_at'] as Date).toISOString(),
    expiresAt: (row['expires_at'] as Date).toISOString(),
    endedAt: (row['ended_at'] as Date | null)?.toISOString(),
  };
}

/** Looks links up. Whoever holds one is nobody, so that the workspace is set from the link; without its token no row is found there. */
export function createLinkOpener(pool: Pool): OpenLink {
  return async (workspaceId, tokenHash) => {
    const [, rows = []] = await withClient(pool, async (client) =>
      await runBatch(client, [
        { name: 'scope_workspace_alone', text: `select set_config('app.workspace', $1, true)`, values: [workspaceId] },
        {
          name: 'open_link',
          text: `select w.name as workspace, i.expires_at,
              (select ${nameOf('b')} from membership b where b.workspace_id = i.workspace_id and b.id = i.invited_by) as inviter
            from invitation i join workspace w on w.id = i.workspace_id
            where i.workspace_id = $1 and i.token_hash = $2 and i.status = 'pending' and i.expires_at > now()`,
          values: [workspaceId, Buffer.from(tokenHash, 'hex')],
        },
      ]),
    );
    const [row] = rows;
    return row && { workspace: row['workspace'] as string, inviter: (row['inviter'] as string | null) ?? undefined, expiresAt: row['expires_at'] as Date };
  };
}
