// What a job of the server is: work that waits in some tenants and is done a tenant at a time.

/** `waiting` names tenants with work in the order of their ids, after a given one; `work` does at most so many pieces for one tenant and answers how many it did. */
export interface Job {
  readonly name: string;
  /** How often to look for work that nobody announced. */
  readonly everyMs: number;
  readonly waiting: (most: number, beyond: string | undefined) => Promise<readonly string[]>;
  readonly work: (tenantId: string, most: number) => Promise<number>;
}
