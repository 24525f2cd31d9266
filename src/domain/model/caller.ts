// Who asks: what a verified credential claims, what the database says about it now, and the actor that the rules then see.
import type { ConnectionPolicy } from './connection-policy.ts';
import type { RoleBook, RoleKey } from './role.ts';

/** Scopes a token may carry: those of each door, and those of an API key that only the host application understands. */
export type Scope = `${Door}.${Access}` | `app:${string}`;

/** An address that people and programs come to; failures look different at each. */
export type Entrance = 'scim' | 'admin';

/** The door that a call came in by: each has scopes of its own. Those of account home and of the host application lie behind the team API's entrance. */
export type Door = Entrance | 'account' | 'host';

/** What a call wants to do, as far as scopes tell it apart. */
export type Access = 'read' | 'write';

/** A workspace and the organization that it belongs to; every read and write names both. */
export interface Tenant {
  readonly workspaceId: string;
  readonly organizationId: string;
}

/**
 * What a credential claims after its signature was checked. The tenant comes from here and from nowhere else, but that `account` (a person
 * at account home) and `host` (the application beside us) belong to an organization: see `atWorkspace`. A person's
 * token may be a session. `operator` is the command line on the server's own machine, `system` the server's own jobs; neither carries a token.
 */
export type Credential =
  | { readonly kind: 'connection'; readonly tenant: Tenant; readonly tokenId: string; readonly connectionId: string; readonly scopes: readonly Scope[] }
  | {
      readonly kind: 'person';
      readonly tenant: Tenant;
      readonly tokenId: string;
      readonly membershipId: string;
      readonly epoch: number;
      readonly scopes: readonly Scope[];
      /** For a token that is a session, the account whose session it is. */
      readonly session?: { readonly accountId: string };
      /** An API key: it has no epoch and outlives the access of its creator, for whom it acts as long as there is access. */
      readonly key?: true;
    }
  | { readonly kind: 'account'; readonly tenant: Tenant; readonly sessionId: string; readonly accountId: string; readonly scopes: readonly Scope[] }
  | { readonly kind: 'host'; readonly tenant: Tenant; readonly tokenId: string; readonly clientId: string; readonly scopes: readonly Scope[] }
  | { readonly kind: 'operator'; readonly tenant: Tenant }
  | { readonly kind: 'system'; readonly tenant: Tenant };

/**
 * One call: the credential with what the audit needs to tell calls apart, and the door, SCIM's where none is named. A rehearsal does all that
 * the call would do and undoes it at the end: the answer is the real one, the database is as before, and a refusal leaves no audit row. Who
 * acts needs the scope to write for all that is read on the way, so that nothing is done and then refused for want of a scope to read.
 */
export interface Call {
  readonly credential: Credential;
  readonly requestId: string;
  readonly door?: Door;
  readonly rehearsal?: boolean;
  readonly acts?: boolean;
}

/** The scope that a call needs: it follows from the door, so that no command and no read has to know which doors there are. */
export function scopeFor({ door = 'scim', acts = false }: Call, access: Access): Scope {
  return `${door}.${acts ? 'write' : access}`;
}

/** A connection as its own calls see it: `departures` are the members whose access it has ended in the present window, `tripped` says that they were too many. */
export interface ConnectionStanding {
  readonly id: string;
  readonly label: string;
  readonly policy: ConnectionPolicy;
  readonly departures: number;
  readonly tripped: boolean;
}

/** What the database says about the credential at the moment of the read or write; undefined parts were not found. */
export type Standing =
  | { readonly kind: 'connection'; readonly tokenLive: boolean; readonly connection: (ConnectionStanding & { readonly paused: boolean }) | undefined }
  | {
      readonly kind: 'person';
      readonly tokenLive: boolean;
      readonly member:
        | { readonly id: string; readonly accountId: string; readonly role: RoleKey; readonly roles: RoleBook; readonly active: boolean; readonly epoch: number; readonly userName: string }
        | undefined;
    }
  | {
      readonly kind: 'account';
      readonly tokenLive: boolean;
      readonly account: { readonly id: string; readonly emailKey: string | undefined } | undefined;
      /** Whether the workspace that the call is aimed at is one of the organization; true for a call at none. */
      readonly workspaceKnown: boolean;
    }
  | { readonly kind: 'host'; readonly tokenLive: boolean; readonly client: { readonly id: string; readonly label: string } | undefined; readonly workspaceKnown: boolean }
  | { readonly kind: 'operator' }
  | { readonly kind: 'system' };

/** An admitted caller. */
export type Actor =
  | ({ readonly kind: 'connection' } & ConnectionStanding)
  /** `roles` are those of the workspace as they stood when the person was admitted. */
  | { readonly kind: 'person'; readonly id: string; readonly accountId: string; readonly role: RoleKey; readonly roles: RoleBook }
  /** A person at account home; `emailKey` is the e-mail that the host vouched for when the person signed in. */
  | { readonly kind: 'account'; readonly id: string; readonly emailKey: string | undefined }
  | { readonly kind: 'host'; readonly id: string; readonly label: string }
  | { readonly kind: 'operator' }
  | { readonly kind: 'system' };

/** The workspace of a call that is aimed at none. */
export const nowhere = '00000000-0000-0000-0000-000000000000';

/**
 * The same call aimed at a workspace of its organization, for calls of the host and of an account. Whoever reads or writes with it is told
 * `not-found` where the organization has no such workspace. Any other credential has its workspace already and keeps it.
 */
export function atWorkspace(call: Call, workspaceId: string): Call {
  const { credential } = call;
  if (credential.kind !== 'host' && credential.kind !== 'account') return call;
  return { ...call, credential: { ...credential, tenant: { ...credential.tenant, workspaceId } } };
}

/** The connection whose externalId space a caller reads and writes; scripts and operators share a space of their own. */
const UNCONNECTED = '00000000-0000-0000-0000-000000000000';

/** The externalId space of a credential. */
export function linkSpaceOf(credential: Credential): string {
  return credential.kind === 'connection' ? credential.connectionId : UNCONNECTED;
}
