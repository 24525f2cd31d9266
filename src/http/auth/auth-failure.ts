// A request that did not prove who sends it or may not do what it asks, with the challenge that HTTP answers; may assume nothing of the request.

const realm = 'usher';
const longestDescription = 300;

/** What RFC 6750 §3.1 calls the error; absent when the request carried no credentials at all. */
export type ChallengeError = 'invalid_token' | 'insufficient_scope';

export class AuthFailure extends Error {
  override readonly name = 'AuthFailure';
  readonly error: ChallengeError | undefined;

  constructor(error: ChallengeError | undefined, detail: string) {
    super(detail);
    this.error = error;
  }
}

/** No credentials were sent, or none of the kind that this server reads. */
export function noCredentials(detail: string): AuthFailure {
  return new AuthFailure(undefined, detail);
}

/** Credentials were sent and are worth nothing. */
export function invalidToken(detail: string): AuthFailure {
  return new AuthFailure('invalid_token', detail);
}

/** The value of WWW-Authenticate. https://www.rfc-editor.org/rfc/rfc6750#section-3 */
export function bearerChallenge(error: ChallengeError | undefined, detail: string): string {
  if (error === undefined) return `Bearer realm="${realm}"`;
  return `Bearer realm="${realm}", error="${error}", error_description="${describable(detail)}"`;
}

/** RFC 6750 allows printable ASCII without quote and backslash; anything else could end the header or the text. */
function describable(detail: string): string {
  return detail
    .slice(0, longestDescription)
    .replaceAll('"', "'")
    .replaceAll('…', '...')
    .replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?');
}
