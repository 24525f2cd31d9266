// The one error class of the protocol room; the closed list of its kinds is RFC 7644 Table 9 plus RFC 9865 Table 3.

/** Values of `scimType` (https://www.rfc-editor.org/rfc/rfc7644#section-3.12, https://www.rfc-editor.org/rfc/rfc9865#section-2.1). */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

/** HTTP statuses with which the protocol room itself may refuse a request. */
export type ScimStatus = 400 | 403 | 404 | 405 | 406 | 409 | 412 | 413 | 415 | 501;

/**
 * A request that the protocol refuses. `detail` is read by the identity provider's administrator: it says what is wrong and what to do.
 * https://www.rfc-editor.org/rfc/rfc7644#section-3.12
 */
export class ScimError extends Error {
  override readonly name = 'ScimError';
  readonly status: ScimStatus;
  readonly scimType: ScimType | undefined;

  constructor(status: ScimStatus, scimType: ScimType | undefined, detail: string) {
    super(detail);
    this.status = status;
    this.scimType = scimType;
  }
}

/** A 400 with its `scimType`, the most frequent refusal. */
export function badRequest(scimType: ScimType, detail: string): ScimError {
  return new ScimError(400, scimType, detail);
}
