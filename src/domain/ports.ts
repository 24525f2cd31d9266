// Ports: what the domain asks of storage. Storage implements them and imports this file, never the other way round.
import type { BelongingKinds } from './model/belonging.ts';
import type { Call, Standing } from './model/caller.ts';
import type { Group, GroupMember, GroupView, LongGroup, MemberStep } from './model/group.ts';
import type { MemberParts, Membership, MembershipStatus, MemberView, Owner, RoleSubject } from './model/membership.ts';
import type { Situation } from './model/preview.ts';
import type { Resource, ResourceKind, ResourceView } from './model/resource.ts';
import type { RoleKey } from './model/role.ts';
import type { Workspace } from './model/workspace.ts';
import type { AuditAction, AuditEntry, Change } from './changes.ts';
import type { Load, Loads } from './loads.ts';
import type { Outcome, Refusal } from './refusals.ts';

/**
 * The locks a command runs under, taken in the order organization, workspace, account (domain.md §8). Never upgraded: a command that
 * finds it needs more answers `restart` and begins again.
 */
export interface Locks {
  readonly organization: 'none' | 'shared' | 'exclusive';
  readonly workspace: 'shared' | 'exclusive';
  readonly account: boolean;
}

/** What every command finds under its locks. `newId` makes UUIDs that sort by time. */
export interface Ground {
  readonly call: Call;
  readonly locks: Locks;
  readonly standing: Standing;
  readonly workspace: Workspace;
  /** All owners, active or not; undefined without the exclusive lock on the workspace, where nobody can know. */
  readonly owners?: readonly Owner[] | undefined;
  readonly seatsUsed: number | undefined;
  /** What members can own, as the operator has configured it. */
  readonly belongingKinds: BelongingKinds;
  readonly newId: () => string;
}

/** A live membership under its row lock. `claimedElsewhere` is exact only with the account lock. `assertedInactive`: the calling connection wanted its access ended last. */
export interface Target {
  readonly member: Membership;
  readonly claimedElsewhere: boolean;
  readonly otherActiveOwners: number;
  readonly assertedInactive?: boolean;
}

/** The account that an e-mail key found inside the organization, and its live membership in this workspace if it has one. */
export interface AccountMatch {
  readonly id: string;
  readonly target: Target | undefined;
  readonly claimedElsewhere: boolean;
  /** Whether the last membership of it in this workspace was ended by a person, not by an identity provider. */
  readonly removedByPeople?: boolean;
}

/** What is there already of people who are about to be invited: accounts by e-mail key, userNames that live members have, groups with the role that they give. */
export interface InviteeGround extends Ground {
  /** With the last invitation that the member was sent, if it is one; `open` says whether its link still works. */
  readonly accounts: ReadonlyMap<string, AccountMatch & { readonly lastInvitation: { readonly id: string; readonly open: boolean } | undefined }>;
  readonly namesTaken: ReadonlySet<string>;
  readonly groups: ReadonlyMap<string, { readonly role: RoleKey | undefined }>;
}

/** A group under its row lock with what a change mentions: ids that exist, ids that are members already, ids that each filter step selects. */
export interface GroupGround extends Ground {
  readonly group: Group | undefined;
  readonly existing: ReadonlyMap<string, GroupMember['type']>;
  readonly present: ReadonlySet<string>;
  readonly matched: readonly ReadonlySet<string>[];
  /** What the group gives to its direct members, if anything. */
  readonly role: RoleKey | undefined;
  /** The members that the change mentions, or all when it may touch all; only of a group that gives a role, under the exclusive lock. */
  readonly subjects: ReadonlyMap<string, RoleSubject>;
}

/** A resource of one of the operator's types under its row lock. */
export interface ResourceGround extends Ground {
  readonly resource: Resource | undefined;
}

/** What a command wants to see of its result, read in the same transaction. */
export type ViewRequest =
  | { readonly kind: 'member'; readonly id: string; readonly parts: MemberParts }
  | { readonly kind: 'group'; readonly id: string; readonly members: boolean }
  | { readonly kind: 'resource'; readonly type: string; readonly id: string };

/** The views read at the end of a committed command. */
export interface Views {
  readonly member: MemberView | undefined;
  readonly group: GroupView | undefined;
  readonly resource: ResourceView | undefined;
}

