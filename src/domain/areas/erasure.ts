// What people may ask of everything that is kept of them: that it is erased, and that it is handed to them.

/** Whose account: by its id, or by that of a membership, live or not, in the workspace of the call. */
export type AccountAsk = { readonly accountId: string } | { readonly memberId: string };

/** That somebody agreed to what is done in their place: the SHA-256 of the reference under which the consent is filed, in hexadecimal, and when it was given, ISO 8601. */
export interface Consent {
  readonly digest: string;
  readonly givenAt: string;
}

/** Decisions about accounts. An erasure is one event in each workspace that knows the person; `everywhere` is with the one that also ends what belongs to no workspace. */
export type ErasureEvent =
  | {
      readonly kind: 'accountErased';
      readonly accountId: string;
      /** All memberships that the person ever had in the workspace, the last one at the end. */
      readonly memberIds: readonly string[];
      readonly consent: Consent | undefined;
      readonly reason: string | undefined;
      readonly everywhere: boolean;
    }
  | { readonly kind: 'accountExported'; readonly accountId: string; readonly consent: Consent | undefined };

/** What storage is told of them: to erase the words of and about memberships, those of an account, and the bodies in a workspace's request log. */
export type ErasureChange =
  | { readonly kind: 'account.erase'; readonly accountId: string; readonly memberIds: readonly string[] }
  | { readonly kind: 'account.forget'; readonly accountId: string }
  | { readonly kind: 'requests.forget' };

/** Audited actions of this area. */
export type ErasureAction = 'user_account_erase' | 'user_account_export';
