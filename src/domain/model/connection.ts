// A connection to an identity provider; provisioning tokens belong to it and never to a person.

/** A token that still works, as lists show it. */
export interface LiveToken {
  readonly id: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | undefined;
}

/** A connection with the tokens that still work. */
export interface Connection {
  readonly id: string;
  readonly label: string;
  readonly paused: boolean;
  readonly tokens: readonly LiveToken[];
}