/** A refusal that must be audited names what was attempted; `changes` are written together with its audit row. */
export interface Attempt {
  readonly action: AuditAction;
  readonly targetId: string | undefined;
  readonly changes?: readonly Change[];
}

/** What a command decides under its locks. An empty list of changes writes nothing at all. */
export type Decision<R> =
  | { readonly kind: 'commit'; readonly changes: readonly Change[]; readonly result: R; readonly view?: ViewRequest | undefined }
  | { readonly kind: 'refuse'; readonly refusal: Refusal; readonly attempt?: Attempt | undefined; readonly actor?: AuditEntry['actor'] | undefined }
  | { readonly kind: 'restart'; readonly locks: Locks };

/** What a unique index answered: another row holds the value already. `account` and `breaker` lost a race and may simply be tried again. */
export type Conflict = 'userName' | 'externalId' | 'displayName' | 'account' | 'slug' | 'label' | 'lastOwner' | 'uniqueValue' | 'breaker';

/** How a transaction ended. */
export type Ended<R> =
  | { readonly kind: 'committed'; readonly result: R; readonly views: Views }
  | Exclude<Decision<R>, { kind: 'commit' }>
  | { readonly kind: 'conflict'; readonly on: Conflict };

/**
 * Somebody who looks at what a command has decided to do to members before it is written, and may decide otherwise. `situations` are the
 * members that the command named, in the order of their ids, as they stand before it.
 */
export type Witness = <R>(ground: Ground, situations: readonly Situation[], decision: Extract<Decision<R>, { kind: 'commit' }>) => Decision<R>;

/**
 * Transactions of the domain. Each locks, loads, calls `decide` once and commits what it returns, or rolls back. `decide` must not wait
 * for anything. Refuses `busy` when others hold the locks for too long; rejects when the database is gone.
 */
export interface CommandStore {
  onMembers<R>(
    call: Call,
    locks: Locks,
    memberIds: readonly string[],
    decide: (ground: Ground, targets: ReadonlyMap<string, Target>) => Decision<R>,
    witness?: Witness,
  ): Promise<Ended<R>>;
  /** `draft` stands in for a workspace that the command itself is about to create. */
  onAccount<R>(
    call: Call,
    locks: Locks,
    accountKey: string | undefined,
    decide: (ground: Ground, account: AccountMatch | undefined) => Decision<R>,
    draft?: Workspace,
  ): Promise<Ended<R>>;
  /** `keys` are e-mail keys, each once. */
  onInvitees<R>(call: Call, locks: Locks, keys: readonly string[], groupIds: readonly string[], decide: (ground: InviteeGround) => Decision<R>): Promise<Ended<R>>;
  onGroup<R>(call: Call, locks: Locks, groupId: string | undefined, steps: readonly MemberStep[], decide: (ground: GroupGround) => Decision<R>): Promise<Ended<R>>;
  /** `type` names the type of the resource; one of another type is not found. */
  onResource<R>(call: Call, locks: Locks, type: string, id: string | undefined, decide: (ground: ResourceGround) => Decision<R>): Promise<Ended<R>>;
  /** Whatever an area of the domain keeps, with the members that the load names. */
  onRecord<K extends keyof Loads, R>(
    call: Call,
    locks: Locks,
    load: Load<K>,
    decide: (ground: Ground, found: Loads[K]['found'], targets: ReadonlyMap<string, Target>) => Decision<R>,
    witness?: Witness,
  ): Promise<Ended<R>>;
  /** Writes the audit row of a refused attempt in a transaction of its own, with changes that somebody else may have made by then. */
  recordDenied(call: Call, entry: Omit<AuditEntry, 'id'>, changes?: readonly Change[]): Promise<void>;
}

/**
 * A place in the order of a list and the way to go from it. `key` is the sort value as storage wrote it, null where there is none; with
 * `inclusive` the walk begins at the place itself. The row that stood there may be gone.
 */
export interface Boundary {
  readonly direction: 'forward' | 'backward';
  readonly inclusive: boolean;
  readonly key: string | null;
  readonly id: string;
}

/** Which page of a list: `offset` rows are skipped, counted from 0, or else it is a step of a `walk`, from the beginning or from a boundary. */
export interface PageCut {
  readonly limit: number;
  readonly offset: number;
  readonly walk?: { readonly from: Boundary | undefined } | undefined;
}

