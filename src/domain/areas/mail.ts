// Mails that a change owes: they are queued in its transaction and sent after it.

/**
 * What a mail says: an `invitation` its recipient is invited by; `membership_removed` that the recipient was removed;
 * `deactivation_blocked` that a deactivation booked by the recipient could not be done to `aboutId`; `webhook_disabled` that an endpoint of events was disabled.
 */
export type MailTemplate = 'invitation' | 'membership_removed' | 'deactivation_blocked' | 'webhook_disabled';

/**
 * A mail by the ids of memberships: names and addresses are read when it is made, so that what is erased there is in no mail.
 * `sealedLink` is the link of an invitation in a form that only the server can read.
 */
export interface MailRequest {
  readonly template: MailTemplate;
  readonly recipientId: string;
  readonly aboutId?: string | undefined;
  readonly invitationId?: string;
  readonly sealedLink?: string;
}

/** What storage is told of mails. */
export interface MailChange {
  readonly kind: 'mail.queue';
  readonly id: string;
  readonly mail: MailRequest;
}
