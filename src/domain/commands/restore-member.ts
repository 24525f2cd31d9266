// Brings a removed member back: the same membership with its role and its groups, as far as whoever restores may grant them.
import type { Actor, Call } from '../model/caller.ts';
import type { UniqueKey } from '../model/keys.ts';
import { restorableDays, type MemberParts, type Membership, type MemberView } from '../model/membership.ts';
import type { DomainEvent } from '../events.ts';
import type { Loads } from '../loads.ts';
import type { CommandStore, Decision, Ground, Locks } from '../ports.ts';
import { refuse, refuseAll, succeed, type Outcome } from '../refusals.ts';
import { canSee, grantable, mayDo, mayGrant, permissionDenied } from '../rules/authority.ts';
import { effectiveRole } from '../rules/effective-role.ts';
import { seatEffect } from '../rules/seats.ts';
import { commit, decideAs, deny, need } from './decide.ts';
import { returnEvents } from './departure.ts';
import { runCommand } from './run-command.ts';
import { checkSeat } from './seat-check.ts';
import { takenBy } from './taken-by.ts';

/** What a restoration may carry; `keysOf` are the unique values that the operator's schemas see in the member, and must be pure. */
export interface Restoration {
  readonly reason?: string | undefined;
  readonly keysOf: (member: Membership) => readonly UniqueKey[];
  readonly parts: MemberParts;
}

const locks: Locks = { organization: 'none', workspace: 'shared', account: true };
const action = 'team_membership_restore';

/**
 * Restores the member and answers its view. Refuses `permission-denied`, `not-found` for who was never removed or more than 30 days ago,
 * `duplicate` where its userName, its person or another unique value is back already, and `seat-limit-reached`.
 */
export async function restoreMember(store: CommandStore, call: Call, id: string, restoration: Restoration): Promise<Outcome<MemberView>> {
  let userName = '';
  const done = await runCommand(store, call, locks, (on) => takenBy({ userName, externalId: undefined })(on), async (held) =>
    await store.onRecord(call, held, { of: 'removed', ask: id, memberIds: [id] }, (ground, removed) => {
      userName = removed?.member.userName ?? '';
      return decideAs(ground, (actor) => decideRestoration(ground, actor, id, removed, restoration));
    }),
  );
  if (!done.ok) return done;
  if (done.value.views.member === undefined) throw new Error('a restored member has no view');
  return succeed(done.value.views.member);
}

function decideRestoration(ground: Ground, actor: Actor, id: string, removed: Loads['removed']['found'], restoration: Restoration): Decision<undefined> {
  if (removed === undefined || !canSee(actor, id)) return { kind: 'refuse', refusal: notRemoved(id) };
  if (!mayDo(actor, 'members.invite')) return deny(actor, refuseAll([permissionDenied('members.invite', id)]), action, id);
  const { member, claimedElsewhere, taken } = removed;
  const back = taken.account ? 'The person' : taken.userName ? `The userName ${member.userName}` : undefined;
  if (back !== undefined) return { kind: 'refuse', refusal: refuse('duplicate', `${back} is in this workspace again, as another member. Work with that one, or remove it first.`, id) };
  const seat = seatEffect(undefined, member, claimedElsewhere);
  const unseated = checkSeat(ground, seat);
  if (unseated?.kind === 'refuse') return deny(actor, unseated.refusal, action, id);
  const { roles } = ground.workspace;
  const role = grantable(actor, member.baseRole, roles);
  // To be in a group that gives a role is to be given that role.
  const groups = removed.groups.filter((group) => group.role === undefined || mayGrant(actor, group.role, roles));
  const effective = effectiveRole(roles, role, groups.flatMap((group) => group.role ?? []));
  const restart = unseated ?? need(ground, { workspace: effective === 'owner' ? 'exclusive' : 'shared' });
  if (restart !== undefined) return restart;
  const { reason, keysOf, parts } = restoration;
  const event: DomainEvent = {
    kind: 'memberRestored',
    id,
    accountId: member.accountId,
    role,
    effective,
    groupIds: groups.map((group) => group.id),
    emails: member.emails,
    keys: keysOf(member),
    seat,
    reason,
  };
  const returned = member.status === 'active' ? returnEvents(member, removed.belongings) : [];
  return commit(ground, actor, [event, ...returned], undefined, { kind: 'member', id, parts });
}

function notRemoved(id: string): ReturnType<typeof refuse> {
  return refuse('not-found', `There is no removed member ${id} who could be restored: that is possible for ${restorableDays} days. Invite the person instead.`);
}
