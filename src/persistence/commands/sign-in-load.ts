// Loads whom a host application means, the person's membership under its lock, and whether the vouching connection is of this workspace.
import { nowhere, type Call } from '../../domain/model/caller.ts';
import type { HoldSource, MembershipStatus } from '../../domain/model/membership.ts';
import type { RoleKey } from '../../domain/model/role.ts';
import type { SignInMatch, SignInMember } from '../../domain/model/session.ts';
import type { Row, Statement } from '../database/batch.ts';
import type { RecordLoad } from './record-load.ts';

/** A subject that was linked without a connection is the host's own word and goes before one that a connection vouched for. */
const person = `with linked as (
    select account_id from account_subject where organization_id = $1 and subject = $2 and connection_id = any(array['${nowhere}'::uuid, $4::uuid]) order by connection_id limit 1),
  person as (
    select account_id as id, 'subject' as by from linked
    union all select id, 'email' from user_account where organization_id = $1 and email_key = $3 and not exists (select from linked))`;

/** Two statements for the membership, because what one reads beside a row that it waited for is as old as itself. */
export const signInLoad: RecordLoad<'signIn'> = {
  statements: (call, { subject, emailKey, connectionId }) => {
    const { organizationId, workspaceId } = call.credential.tenant;
    const values = [organizationId, subject, emailKey, connectionId ?? nowhere, workspaceId];
    const statements: Statement[] = [
      {
        name: 'sign_in_lock',
        text: `${person} select from membership where workspace_id = $5 and account_id = (select id from person) and deleted_at is null for update`,
        values,
      },
      {
        name: 'sign_in_match',
        text: `${person} select a.id as account_id, p.by,
            exists (select from account_subject o where o.organization_id = $1 and o.account_id = a.id and o.connection_id = $4) as subject_taken,
            exists (select from idp_connection c where c.workspace_id = $5 and c.id = $4 and c.deleted_at is null) as connection_here,
            m.id, m.user_name, m.status, m.role, m.epoch,
            exists (select from membership_link l where l.workspace_id = m.workspace_id and l.membership_id = m.id and l.link_space = $4 and l.live) as linked,
            array(select h.source from membership_hold h where h.workspace_id = m.workspace_id and h.membership_id = m.id order by h.source) as holds
          from (select true) one left join person p on true left join user_account a on a.organization_id = $1 and a.id = p.id and a.erased_at is null
          left join membership m on m.workspace_id = $5 and m.account_id = a.id and m.deleted_at is null`,
        values,
      },
    ];
    return statements;
  },
  found: ([, rows = []]) => ({ match: matchOf(rows[0]), connectionHere: rows[0]?.['connection_here'] === true }),
};

function matchOf(row: Row | undefined): SignInMatch | undefined {
  if (row === undefined || row['account_id'] === null) return undefined;
  return { accountId: row['account_id'] as string, by: row['by'] as SignInMatch['by'], subjectTaken: row['subject_taken'] as boolean, member: memberOf(row) };
}

function memberOf(row: Row): SignInMember | undefined {
  if (row['id'] === null) return undefined;
  return {
    id: row['id'] as string,
    userName: row['user_name'] as string,
    status: row['status'] as MembershipStatus,
    role: row['role'] as RoleKey,
    epoch: row['epoch'] as number,
    linked: row['linked'] as boolean,
    holds: row['holds'] as HoldSource[],
  };
}

/** One live session of the organization, locked. */
export const sessionLoad: RecordLoad<'session'> = {
  statements: ({ credential }: Call, id) => [
    {
      name: 'session_lock',
      text: 'select account_id, membership_id from user_session where organization_id = $1 and id = $2 and ended_at is null and expires_at > now() for update',
      values: [credential.tenant.organizationId, id],
    },
  ],
  found: ([rows = []]) => rows[0] && { accountId: rows[0]['account_id'] as string, membershipId: (rows[0]['membership_id'] as string | null) ?? undefined },
};
