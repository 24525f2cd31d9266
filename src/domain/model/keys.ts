// Normalised keys: what uniqueness, look-up and case-insensitive comparison use instead of the text as sent.

/** A text's key: Unicode NFC, then lower case; nothing is stripped. */
export function keyOf(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/**
 * A value that no two resources of a type may have at once: a name for its attribute, and a text that is the same for equal values. A
 * `kept` one is not written now: where another resource has it since before it had to be unique, it stays and counts for nothing.
 */
export interface UniqueKey {
  readonly attribute: string;
  readonly key: string;
  readonly kept?: boolean;
}

/** One e-mail address of a member, as pushed. */
export interface Email {
  readonly value: string;
  readonly type: string | undefined;
  readonly display: string | undefined;
  readonly primary: boolean;
}

/**
 * The address at which a person is reached: the primary e-mail, else the first of type work, else the first, else a userName with exactly
 * one `@`; undefined when there is none.
 */
export function addressOf(userName: string, emails: readonly Email[]): string | undefined {
  const chosen = emails.find((email) => email.primary) ?? emails.find((email) => email.type?.toLowerCase() === 'work') ?? emails[0];
  if (chosen !== undefined) return chosen.value;
  return userName.split('@').length === 2 ? userName : undefined;
}

/** The key that finds a person's account inside an organization: that of its address, undefined when there is none. */
export function accountKeyOf(userName: string, emails: readonly Email[]): string | undefined {
  const address = addressOf(userName, emails);
  return address === undefined ? undefined : keyOf(address);
}
