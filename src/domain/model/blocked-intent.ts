// What an identity provider asked for and a guard refused, kept until somebody resolves it.

/** What was asked for. */
export type IntentAct = 'deactivate' | 'remove' | 'demote';

/** An open intent under the locks of a command. */
export interface BlockedIntent {
  readonly id: string;
  readonly connectionId: string;
  readonly membershipId: string;
  readonly act: IntentAct;
  /** Whether the policy of the connection wants keys revoked with a removal. */
  readonly revokesKeys: boolean;
}
