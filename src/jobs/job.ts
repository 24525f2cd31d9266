// What a job of the server is: work that waits in some tenants, or in parts of them, and is done one tenant or part at a time.

/**
 * `waiting` names what has work in the order of the ids, after a given one: tenants, or parts of tenants where one part must not hold up
 * another. `work` does at most so many pieces for one of them and answers how many it did: as many as it might means that there is more.
 * Work in several instances meets at the database, so a job claims its rows (SKIP LOCKED, or an advisory lock that is tried and not
 * waited for) and does nothing where another instance was first. Whatever a crash leaves undone is found again by `waiting`.
 */
export interface Job {
  readonly name: string;
  /** How often to look for work that nobody announced. */
  readonly everyMs: number;
  readonly waiting: (most: number, beyond: string | undefined) => Promise<readonly string[]>;
  /** `stopping` is aborted when the process ends: work that waits for somebody else gives up then and leaves the rest to whoever is next. */
  readonly work: (tenantId: string, most: number, stopping: AbortSignal) => Promise<number>;
  /** Whether every commit in a workspace announces the workspace to this job. */
  readonly afterCommit?: boolean;
  /** Tenants that are worked for at the same time, 2 where nothing else is said. */
  readonly atOnce?: number;
}
