// Statements that write clients, subjects and sessions.
import type { HostChange } from '../../domain/areas/host.ts';
import { keyOf } from '../../domain/model/keys.ts';
import type { Statement } from '../database/batch.ts';
import type { StatementTable } from './statement-table.ts';

/** Sessions that ended or ran out as long ago as this are of no use to anybody. */
const keptDays = 30;

/** The statements of each change of a client or a session. */
export const hostStatements: StatementTable<HostChange> = {
  'client.insert': ({ kind, id, label }, { organizationId }) => [
    { name: kind, text: 'insert into oauth_client (organization_id, id, label, label_key) values ($1, $2, $3, $4)', values: [organizationId, id, label, keyOf(label)] },
  ],
  'client.revoke': ({ kind, id }, { organizationId }) => [
    { name: kind, text: 'update oauth_client set revoked_at = now() where organization_id = $1 and id = $2', values: [organizationId, id] },
    { name: 'client_revoke_secrets', text: 'update oauth_secret set revoked_at = now() where organization_id = $1 and client_id = $2 and revoked_at is null', values: [organizationId, id] },
  ],
  'secret.insert': ({ kind, secret: { id, clientId, hash } }, { organizationId }) => [
    { name: kind, text: `insert into oauth_secret (organization_id, client_id, id, secret_hash) values ($1, $2, $3, decode($4, 'hex'))`, values: [organizationId, clientId, id, Buffer.from(hash).toString('hex')] },
  ],
  'secret.revoke': ({ kind, id, clientId }, { organizationId }) => [
    { name: kind, text: 'update oauth_secret set revoked_at = now() where organization_id = $1 and client_id = $2 and id = $3 and revoked_at is null', values: [organizationId, clientId, id] },
  ],
  'session.insert': ({ kind, session }, { organizationId, workspaceId }) => {
    const { id, accountId, member, clientId, connectionId, verifiedEmailKey, expiresAt } = session;
    return [
      {
        name: 'session_forget',
        text: `delete from user_session where organization_id = $1 and account_id = $2 and expires_at < now() - interval '${keptDays} days'`,
        values: [organizationId, accountId],
      },
      {
        name: kind,
        text: `insert into user_session (organization_id, id, account_id, workspace_id, membership_id, epoch, client_id, connection_id, verified_email_key, expires_at)
          values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        values: [organizationId, id, accountId, member && workspaceId, member?.id, member?.epoch, clientId, connectionId, verifiedEmailKey, expiresAt],
      },
    ];
  },
  'session.end': ({ kind, id }, { organizationId }) => [
    { name: kind, text: 'update user_session set ended_at = now() where organization_id = $1 and id = $2 and ended_at is null', values: [organizationId, id] },
  ],
  'subject.link': ({ kind, link: { subject, accountId, connectionId } }, { organizationId }) => [
    {
      name: connectionId === undefined ? kind : `${kind}_connection`,
      text: `insert into account_subject (organization_id, subject, account_id${connectionId === undefined ? '' : ', connection_id'}) values ($1, $2, $3${connectionId === undefined ? '' : ', $4'})`,
      values: [organizationId, subject, accountId, ...(connectionId === undefined ? [] : [connectionId])],
    },
  ],
  'member.signedIn': ({ kind, membershipId }, { workspaceId }) => [
    { name: kind, text: 'update membership set last_login_at = now() where workspace_id = $1 and id = $2', values: [workspaceId, membershipId] },
  ],
  // Not an update of the member: what is shown of it stays, and so does its version.
  'member.signedOut': ({ kind, membershipId }, { workspaceId }) => [
    { name: kind, text: 'update membership set epoch = epoch + 1 where workspace_id = $1 and id = $2 and deleted_at is null', values: [workspaceId, membershipId] },
  ],
  'account.signedOut': ({ kind, accountId }, { organizationId }) => [
    { name: kind, text: 'update user_session set ended_at = now() where organization_id = $1 and account_id = $2 and ended_at is null', values: [organizationId, accountId] },
  ],
};

/** Ends the sessions of memberships whose access ends, in the same transaction (domain.md §9, I7). */
export function endSessionsOf(organizationId: string, membershipIds: readonly string[]): Statement {
  return {
    name: 'sessions_end',
    text: endedSessions('$1', '$2'),
    values: [organizationId, membershipIds],
  };
}

/** The same as a part of another statement, with the parameters of the organization and of the memberships. */
export function endedSessions(organization: string, memberships: string): string {
  return `update user_session set ended_at = now() where organization_id = ${organization} and membership_id = any(${memberships}::uuid[]) and ended_at is null`;
}
