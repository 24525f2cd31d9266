// Foretells what the first sync of an identity provider does to each of its users; decides as the commands do, and changes nothing.
import { keyOf } from './model/keys.ts';
import type { HoldSource, MembershipStatus, Particulars } from './model/membership.ts';
import type { RoleKey } from './model/role.ts';
import { seatEffect, type SeatEffect } from './rules/seats.ts';

/** A user of the identity provider. `place` is where the file has it; `accountKey` is that of `accountKeyOf`. */
export interface ComingUser extends Pick<Particulars, 'userName' | 'externalId'> {
  readonly place: number;
  readonly accountKey: string | undefined;
  readonly active: boolean;
}

/** A live member as far as matching looks at it. `externalId` is that of the connection; `claimedElsewhere` as in `Target`. */
export interface MatchedMember {
  readonly id: string;
  readonly userName: string;
  readonly externalId: string | undefined;
  readonly status: MembershipStatus;
  readonly role: RoleKey;
  readonly service: boolean;
  readonly holds: readonly HoldSource[];
  readonly accepted: boolean;
  readonly pendingInvitation: boolean;
  readonly claimedElsewhere: boolean;
}

/** An account of the organization; `member` is its live membership in this workspace. */
export interface MatchedAccount {
  readonly claimedElsewhere: boolean;
  readonly member: MatchedMember | undefined;
}

/** What of the workspace the users of one step mention: members by userName key and by externalId, accounts by their key. */
export interface Mentioned {
  readonly byUserName: ReadonlyMap<string, MatchedMember>;
  readonly byExternalId: ReadonlyMap<string, MatchedMember>;
  readonly byAccountKey: ReadonlyMap<string, MatchedAccount>;
}

/**
 * What happens to a user. `linked`: the connection knows the member already; `matches`: found by userName, then linked; `held`: as these
 * two, but deactivated by somebody else and staying so; `invitation`: takes the invited membership with the same e-mail over;
 * `sameEmail`: a second membership beside the one with this e-mail; `known`: a new membership of a person of the organization; `new`: a
 * new person; `conflict`: meets what another user or member holds already.
 */
export type MatchOutcome = 'linked' | 'matches' | 'held' | 'invitation' | 'sameEmail' | 'known' | 'new' | 'conflict';

/** The fate of one user. `seat` is what it does to the seats that the organization uses; `noSeat` tells that none is left for it. */
export interface Match {
  readonly user: ComingUser;
  readonly outcome: MatchOutcome;
  readonly member: MatchedMember | undefined;
  readonly seat: SeatEffect['ledger'];
  readonly noSeat: boolean;
  readonly detail: string;
}

/** Seats used now and their limit, undefined for none. */
export interface SeatCount {
  readonly used: number;
  readonly limit: number | undefined;
}

/**
 * What the users before have done: their names and externalIds, the members they are, the e-mails whose accounts they made live here, the
 * members that are invited no longer, and the userNames that became free.
 */
interface Before {
  readonly userNames: Map<string, ComingUser>;
  readonly externalIds: Map<string, ComingUser>;
  readonly members: Map<string, ComingUser>;
  readonly accountKeys: Map<string, ComingUser>;
  readonly joined: Set<string>;
  readonly freed: Set<string>;
}

/** Matches the users of an identity provider step by step. */
export interface Matching {
  /** Notes which members are linked to users of this step; must have seen every user before the first `match`. */
  readonly note: (users: readonly ComingUser[], mentioned: Mentioned) => void;
  /** The fate of each user of a step, in the order of the file. */
  readonly match: (users: readonly ComingUser[], mentioned: Mentioned) => Match[];
  /** Whether a user takes the member with this id. */
  readonly isTaken: (memberId: string) => boolean;
}

type Fate = Pick<Match, 'outcome' | 'member' | 'detail'> & { readonly seat?: SeatEffect['ledger'] };

