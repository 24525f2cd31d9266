// The log of what connections send: the port that storage implements. Neither keeping nor losing an entry may touch the request.

/** A request with its answer, after the answer. `path` is the template of the address; bodies are masked already. */
export interface RequestEntry {
  readonly workspaceId: string;
  readonly organizationId: string;
  readonly connectionId: string;
  readonly tokenId: string;
  readonly at: Date;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly problem: string | undefined;
  readonly durationMs: number;
  readonly requestId: string;
  readonly request: unknown;
  readonly response: unknown;
}

/** Takes entries at once and writes them later, many at a time. */
export interface RequestLog {
  /** Neither waits nor throws; what is more than can be kept is counted and dropped. */
  record(entry: RequestEntry): void;
  /** Whether the policy of the connection keeps bodies, as far as that is known from its last entries. */
  keepsBodies(connectionId: string): boolean;
  /** How many entries were lost since the process began. */
  dropped(): number;
}
