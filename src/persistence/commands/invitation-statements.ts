// Statements that write invitations and the mails that a change owes.
import type { InvitationChange, InvitationEnd } from '../../domain/areas/invitations.ts';
import type { MailChange } from '../../domain/areas/mail.ts';
import type { Statement } from '../database/batch.ts';
import type { StatementTable } from './statement-table.ts';

/** One entry for each change of these areas. */
export const invitationStatements: StatementTable<InvitationChange | MailChange> = {
  'invitation.insert': ({ id, membershipId, tokenHash, invitedBy }, { workspaceId }) => [
    {
      name: 'invitation_insert',
      text: `insert into invitation (workspace_id, id, membership_id, token_hash, status, expires_at, invited_by)
        values ($1, $2, $3, $4, 'pending', now() + interval '7 days', $5)`,
      values: [workspaceId, id, membershipId, Buffer.from(tokenHash, 'hex'), invitedBy],
    },
  ],
  'mail.queue': ({ id, mail }, { workspaceId }) => [
    {
      name: 'mail_queue',
      text: `insert into mail_message (workspace_id, id, template, recipient_id, about_id, invitation_id, sealed_link) values ($1, $2, $3, $4, $5, $6, $7)`,
      values: [workspaceId, id, mail.template, mail.recipientId, mail.aboutId, mail.invitationId, mail.sealedLink],
    },
  ],
};

/** Ends the invitation of a member that is still pending; a mail with its link that has not gone out never will. */
export function voidInvitation(workspaceId: string, membershipId: string, as: InvitationEnd): Statement[] {
  return [
    {
      name: 'invitation_void',
      text: `with ended as (
          update invitation set status = $3, ended_at = now() where workspace_id = $1 and membership_id = $2 and status = 'pending' returning id)
        update mail_message set status = 'cancelled', sealed_link = null, ended_at = now()
          where workspace_id = $1 and invitation_id in (select id from ended) and status in ('waiting', 'held')`,
      values: [workspaceId, membershipId, as],
    },
  ];
}
