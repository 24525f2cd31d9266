// What a person reads at account home: itself, its memberships in all workspaces of the organization, and its sessions.
import type { Pool } from 'pg';
import type { AccountReads, OwnAccount, OwnMembership, OwnSession } from '../../domain/host-ports.ts';
import type { Call } from '../../domain/model/caller.ts';
import type { MembershipStatus } from '../../domain/model/membership.ts';
import { fail, refuse, succeed, type Outcome } from '../../domain/refusals.ts';
import type { Row, Statement } from '../database/batch.ts';
import { findWorkspaceOf } from './host-reads.ts';
import { readAs } from './read-as.ts';

/** Most sessions that are shown; whoever has more signs out everywhere. */
const mostSessions = 200;

/** Builds the reads on a pool. */
export function createAccountReads(pool: Pool): AccountReads {
  return {
    account: async (call) => {
      const { accountId, sessionId, organizationId } = whoOf(call);
      const read = await rowsAs(pool, call, {
        name: 'own_account',
        text: `select a.id, a.email_key, a.created_at, s.verified_email_key, o.id as organization_id, o.name from user_account a join organization o on o.id = a.organization_id
          left join user_session s on s.organization_id = a.organization_id and s.id = $3 where a.organization_id = $1 and a.id = $2`,
        values: [organizationId, accountId, sessionId],
      });
      if (!read.ok) return read;
      const [row] = read.value;
      return row === undefined ? fail(refuse('not-found', 'The account does not exist any more.')) : succeed(accountOf(row));
    },
    memberships: async (call) => {
      const { accountId } = whoOf(call);
      const read = await rowsAs(pool, call, { name: 'own_memberships', text: 'select * from usher_account_memberships($1) order by slug', values: [accountId] });
      return read.ok ? succeed(read.value.map(membershipOf)) : read;
    },
    sessions: async (call) => {
      const { accountId, sessionId, organizationId } = whoOf(call);
      const read = await rowsAs(pool, call, {
        name: 'own_sessions',
        text: `select id, workspace_id, created_at, expires_at from user_session
          where organization_id = $1 and account_id = $2 and ended_at is null and expires_at > now() order by id desc limit ${mostSessions}`,
        values: [organizationId, accountId],
      });
      return read.ok ? succeed(read.value.map((row) => sessionOf(row, sessionId))) : read;
    },
    home: async (call) => await findWorkspaceOf(pool, call, undefined),
  };
}

async function rowsAs(pool: Pool, call: Call, statement: Statement): Promise<Outcome<Row[]>> {
  const read = await readAs(pool, call, [statement]);
  return read.ok ? succeed(read.value.rows[0] ?? []) : read;
}

/** Any other credential finds nothing, and is refused for its scope. */
function whoOf({ credential }: Call): { accountId: string | undefined; sessionId: string | undefined; organizationId: string } {
  const { organizationId } = credential.tenant;
  return credential.kind === 'account' ? { accountId: credential.accountId, sessionId: credential.sessionId, organizationId } : { accountId: undefined, sessionId: undefined, organizationId };
}

function accountOf(row: Row): OwnAccount {
  return {
    id: row['id'] as string,
    email: textOf(row['email_key']),
    verifiedEmail: textOf(row['verified_email_key']),
    organization: { id: row['organization_id'] as string, name: row['name'] as string },
    createdAt: row['created_at'] as Date,
  };
}

function membershipOf(row: Row): OwnMembership {
  const invitationId = textOf(row['invitation_id']);
  return {
    workspace: { id: row['workspace_id'] as string, slug: row['slug'] as string, name: row['workspace_name'] as string },
    membershipId: row['membership_id'] as string,
    userName: row['user_name'] as string,
    status: row['status'] as MembershipStatus,
    role: row['role'] as OwnMembership['role'],
    lastLoginAt: (row['last_login_at'] as Date | null) ?? undefined,
    createdAt: row['created_at'] as Date,
    invitation: invitationId === undefined ? undefined : { id: invitationId, expiresAt: row['invitation_expires_at'] as Date },
  };
}

function sessionOf(row: Row, currentId: string | undefined): OwnSession {
  const id = row['id'] as string;
  return { id, workspaceId: textOf(row['workspace_id']), createdAt: row['created_at'] as Date, expiresAt: row['expires_at'] as Date, current: id === currentId };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
