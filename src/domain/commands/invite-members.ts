// Invites people: a membership that waits for their consent, a link that is good for seven days, and a mail with it.
import type { InvitationLink, NewInvitation } from '../areas/invitations.ts';
import type { DomainEvent } from '../events.ts';
import type { Actor, Call } from '../model/caller.ts';
import { keyOf } from '../model/keys.ts';
import { particularsOf } from '../model/particulars-of.ts';
import type { RoleKey } from '../model/role.ts';
import type { CommandStore, Decision, InviteeGround, Locks } from '../ports.ts';
import { refuseAll, succeed, type Blocker, type Outcome, type RefusalRule } from '../refusals.ts';
import { mayDo, mayGrant, permissionDenied, roleUnknown } from '../rules/authority.ts';
import { seatEffect } from '../rules/seats.ts';
import { commit, decideAs, deny } from './decide.ts';
import { runCommand } from './run-command.ts';
import { checkSeats } from './seat-check.ts';

/** Somebody to invite; `email` is a valid address, and `place` says where it stands when there are several, such as `Line 3`. */
export interface Invitee {
  readonly email: string;
  readonly name: string | undefined;
  readonly role: RoleKey;
  readonly groupIds: readonly string[];
  readonly place?: string;
}

const locks: Locks = { organization: 'none', workspace: 'shared', account: true };
const action = 'team_invitation_create';

/**
 * Invites all of them or nobody and answers the ids of the invitations in their order. Refuses `permission-denied`, `invalid-value` for roles and
 * groups, `role-not-manageable`, `duplicate` for whoever is a member or invited already, and `seat-limit-reached`. Whoever was invited in
 * the same role and let the invitation run out gets a new link. Each call of `makeLink` makes another link.
 */
export async function inviteMembers(store: CommandStore, call: Call, invitees: readonly Invitee[], makeLink: () => InvitationLink): Promise<Outcome<readonly string[]>> {
  const keys = [...new Set(invitees.map(({ email }) => keyOf(email)))];
  const groupIds = [...new Set(invitees.flatMap((invitee) => invitee.groupIds))];
  const taken = () => 'An address among these has just become the userName of a member of this workspace. Look at the list of members.';
  const done = await runCommand(store, call, locks, taken, async (held) =>
    await store.onInvitees(call, held, keys, groupIds, (ground) => decideAs(ground, (actor) => decideInvitees(ground, actor, invitees, makeLink))),
  );
  return done.ok ? succeed(done.value.result) : done;
}

function decideInvitees(ground: InviteeGround, actor: Actor, invitees: readonly Invitee[], makeLink: () => InvitationLink): Decision<readonly string[]> {
  const missing = missingPermission(actor, invitees);
  if (missing !== undefined) return deny(actor, refuseAll([missing]), action, undefined);
  const seen = new Map<string, Invitee>();
  const blockers = invitees.flatMap((invitee) => {
    const fault = faultOf(ground, actor, invitee, seen.get(keyOf(invitee.email)));
    seen.set(keyOf(invitee.email), invitee);
    return fault === undefined ? [] : [{ ...fault, detail: invitee.place === undefined ? fault.detail : `${invitee.place}: ${fault.detail}` }];
  });
  if (blockers.length > 0) return deny(actor, refuseAll(blockers), action, undefined);
  const invitedBy = actor.kind === 'person' ? actor.id : undefined;
  const made = invitees.map((invitee) => invitation(ground, invitee, { id: ground.newId(), link: makeLink(), invitedBy, mailed: true }));
  const unseated = checkSeats(ground, made.map(({ seat }) => seat));
  if (unseated?.kind === 'refuse') return deny(actor, unseated.refusal, action, undefined);
  const grouped = Map.groupBy(made.flatMap(({ membershipId, groupIds }) => groupIds.map((groupId) => ({ groupId, membershipId }))), ({ groupId }) => groupId);
  const joins = [...grouped].map(([id, joining]): DomainEvent => {
    const added = joining.map(({ membershipId }) => ({ id: membershipId, type: 'User' as const }));
    return { kind: 'groupChanged', id, particulars: undefined, fields: [], relinked: false, added, removed: [] };
  });
  const batchId = made.length > 1 ? ground.newId() : undefined;
  // New accounts are written in one order, whatever that of the list, so that two lists of the same people do not wait in a circle.
  const invited = made.toSorted((one, other) => (one.key < other.key ? -1 : 1)).map(({ event }) => event);
  return unseated ?? commit(ground, actor, [...invited, ...joins], made.map(({ id }) => id), undefined, batchId);
}

