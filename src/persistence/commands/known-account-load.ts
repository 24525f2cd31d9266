// Loads the id of an account of the organization that is not erased.
import type { RecordLoad } from './record-load.ts';

/** Locked against an erasure that is about to begin. */
export const knownAccountLoad: RecordLoad<'account'> = {
  statements: ({ credential: { tenant } }, ask) => [
    {
      name: 'account_known',
      text: `select a.id from user_account a where a.organization_id = $1 and a.erased_at is null
        and a.id = coalesce($3::uuid, (select m.account_id from membership m where m.workspace_id = $2 and m.id = $4::uuid)) for key share`,
      values: [tenant.organizationId, tenant.workspaceId, 'accountId' in ask ? ask.accountId : undefined, 'memberId' in ask ? ask.memberId : undefined],
    },
  ],
  found: ([rows = []]) => rows[0]?.['id'] as string | undefined,
};
