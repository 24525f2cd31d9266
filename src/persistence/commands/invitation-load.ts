// Loads one invitation with what it says of its member, who may have gone; the row of the member is locked by the command.
import type { InvitationRecord } from '../../domain/areas/invitations.ts';
import { addressOf } from '../../domain/model/keys.ts';
import type { Profile } from '../../domain/model/membership.ts';
import type { Row } from '../database/batch.ts';
import type { RecordLoad } from './record-load.ts';
import { emailsOf } from './target-statements.ts';

/** The clock and not the transaction's beginning says whether it has run out: a lock may have been waited for. */
const columns = `i.id, i.membership_id, i.status, i.expires_at <= clock_timestamp() as lapsed, m.account_id, a.email_key, m.user_name, m.profile, m.base_role,
  not exists (select from invitation n where n.workspace_id = i.workspace_id and n.membership_id = i.membership_id and (n.created_at, n.id) > (i.created_at, i.id)) as latest`;

const tables = `invitation i join membership m on m.workspace_id = i.workspace_id and m.id = i.membership_id
  join user_account a on a.organization_id = m.organization_id and a.id = m.account_id`;

/** By id or by token. */
export const invitationLoad: RecordLoad<'invitation'> = {
  statements: ({ credential }, ask) => {
    const { workspaceId } = credential.tenant;
    if ('id' in ask) return [{ name: 'invitation_by_id', text: `select ${columns} from ${tables} where i.workspace_id = $1 and i.id = $2`, values: [workspaceId, ask.id] }];
    const text = `select ${columns} from ${tables} where i.workspace_id = $1 and i.token_hash = $2`;
    return [{ name: 'invitation_by_token', text, values: [workspaceId, Buffer.from(ask.tokenHash, 'hex')] }];
  },
  found: (rows) => {
    const row = rows[0]?.[0];
    return row && recordOf(row);
  },
};

function recordOf(row: Row): InvitationRecord {
  const profile = row['profile'] as Profile;
  const name = profile['displayName'];
  return {
    id: row['id'] as string,
    membershipId: row['membership_id'] as string,
    accountId: row['account_id'] as string,
    accountKey: (row['email_key'] as string | null) ?? undefined,
    status: row['status'] as InvitationRecord['status'],
    lapsed: row['lapsed'] as boolean,
    latest: row['latest'] as boolean,
    email: addressOf(row['user_name'] as string, emailsOf(profile)),
    name: typeof name === 'string' ? name : undefined,
    role: row['base_role'] as string,
  };
}
