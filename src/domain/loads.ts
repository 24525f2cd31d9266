// What commands load beside members, groups and resources: each area of the domain names what it asks for and what it finds.
import type { Connection } from './model/connection.ts';

/** Every load by its name. `found` is what stands under the locks of the command; storage has one entry for each of them. */
export interface Loads {
  /** All connections of the workspace, locked, and the ids of all tokens that still work. */
  readonly connections: { readonly ask: undefined; readonly found: { readonly connections: readonly Connection[]; readonly liveTokenIds: ReadonlySet<string> } };
}

/** One load with its question; `memberIds` are members that the command locks and reads with it. */
export type Load<K extends keyof Loads> = { readonly [Name in K]: { readonly of: Name; readonly ask: Loads[Name]['ask']; readonly memberIds?: readonly string[] } }[K];
