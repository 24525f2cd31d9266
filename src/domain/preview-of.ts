// Makes the preview of an act out of the very changes that would be written.
import type { Change, MembershipSet } from './changes.ts';
import type { HoldSource } from './model/membership.ts';
import type { Becomes, Kept, MemberPreview, NamedThing, Preview, Situation } from './model/preview.ts';
import { roleIn, type Permission, type RoleKey } from './model/role.ts';
import type { Workspace } from './model/workspace.ts';

/** What the changes do to one member. */
interface Doings {
  readonly set: MembershipSet;
  readonly removes: boolean;
  readonly restores: Extract<Change, { kind: 'membership.restore' }> | undefined;
  readonly placed: readonly HoldSource[];
  readonly lifted: ReadonlySet<HoldSource>;
  readonly seat: 'seat.claim' | 'seat.release' | undefined;
  readonly mails: readonly string[];
  readonly taken: Extract<Change, { kind: 'belongings.take' }> | undefined;
  readonly keys: 'keys.revoke' | 'keys.suspend' | 'keys.resume' | undefined;
  /** How many resources come back. */
  readonly returns: number;
}

/** Tells, member by member, what the changes come to; `shown` says what the reader may know of other workspaces. */
export function previewOf(workspace: Workspace, situations: readonly Situation[], changes: readonly Change[], shown: (elsewhere: readonly NamedThing[]) => readonly NamedThing[]): Preview {
  const byMember = Map.groupBy(changes, memberOf);
  const members = situations.map((situation) => {
    const doings = doingsOf([...(byMember.get(situation.id) ?? []), ...(byMember.get(situation.accountId) ?? [])]);
    return memberPreview(workspace, situation, doings, shown);
  });
  const seats = changes.reduce((sum, change) => (change.kind === 'seat.ledger' ? sum + change.delta : sum), 0);
  return { members, seats };
}

/** The member that a change is about, or the account for a change of seats. */
function memberOf(change: Change): string | undefined {
  switch (change.kind) {
    case 'membership.update':
    case 'membership.remove':
    case 'membership.restore':
      return change.id;
    case 'hold.place':
    case 'hold.lift':
      return change.membershipId;
    case 'seat.claim':
    case 'seat.release':
      return change.accountId;
    case 'belongings.take':
      return change.fromId;
    case 'belongings.return':
      return change.toId;
    case 'keys.revoke':
    case 'keys.suspend':
    case 'keys.resume':
      return change.membershipId;
    case 'mail.queue':
      return change.mail.recipientId;
    default:
      return undefined;
  }
}

function doingsOf(changes: readonly Change[]): Doings {
  const ofKind = <K extends Change['kind']>(kind: K) => changes.filter((change): change is Extract<Change, { kind: K }> => change.kind === kind);
  const sets = ofKind('membership.update').map(({ set }) => set);
  return {
    set: Object.assign({}, ...sets) as MembershipSet,
    removes: ofKind('membership.remove').length > 0,
    restores: ofKind('membership.restore')[0],
    placed: ofKind('hold.place').map(({ source }) => source),
    lifted: new Set(ofKind('hold.lift').map(({ source }) => source)),
    seat: changes.flatMap(({ kind }) => (kind === 'seat.claim' || kind === 'seat.release' ? kind : [])).at(-1),
    taken: ofKind('belongings.take')[0],
    keys: changes.map(({ kind }) => kind).find((kind) => kind === 'keys.revoke' || kind === 'keys.suspend' || kind === 'keys.resume'),
    returns: ofKind('belongings.return')[0]?.count ?? 0,
    mails: ofKind('mail.queue').map(({ mail }) => mail.template),
  };
}

function memberPreview(workspace: Workspace, situation: Situation, doings: Doings, shown: (elsewhere: readonly NamedThing[]) => readonly NamedThing[]): MemberPreview {
  const { id, userName, elsewhere, groups, access, belongings } = situation;
  const { set, removes, restores, placed, lifted, seat, mails } = doings;
  const gone = removes || (situation.removed && restores === undefined);
  const status = { before: situation.removed ? ('removed' as const) : situation.status, after: gone ? ('removed' as const) : (set.status ?? situation.status) };
  const role = { before: situation.removed ? undefined : situation.role, after: gone ? undefined : ((restores?.roles ?? set.roles)?.effective ?? situation.role) };
  const permissions = { before: permissionsOf(workspace, status.before, role.before), after: permissionsOf(workspace, status.after, role.after) };
  const here = { before: situation.seatHeld, after: seat === undefined ? situation.seatHeld : seat === 'seat.claim' };
  const counted = { before: here.before || elsewhere.length > 0, after: here.after || elsewhere.length > 0 };
  const back = new Set(restores?.groupIds);
  const ended = removes || set.endAccess === true;
  return {
    id,
    userName,
    status,
    role,
    holds: { before: situation.holds, after: [...situation.holds.filter((source) => !lifted.has(source)), ...placed.filter((source) => !situation.holds.includes(source))] },
    ends: { permissions: without(permissions.before, permissions.after), groups: removes ? groups : [], access: ended ? access.filter(({ count }) => count > 0) : [] },
    begins: { permissions: without(permissions.after, permissions.before), groups: groups.filter((group) => group.id !== undefined && back.has(group.id)) },
    keeps: ended ? keptBy(removes, elsewhere.length > 0) : [],
    belongings: belongings.flatMap((one) => (one.count === 0 ? [] : [{ ...one, ...fateOf(one.kind, doings) }])),
    returns: doings.returns,
    seat: { here, counted, freed: counted.before && !counted.after, because: counted.after ? [...(here.after ? [{ id: workspace.id, name: workspace.name }] : []), ...shown(elsewhere)] : [] },
    mails,
  };
}

/** What becomes of belongings of a kind, as far as the changes say something of them. */
function fateOf(kind: string, { taken, keys }: Doings): { readonly becomes?: Becomes } {
  if (taken?.kinds.includes(kind) === true) return { becomes: { do: 'reattributed', to: taken.toId ?? 'system' } };
  if (keys === 'keys.revoke' && keyKinds.includes(kind)) return { becomes: { do: 'revoked' } };
  if (keys === 'keys.suspend' && kind === 'api_keys') return { becomes: { do: 'suspended' } };
  return keys === 'keys.resume' && kind === 'suspended_api_keys' ? { becomes: { do: 'resumed' } } : {};
}

/** What belongings in a preview are called that are keys; resources go by the names of their kinds, in which there is no underscore. */
const keyKinds: readonly string[] = ['api_keys', 'suspended_api_keys'];

function permissionsOf(workspace: Workspace, status: string, role: RoleKey | undefined): readonly Permission[] {
  return status === 'active' && role !== undefined ? [...roleIn(workspace.roles, role).permissions] : [];
}

function without<T>(some: readonly T[], others: readonly T[]): T[] {
  return some.filter((one) => !others.includes(one));
}

function keptBy(removes: boolean, elsewhere: boolean): Kept[] {
  return ['account', 'attribution', ...(elsewhere ? (['otherWorkspaces'] as const) : []), ...(removes ? [] : (['role', 'groups'] as const))];
}
