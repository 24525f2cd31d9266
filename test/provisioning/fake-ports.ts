// Ports that keep nothing: they hand a decision its ground, note what was asked of them and answer a prepared view.
import type { Target } from '../../src/domain/ports.ts';
import type { Call, Scope } from '../../src/domain/model/caller.ts';
import type { Change } from '../../src/domain/changes.ts';
import { usualConnectionPolicy } from '../../src/domain/model/connection-policy.ts';
import type { Group, GroupView, MemberStep } from '../../src/domain/model/group.ts';
import type { MemberParts, Membership, MemberView } from '../../src/domain/model/membership.ts';
import type { CommandStore, Decision, Ended, Ground, GroupGround, ListQuery, Locks, Reads, SearchQuery, ViewRequest } from '../../src/domain/ports.ts';
import { fail, refuse, succeed, type Outcome } from '../../src/domain/refusals.ts';
import { builtInRoles } from '../../src/domain/model/role.ts';
import { usualPolicy } from '../../src/domain/model/workspace.ts';
import type { Filter } from '../../src/scim/filter/ast.ts';
import type { Sort } from '../../src/scim/sort.ts';

const connectionId = '0c000000-0000-4000-8000-000000000001';
const scopes: readonly Scope[] = ['scim.read', 'scim.write'];
const tenant = { workspaceId: '0a000000-0000-4000-8000-000000000001', organizationId: '0b000000-0000-4000-8000-000000000001' };

export const call: Call = { credential: { kind: 'connection', tenant, tokenId: '0d000000-0000-4000-8000-000000000001', connectionId, scopes }, requestId: 'request-1' };
export const memberId = 'aaaaaaaa-0000-4000-8000-00000000000a';
export const groupId = 'bbbbbbbb-0000-4000-8000-00000000000b';
export const baseUrl = 'https://usher.example/scim/v2';

export const member: Membership = {
  id: memberId,
  accountId: 'cccccccc-0000-4000-8000-00000000000c',
  userName: 'ada@example.com',
  externalId: 'ext-1',
  emails: [],
  managerId: undefined,
  profile: { displayName: 'Ada', title: 'Analyst', emails: [{ value: 'ada@example.com', type: 'work', primary: true }] },
  human: true,
  status: 'active',
  baseRole: 'member',
  role: 'member',
  groupRoles: [],
  acceptedAt: new Date(0),
  pendingInvitation: false,
  epoch: 1,
  holds: [],
  version: 3,
};

