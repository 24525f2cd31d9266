// A workspace and its organization, as far as commands need them.

/** `seatLimit` undefined means unlimited; `accountOwnerId` is an account, undefined only while the organization is being set up. */
export interface Workspace {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly organization: { readonly id: string; readonly name: string; readonly accountOwnerId: string | undefined; readonly seatLimit: number | undefined };
}