/** What of one kind of resource is asked for: a resolved filter and an order that storage understands, by id without one. */
export interface Selection<F, S> {
  readonly filter: F | undefined;
  readonly sort?: S | undefined;
}

/** One page of a list. */
export interface ListQuery<F, S> extends Selection<F, S>, PageCut {}

/** A page with the exact number of all matches. A step of a walk tells where the pages beside it begin, if there are any. */
export interface Page<T> {
  readonly total: number;
  readonly rows: readonly T[];
  readonly next?: Boundary | undefined;
  readonly previous?: Boundary | undefined;
}

/** A kind of resource with the parts of it that an answer needs. */
export type KindParts =
  | { readonly kind: 'member'; readonly parts: MemberParts }
  | { readonly kind: 'group'; readonly members: boolean }
  | { readonly kind: 'resource'; readonly type: ResourceKind };

/** One page of a list of several kinds. Where there is a sort, each kind has one in the same direction. */
export interface SearchQuery<F, S> extends PageCut {
  readonly kinds: readonly (Selection<F, S> & KindParts)[];
}

/** A resource of any kind. */
export type AnyView =
  | { readonly kind: 'member'; readonly view: MemberView }
  | { readonly kind: 'group'; readonly view: GroupView }
  | { readonly kind: 'resource'; readonly view: ResourceView };

/** Reads; each checks the credential in the same exchange with the database and shows a caller only what it may see. */
export interface Reads<F, S> {
  member(call: Call, id: string, parts: MemberParts): Promise<Outcome<MemberView>>;
  members(call: Call, query: ListQuery<F, S>, parts: MemberParts): Promise<Outcome<Page<MemberView>>>;
  group(call: Call, id: string, members: boolean): Promise<Outcome<GroupView>>;
  /** A group whose members are many. It holds storage's means until it is read to its end or closed; refuses `busy` when they are all in use. */
  longGroup(call: Call, id: string): Promise<Outcome<LongGroup>>;
  groups(call: Call, query: ListQuery<F, S>, members: boolean): Promise<Outcome<Page<GroupView>>>;
  resource(call: Call, type: ResourceKind, id: string): Promise<Outcome<ResourceView>>;
  resources(call: Call, type: ResourceKind, query: ListQuery<F, S>): Promise<Outcome<Page<ResourceView>>>;
  /** Resources of several kinds in one order, `at` being the place of the kind in the query; a caller that sees only itself finds nothing else. */
  search(call: Call, query: SearchQuery<F, S>): Promise<Outcome<Page<AnyView & { readonly at: number }>>>;
  /** Only asks whether the credential may read; discovery uses it. */
  admitted(call: Call): Promise<Outcome<undefined>>;
}

/** What the team's list can be sorted by; those without a value come last, descending is the exact reverse. */
export type TeamOrder = 'name' | 'userName' | 'createdAt' | 'lastLoginAt';

/** Which members of the team are listed; what is undefined restricts nothing. `search` is a part of a name, userName or e-mail in any case. */
export interface TeamFilter {
  readonly search?: string | undefined;
  readonly status?: MembershipStatus | undefined;
  readonly role?: RoleKey | undefined;
  readonly groupId?: string | undefined;
  /** Linked by an identity provider's connection, or by none. */
  readonly managed?: boolean | undefined;
  readonly hideDeactivated: boolean;
  /** Instead of the members those that were removed and can still be restored. */
  readonly removed?: boolean;
}

/** One page of the team. */
export interface TeamQuery extends TeamFilter, PageCut {
  readonly order: TeamOrder;
  readonly descending: boolean;
}

/** The whole team in one order. */
export type TeamExport = Omit<TeamQuery, keyof PageCut>;

/** The team as people look at it. Checks the credential and shows a caller only what it may see, as `Reads` do. */
export interface TeamReads {
  members(call: Call, query: TeamQuery, parts: MemberParts): Promise<Outcome<Page<MemberView>>>;
  /** All of one moment, in pieces to be read to the end or closed: they hold storage's means. Refuses `busy` when these are all in use. */
  export(call: Call, query: TeamExport, parts: MemberParts): Promise<Outcome<AsyncIterableIterator<readonly MemberView[]>>>;
}
