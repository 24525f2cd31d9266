// Loads whether the organization has an account that is not erased.
import type { RecordLoad } from './record-load.ts';

/** Locked against an erasure that is about to begin. */
export const knownAccountLoad: RecordLoad<'account'> = {
  statements: ({ credential }, id) => [
    { name: 'account_known', text: 'select from user_account where organization_id = $1 and id = $2 and erased_at is null for key share', values: [credential.tenant.organizationId, id] },
  ],
  found: ([rows = []]) => rows.length > 0,
};
