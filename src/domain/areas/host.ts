// The host application's side: clients, sign-ins and sessions; what may happen to them, what storage is told, and what the audit calls it.
import type { SessionRecord } from '../model/session.ts';

/** A secret of a client as it is stored: the SHA-256 of what the client was shown once. */
export interface SecretRecord {
  readonly id: string;
  readonly clientId: string;
  readonly hash: Uint8Array;
}

/** The link by which a subject is found from now on; `connectionId` restricts it to sign-ins that this connection vouches for. */
export interface SubjectLink {
  readonly subject: string;
  readonly accountId: string;
  readonly connectionId: string | undefined;
}

/** Decisions about clients and sessions. */
export type HostEvent =
  | { readonly kind: 'clientCreated'; readonly id: string; readonly label: string; readonly secret: SecretRecord }
  | { readonly kind: 'clientRevoked'; readonly id: string }
  | { readonly kind: 'clientSecretCreated'; readonly secret: SecretRecord }
  | { readonly kind: 'clientSecretRevoked'; readonly id: string; readonly clientId: string }
  | { readonly kind: 'sessionOpened'; readonly session: SessionRecord; readonly link: SubjectLink | undefined }
  | { readonly kind: 'sessionEnded'; readonly id: string; readonly targetId: string }
  /** Everywhere means each workspace in turn: of the one at hand the member, and at the end all sessions of the account. */
  | { readonly kind: 'signedOut'; readonly accountId: string; readonly membershipId: string | undefined; readonly sessions: boolean };

/** What storage is told of them. */
export type HostChange =
  | { readonly kind: 'client.insert'; readonly id: string; readonly label: string }
  | { readonly kind: 'client.revoke'; readonly id: string }
  | { readonly kind: 'secret.insert'; readonly secret: SecretRecord }
  | { readonly kind: 'secret.revoke'; readonly id: string; readonly clientId: string }
  | { readonly kind: 'session.insert'; readonly session: SessionRecord }
  | { readonly kind: 'session.end'; readonly id: string }
  | { readonly kind: 'subject.link'; readonly link: SubjectLink }
  | { readonly kind: 'member.signedIn'; readonly membershipId: string }
  | { readonly kind: 'member.signedOut'; readonly membershipId: string }
  | { readonly kind: 'account.signedOut'; readonly accountId: string };

/** Audited actions of this area. */
export type HostAction = 'client_create' | 'client_revoke' | 'client_secret_create' | 'client_secret_revoke' | 'session_open' | 'session_end' | 'account_sign_out';