function missingPermission(actor: Actor, invitees: readonly Invitee[]): Blocker | undefined {
  if (!mayDo(actor, 'members.invite')) return permissionDenied('members.invite');
  return invitees.some(({ groupIds }) => groupIds.length > 0) && !mayDo(actor, 'groups.write') ? permissionDenied('groups.write') : undefined;
}

/** Why this one cannot be invited; `before` is somebody with the same address earlier in the list. */
function faultOf(ground: InviteeGround, actor: Actor, { email, role, groupIds }: Invitee, before: Invitee | undefined): Blocker | undefined {
  const because = (rule: RefusalRule, detail: string, memberId?: string): Blocker => ({ rule, detail, memberId });
  if (!ground.workspace.roles.has(role)) return roleUnknown(role);
  if (!mayGrant(actor, role, ground.workspace.roles)) return because('role-not-manageable', `You cannot invite to the role ${role}: it is above yours. Ask an owner.`);
  const unknown = groupIds.find((id) => !ground.groups.has(id));
  if (unknown !== undefined) return because('invalid-value', `There is no group ${unknown} in this workspace. List the groups, then choose among them.`);
  const giving = groupIds.find((id) => ground.groups.get(id)?.role !== undefined);
  if (giving !== undefined) return because('invalid-value', `The group ${giving} gives a role, which an invitation names itself. Name the role, or add the person once the invitation is accepted.`);
  if (before !== undefined) return because('duplicate', `${email} is named twice${before.place === undefined ? '' : `, first in ${before.place.toLowerCase()}`}. Leave one of them out.`);
  const found = ground.accounts.get(keyOf(email));
  if (found?.target === undefined) {
    return ground.namesTaken.has(keyOf(email)) ? because('duplicate', `${email} is the userName of another member of this workspace. Choose another address.`) : undefined;
  }
  const { member } = found.target;
  if (member.status === 'active') return because('duplicate', `${email} is a member of this workspace already.`, member.id);
  if (member.status === 'deactivated') return because('duplicate', `${email} is a deactivated member of this workspace. Reactivate it instead.`, member.id);
  if (found.lastInvitation?.open === true) return because('duplicate', `${email} is invited already. Send the invitation again, or revoke it first.`, member.id);
  if (member.baseRole === role && groupIds.length === 0 && found.lastInvitation !== undefined) return undefined;
  return because('duplicate', `${email} was invited before, as ${member.baseRole}. Send that invitation again, or revoke it and invite anew.`, member.id);
}

/** The new invitation with its event: for somebody new, or a new link for somebody whose invitation ran out. */
function invitation(ground: InviteeGround, { email, name, role, groupIds }: Invitee, made: NewInvitation) {
  const after = { status: 'invited' as const, acceptedAt: undefined, pendingInvitation: true };
  const key = keyOf(email);
  const found = ground.accounts.get(key);
  const seat = seatEffect(found?.target?.member, after, found?.claimedElsewhere ?? false);
  const accountId = found?.id ?? ground.newId();
  const membershipId = found?.target?.member.id ?? ground.newId();
  const of = { membershipId, accountId, seat, invitation: made };
  const replaces = found?.lastInvitation?.id;
  const event: DomainEvent =
    found?.target !== undefined && replaces !== undefined
      ? { kind: 'invitationRenewed', ...of, replaces }
      : { kind: 'invitationCreated', ...of, isNewAccount: found === undefined, accountKey: key, particulars: particularsOf(email, name), role };
  return { id: made.id, key, membershipId, groupIds, seat, event };
}
