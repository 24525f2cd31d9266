// What commands load beside members, groups and resources: each area of the domain names what it asks for and what it finds.
import type { AccountAsk } from './areas/erasure.ts';
import type { InvitationRecord } from './areas/invitations.ts';
import type { Schedule } from './areas/schedules.ts';
import type { ReplayedEvents } from './areas/webhooks.ts';
import type { OwnedResource, BelongingsOf } from './model/belonging.ts';
import type { BlockedIntent } from './model/blocked-intent.ts';
import type { Connection } from './model/connection.ts';
import type { EventEndpoint } from './model/event-endpoint.ts';
import type { RemovedMember } from './model/membership.ts';
import type { HostClient, SignInMatch } from './model/session.ts';
import type { RoleSubject } from './model/membership.ts';
import type { RoleKey } from './model/role.ts';

/** An invitation by its id, or by the SHA-256 of its token in hexadecimal. */
export type InvitationAsk = { readonly id: string } | { readonly tokenHash: string };

/** Every load by its name. `found` is what stands under the locks of the command; storage has one entry for each of them. */
export interface Loads {
  /** One invitation, whatever has become of it. */
  readonly invitation: { readonly ask: InvitationAsk; readonly found: InvitationRecord | undefined };
  /** The id of an account of the organization that is not erased. */
  readonly account: { readonly ask: AccountAsk; readonly found: string | undefined };
  /** One resource of the host application by its kind and reference. */
  readonly belonging: { readonly ask: { readonly kind: string; readonly externalRef: string }; readonly found: OwnedResource | undefined };
  /** What hangs on some members who leave, or who come back. */
  readonly belongings: { readonly ask: { readonly ids: readonly string[]; readonly way: 'leaving' | 'returning' }; readonly found: BelongingsOf };
  /** One key, revoked or not, with whether its creator was removed. */
  readonly key: { readonly ask: string; readonly found: { readonly membershipId: string; readonly creatorRemoved: boolean; readonly revoked: boolean } | undefined };
  /** How many keys of a member are not revoked. */
  readonly keysOf: { readonly ask: string; readonly found: number };
  /** A blocked intent that is open and about the member, locked, with what hangs on the member. */
  readonly blockedIntent: { readonly ask: { readonly id: string; readonly memberId: string }; readonly found: { readonly intent: BlockedIntent | undefined; readonly belongings: BelongingsOf } };
  /** All connections of the workspace, locked, and the ids of all tokens that still work. */
  readonly connections: { readonly ask: undefined; readonly found: { readonly connections: readonly Connection[]; readonly liveTokenIds: ReadonlySet<string> } };
  /** A member that was removed lately enough to be restored, locked with the groups that it was in and that still exist. */
  readonly removed: { readonly ask: string; readonly found: (RemovedMember & { readonly belongings: BelongingsOf }) | undefined };
  /** What is booked for a member, locked, and whether it is `due`, with what hangs on the member; `over` says whether 23:59 of the day that is asked for is over where the workspace is, `answerable` is whoever booked it, or an owner where that person is not active here. */
  readonly schedules: {
    readonly ask: { readonly memberId: string; readonly on: string | undefined };
    readonly found: { readonly pending: Schedule | undefined; readonly answerable: string | undefined; readonly due: boolean; readonly over: boolean; readonly belongings: BelongingsOf };
  };
  /** Who has a role, as the base role or from a group, and which groups give it. */
  readonly roleHolders: { readonly ask: RoleKey; readonly found: { readonly subjects: readonly RoleSubject[]; readonly groups: readonly { readonly id: string; readonly displayName: string }[] } };
  /** Whom a sign-in means, and whether the vouching connection is one of the workspace. */
  readonly signIn: {
    readonly ask: { readonly subject: string; readonly emailKey: string | undefined; readonly connectionId: string | undefined };
    readonly found: { readonly match: SignInMatch | undefined; readonly connectionHere: boolean };
  };
  /** A live session of the organization, locked. */
  readonly session: { readonly ask: string; readonly found: { readonly accountId: string; readonly membershipId: string | undefined } | undefined };
  /** The live clients of the organization, locked. */
  readonly hostClients: { readonly ask: undefined; readonly found: readonly HostClient[] };
  /** The version of the settings, locked, and whether the time zone that is asked for is one. */
  readonly settings: {
    readonly ask: { readonly of: 'workspace' | 'organization'; readonly timeZone: string | undefined };
    readonly found: { readonly version: number; readonly zoneKnown: boolean };
  };
  /** All endpoints of the workspace, locked, some active owners, and how many events it would be to deliver once more. */
  readonly webhooks: { readonly ask: { readonly id: string; readonly events: ReplayedEvents } | undefined; readonly found: { readonly endpoints: readonly EventEndpoint[]; readonly ownerIds: readonly string[]; readonly replayed: number } };
}

/** One load with its question; `memberIds` are members that the command locks and reads with it. */
export type Load<K extends keyof Loads> = { readonly [Name in K]: { readonly of: Name; readonly ask: Loads[Name]['ask']; readonly memberIds?: readonly string[] } }[K];
