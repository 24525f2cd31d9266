// The ports through which an account is erased in all workspaces at once, and through which everything that is kept of a person is read.
import type { BelongingsOf } from './model/belonging.ts';
import type { AccountAsk } from './areas/erasure.ts';
import type { Call, Standing } from './model/caller.ts';
import type { Change } from './changes.ts';
import type { Workspace } from './model/workspace.ts';
import type { Decision, Ended, Ground, Target } from './ports.ts';
import type { Outcome } from './refusals.ts';

/** One workspace that knows the person, under its exclusive lock. */
export interface ErasurePlace {
  readonly ground: Ground;
  /** All memberships that the account ever had here, the live one at the end. */
  readonly memberIds: readonly string[];
  readonly target: Target | undefined;
  /** Of all these memberships. */
  readonly belongings: BelongingsOf;
}

/** An account with every workspace of its organization, all of them locked. */
export interface AccountGround {
  readonly call: Call;
  readonly standing: Standing;
  readonly account: { readonly id: string; readonly emailKey: string | undefined; readonly erased: boolean } | undefined;
  readonly organization: Workspace['organization'];
  /** In the order of their ids; the oldest workspace alone where there never was a membership. */
  readonly places: readonly ErasurePlace[];
  readonly otherWorkspaceIds: readonly string[];
}

/** What is decided for each workspace, in order. */
export type AccountDecision<R> =
  | { readonly kind: 'commit'; readonly parts: readonly { readonly workspaceId: string; readonly changes: readonly Change[] }[]; readonly result: R }
  | Extract<Decision<never>, { kind: 'refuse' }>;

/** How many rows of each table were erased or emptied of words; tables without any are left out. */
export type ErasedRows = Readonly<Record<string, number>>;

/** Transactions over all workspaces of an organization; as `CommandStore` otherwise. */
export interface AccountStore {
  onAccountEverywhere<R>(call: Call, ask: AccountAsk, decide: (ground: AccountGround) => AccountDecision<R>): Promise<Ended<{ readonly decided: R; readonly rows: ErasedRows }>>;
}

/** Everything that is kept of a person, as JSON; times are ISO 8601 in UTC. Other people stand in it by their ids alone. */
export type PersonalData = Readonly<Record<string, unknown>>;

/** Reads of whole accounts. */
export interface PersonalDataReads {
  /** All that is kept of the account, of one moment. For the account itself, the account owner and the operator; refuses `permission-denied` and `not-found`. */
  everythingOf(call: Call, accountId: string): Promise<Outcome<PersonalData>>;
}
