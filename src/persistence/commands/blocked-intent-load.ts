// Loads an open blocked intent, locked, with what hangs on the member whom it is about.
import type { BlockedIntent } from '../../domain/model/blocked-intent.ts';
import { belongingsLoad } from './belongings-load.ts';
import type { RecordLoad } from './record-load.ts';

/** The intent only if it is about the member. */
export const blockedIntentLoad: RecordLoad<'blockedIntent'> = {
  statements: (call, { id, memberId }) => [
    {
      name: 'blocked_intent',
      text: `select b.id, b.connection_id, b.membership_id, b.act, coalesce(c.policy ->> 'keysOnRemoval' = 'revoke', false) as revokes_keys
        from blocked_intent b join idp_connection c on c.workspace_id = b.workspace_id and c.id = b.connection_id
        where b.workspace_id = $1 and b.id = $2 and b.membership_id = $3 and b.status = 'open' for update of b`,
      values: [call.credential.tenant.workspaceId, id, memberId],
    },
    ...belongingsLoad.statements(call, { ids: [memberId], way: 'leaving' }),
  ],
  found: ([intents = [], ...rest], call, { memberId }) => {
    const [row] = intents;
    const intent: BlockedIntent | undefined = row && {
      id: row['id'] as string,
      connectionId: row['connection_id'] as string,
      membershipId: row['membership_id'] as string,
      act: row['act'] as BlockedIntent['act'],
      revokesKeys: row['revokes_keys'] as boolean,
    };
    return { intent, belongings: belongingsLoad.found(rest, call, { ids: [memberId], way: 'leaving' }) };
  },
};