/** Begins to match users with a workspace. `source` is the hold of the connection, `noun` how a place in the file is called ("line"). */
export function matchUsers(source: HoldSource, noun: string, seats: SeatCount): Matching {
  const before: Before = { userNames: new Map(), externalIds: new Map(), members: new Map(), accountKeys: new Map(), joined: new Set(), freed: new Set() };
  let used = seats.used;
  return {
    note: (users, { byExternalId }) => {
      for (const user of users) {
        const member = user.externalId === undefined ? undefined : byExternalId.get(user.externalId);
        if (member !== undefined && !before.members.has(member.id)) before.members.set(member.id, user);
      }
    },
    match: (users, mentioned) =>
      users.map((user) => {
        const fate = conflictInFile(user, before, noun) ?? fateOf(user, mentioned, before, source, noun);
        const seat = fate.seat ?? 0;
        const noSeat = seat === 1 && seats.limit !== undefined && used >= seats.limit;
        if (fate.outcome !== 'conflict') remember(user, fate, noSeat, before);
        if (!noSeat) used += seat;
        return { user, outcome: fate.outcome, member: fate.member, seat, noSeat, detail: noSeat ? `${fate.detail} No seat is left for this user.` : fate.detail };
      }),
    isTaken: (memberId) => before.members.has(memberId),
  };
}

function conflictInFile(user: ComingUser, { userNames, externalIds }: Before, noun: string): Fate | undefined {
  const namesake = userNames.get(keyOf(user.userName));
  if (namesake !== undefined) return conflict(undefined, `The user of ${noun} ${namesake.place} has the same userName. Give each user a userName of its own.`);
  const twin = user.externalId === undefined ? undefined : externalIds.get(user.externalId);
  if (twin !== undefined) return conflict(undefined, `The user of ${noun} ${twin.place} has the same externalId. Map an attribute that is different for each user.`);
  return undefined;
}

function fateOf(user: ComingUser, { byUserName, byExternalId, byAccountKey }: Mentioned, before: Before, source: HoldSource, noun: string): Fate {
  const key = keyOf(user.userName);
  const named = before.freed.has(key) ? undefined : byUserName.get(key);
  const linked = user.externalId === undefined ? undefined : byExternalId.get(user.externalId);
  if (named !== undefined && linked !== undefined && named.id !== linked.id) {
    return conflict(named, `The userName belongs to one member and the externalId to another, ${linked.userName}. Correct one of them in the identity provider.`);
  }
  const member = linked ?? named;
  if (member === undefined) return comingIn(user, user.accountKey === undefined ? undefined : byAccountKey.get(user.accountKey), before, noun);
  const other = before.members.get(member.id);
  if (other !== undefined && other.place !== user.place) return shared(member, other, noun);
  return meeting(user, member, linked !== undefined, source);
}

/** A user who meets a member that is there. */
function meeting(user: ComingUser, member: MatchedMember, linked: boolean, source: HoldSource): Fate {
  const others = member.holds.filter((hold) => hold !== source);
  const seat = seatOfMeeting(user, member, linked, others.length > 0);
  if (user.active && member.status === 'deactivated' && others.length > 0) {
    return { outcome: 'held', member, seat, detail: `Deactivated by ${others.map(nameOf).join(' and ')}, and stays so until that is lifted there.` };
  }
  const ends = user.active || member.status === 'deactivated' ? '' : ' Inactive: becomes deactivated.';
  if (linked || (user.externalId === undefined && member.externalId !== undefined)) {
    const renamed = keyOf(member.userName) === keyOf(user.userName) ? '' : ` Its userName is ${member.userName} now and changes.`;
    return { outcome: 'linked', member, seat, detail: `Linked to this connection.${renamed}${ends}` };
  }
  const relinked = member.externalId === undefined ? '' : ` It is linked as "${member.externalId}" today and changes to the new externalId.`;
  const invited = member.status === 'invited' ? ' The invitation ends.' : '';
  return { outcome: 'matches', member, seat, detail: `Found by userName and linked.${relinked}${invited}${ends}` };
}

