// A connection to an identity provider; provisioning tokens belong to it and never to a person.
import type { ConnectionPolicy } from './connection-policy.ts';

/** A token that still works, as lists show it. */
export interface LiveToken {
  readonly id: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | undefined;
}

/** A connection with the tokens that still work. `tripped`: it has ended the access of more members than its policy lets pass quietly. */
export interface Connection {
  readonly id: string;
  readonly label: string;
  readonly paused: boolean;
  readonly tripped: boolean;
  readonly policy: ConnectionPolicy;
  readonly tokens: readonly LiveToken[];
}