const times = { createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-02T00:00:00.000Z' };

export const memberView: MemberView = {
  id: memberId,
  userName: member.userName,
  externalId: member.externalId,
  status: 'active',
  role: 'member',
  roleSource: 'direct',
  seatHeld: true,
  profile: member.profile,
  holds: undefined,
  groups: undefined,
  managerName: undefined,
  version: 3,
  ...times,
};

const group: Group = { id: groupId, displayName: 'Sales', externalId: undefined, profile: {}, version: 7 };
export const groupView: GroupView = { ...group, members: undefined, ...times };

/** What the ports were asked for, in order of the requests. */
export interface Asked {
  readonly changes: Change[][];
  readonly locks: Locks[];
  readonly ids: (string | undefined)[];
  readonly steps: (readonly MemberStep[])[];
  readonly views: (ViewRequest | undefined)[];
  readonly parts: (MemberParts | boolean)[];
  readonly queries: ListQuery<Filter, Sort>[];
  readonly searches: SearchQuery<Filter, Sort>[];
}

export interface FakeState {
  readonly member?: Membership;
  readonly memberView?: MemberView;
  readonly group?: Group;
  readonly groupView?: GroupView;
  /** Ids that exist as users, for members of groups. */
  readonly people?: readonly string[];
  readonly refuses?: 'credential-invalid';
}

/** A store and reads over one member and one group. Whatever is written is noted and forgotten. */
export function fakePorts(state: FakeState = {}): { readonly store: CommandStore; readonly reads: Reads<Filter, Sort>; readonly asked: Asked } {
  const asked: Asked = { changes: [], locks: [], ids: [], steps: [], views: [], parts: [], queries: [], searches: [] };
  return { store: fakeStore(state, asked), reads: fakeReads(state, asked), asked };
}

function fakeStore(state: FakeState, asked: Asked): CommandStore {
  const end = <R>(decision: Decision<R>): Ended<R> => {
    if (decision.kind !== 'commit') return decision;
    asked.changes.push([...decision.changes]);
    asked.views.push(decision.view);
    return { kind: 'committed', result: decision.result, views: { member: state.memberView ?? memberView, group: state.groupView ?? groupView, resource: undefined } };
  };
  return {
    onMembers: async (theCall, locks, ids, decide) => {
      asked.ids.push(...ids);
      asked.locks.push(locks);
      return await Promise.resolve(end(decide(groundFor(theCall, locks), targetsOf(state, ids))));
    },
    onAccount: async (theCall, locks, accountKey, decide) => {
      asked.ids.push(accountKey);
      asked.locks.push(locks);
      return await Promise.resolve(end(decide(groundFor(theCall, locks), undefined)));
    },
    onGroup: async (theCall, locks, id, steps, decide) => {
      asked.ids.push(id);
      asked.steps.push(steps);
      return await Promise.resolve(end(decide(groupGround(theCall, locks, state, id))));
    },
    onInvitees: async () => await Promise.reject(new Error('not asked for here')),
    onResource: async () => await Promise.reject(new Error('not asked for here')),
    onRecord: async (theCall, locks, { of, memberIds = [] }, decide) => {
      if (of !== 'belongings') throw new Error(`${of} are not asked for here`);
      const nothing = new Map() as Parameters<typeof decide>[1];
      asked.ids.push(...memberIds);
      asked.locks.push(locks);
      return await Promise.resolve(end(decide(groundFor(theCall, locks), nothing, targetsOf(state, memberIds))));
    },
    recordDenied: async () => await Promise.resolve(),
  };
}

function targetsOf(state: FakeState, ids: readonly string[]): Map<string, Target> {
  const found = state.member ?? member;
  return new Map(ids.includes(found.id) ? [[found.id, { member: found, claimedElsewhere: false, otherActiveOwners: 1 }]] : []);
}

function groundFor(theCall: Call, locks: Locks): Ground {
  let made = 0;
  const newId = (): string => {
    made += 1;
    return `dddddddd-0000-4000-8000-${String(made).padStart(12, '0')}`;
  };
  return {
    call: theCall,
    locks,
    standing: { kind: 'connection', tokenLive: true, connection: { id: connectionId, label: 'Test', paused: false, policy: usualConnectionPolicy, departures: 0, tripped: false } },
    workspace: { id: tenant.workspaceId, slug: 'w', name: 'W', timeZone: 'UTC', policy: usualPolicy, roles: builtInRoles, organization: { id: tenant.organizationId, name: 'O', accountOwnerId: undefined, seatLimit: undefined } },
    seatsUsed: 0,
    belongingKinds: new Map(),
    newId,
  };
}

function groupGround(theCall: Call, locks: Locks, state: FakeState, id: string | undefined): GroupGround {
  const existing = new Map((state.people ?? []).map((person) => [person, 'User' as const]));
  return { ...groundFor(theCall, locks), group: id === groupId ? (state.group ?? group) : undefined, existing, present: new Set(), matched: [], role: undefined, subjects: new Map() };
}

function fakeReads(state: FakeState, asked: Asked): Reads<Filter, Sort> {
  const answer = async <T>(parts: MemberParts | boolean, value: T): Promise<Outcome<T>> => {
    asked.parts.push(parts);
    return await Promise.resolve(state.refuses === undefined ? succeed(value) : fail(refuse(state.refuses, 'The token was revoked.')));
  };
  const [oneMember, oneGroup] = [state.memberView ?? memberView, state.groupView ?? groupView];
  return {
    member: async (_, id, parts) => await (asked.ids.push(id), answer(parts, oneMember)),
    members: async (_, query, parts) => await (asked.queries.push(query), answer(parts, { total: 41, rows: query.limit === 0 ? [] : [oneMember] })),
    group: async (_, id, members) => await (asked.ids.push(id), answer(members, oneGroup)),
    longGroup: async (_, id) => await (asked.ids.push(id), answer(true, { view: { ...oneGroup, members: undefined }, pieces: noPieces() })),
    groups: async (_, query, members) => await (asked.queries.push(query), answer(members, { total: 42, rows: query.limit === 0 ? [] : [oneGroup] })),
    search: async (_, query) => {
      asked.searches.push(query);
      const rows = query.kinds.map(({ kind }, at) => ({ at, ...(kind === 'member' ? { kind, view: oneMember } : { kind, view: oneGroup }) }));
      return await answer(false, { total: 83, rows: query.limit === 0 ? [] : rows });
    },
    resource: async () => await Promise.reject(new Error('not asked for here')),
    resources: async () => await Promise.reject(new Error('not asked for here')),
    admitted: async () => await answer(false, undefined),
  };
}

async function* noPieces(): AsyncGenerator<never, undefined> {
  yield* await Promise.resolve([]);
  return undefined;
}
