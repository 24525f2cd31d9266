// What the events of acts on many members, and of restored ones, come to.
import { claimOf, type EffectTable } from '../effect.ts';
import type { MembersEvent } from './members.ts';

/** The effect of each event. */
export const membersEffects: EffectTable<MembersEvent> = {
  batchDone: ({ act, count, reason }) => ({ changes: [], audit: { action: `team_membership_bulk_${act}`, targetId: undefined, metadata: { count }, reason } }),
  memberRestored: ({ id, accountId, role, effective, groupIds, emails, keys, seat, reason }) => ({
    changes: [{ kind: 'membership.restore', id, roles: { base: role, effective }, groupIds, emails, keys }, ...claimOf(accountId, seat)],
    audit: { action: 'team_membership_restore', targetId: id, metadata: { role, groups: groupIds }, reason },
    seat: { ...seat, accountId },
  }),
};