/** An invited member joins when it gets its externalId; a deactivated one returns when its last hold is this connection's. */
function seatOfMeeting(user: ComingUser, member: MatchedMember, linked: boolean, heldByOthers: boolean): SeatEffect['ledger'] {
  const joins = member.status === 'invited' && !linked && user.externalId !== undefined;
  const returns = member.status === 'deactivated' && !heldByOthers;
  if (user.active) return joins || returns ? seatOf(member, 'active') : 0;
  return member.status === 'deactivated' ? 0 : seatOf(member, 'deactivated');
}

function seatOf(member: MatchedMember, status: MembershipStatus): SeatEffect['ledger'] {
  const now = { status: member.status, acceptedAt: member.accepted ? new Date(0) : undefined, pendingInvitation: member.pendingInvitation };
  return seatEffect(now, { ...now, status, pendingInvitation: false }, member.claimedElsewhere).ledger;
}

/** A user whom the connection creates. */
function comingIn(user: ComingUser, account: MatchedAccount | undefined, before: Before, noun: string): Fate {
  const sibling = user.accountKey === undefined ? undefined : before.accountKeys.get(user.accountKey);
  const seat = user.active ? 1 : 0;
  const asleep = user.active ? '' : ' Inactive: needs a seat at its first activation.';
  if (sibling !== undefined) {
    return { outcome: 'sameEmail', member: undefined, seat, detail: `${sibling.userName}, who comes before, has the same e-mail: both become members, each a person of its own.${asleep}` };
  }
  if (account?.member?.status === 'invited' && !before.joined.has(account.member.id)) {
    const { member } = account;
    const other = before.members.get(member.id);
    if (other !== undefined) return shared(member, other, noun);
    const after = user.active ? 'takes the invitation over' : 'takes the invitation over and is deactivated';
    return { outcome: 'invitation', member, seat: seatOf(member, user.active ? 'active' : 'deactivated'), detail: `Invited by e-mail as ${member.userName}: ${after}.` };
  }
  if (account?.member !== undefined) {
    const detail = `${account.member.userName} has the same e-mail under another userName: this user becomes a second member. Give both the same userName to link them.${asleep}`;
    return { outcome: 'sameEmail', member: account.member, seat, detail };
  }
  if (account === undefined) return { outcome: 'new', member: undefined, seat, detail: `A new person.${asleep}` };
  const needed = account.claimedElsewhere ? 0 : seat;
  return { outcome: 'known', member: undefined, seat: needed, detail: `A person of the organization, new in this workspace.${asleep}` };
}

/** Nobody who finds no seat becomes a member; whoever is one already stays it. */
function remember(user: ComingUser, { outcome, member }: Fate, noSeat: boolean, before: Before): void {
  const is = outcome === 'sameEmail' ? undefined : member;
  if (is !== undefined) before.members.set(is.id, user);
  if (noSeat) return;
  const relinked = user.externalId !== undefined && user.externalId !== is?.externalId;
  if (is?.status === 'invited' && (outcome === 'invitation' || !user.active || relinked)) before.joined.add(is.id);
  if (is !== undefined && keyOf(is.userName) !== keyOf(user.userName)) before.freed.add(keyOf(is.userName));
  before.userNames.set(keyOf(user.userName), user);
  if (user.externalId !== undefined) before.externalIds.set(user.externalId, user);
  const comes = outcome === 'invitation' || outcome === 'known' || outcome === 'new';
  if (comes && user.accountKey !== undefined) before.accountKeys.set(user.accountKey, user);
}

function shared(member: MatchedMember, other: ComingUser, noun: string): Fate {
  return conflict(member, `The user of ${noun} ${other.place} is this member already. Two users of the identity provider cannot share one member.`);
}

function conflict(member: MatchedMember | undefined, detail: string): Fate {
  return { outcome: 'conflict', member, detail };
}

function nameOf(hold: HoldSource): string {
  return hold.startsWith('idp:') ? 'another connection' : hold === 'admin' ? 'an admin' : `a ${hold}`;
}
