// Says in words which value somebody else holds already.
import type { Particulars } from '../model/membership.ts';
import type { Conflict } from '../ports.ts';

/** The sentence for a taken userName or externalId. */
export function takenBy({ userName, externalId }: Pick<Particulars, 'userName' | 'externalId'>): (on: Exclude<Conflict, 'account' | 'lastOwner'>) => string {
  return (on) =>
    on === 'externalId'
      ? `The externalId "${externalId ?? ''}" belongs to another user of this connection. Match users by externalId before creating them.`
      : `The userName "${userName}" belongs to another user of this workspace. Match users by userName before creating or renaming them.`;
}
