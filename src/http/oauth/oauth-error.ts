// A token request that was refused, in the words that OAuth has for it.

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
export class OauthError extends Error {
  override readonly name = 'OauthError';
  readonly code: 'invalid_request' | 'invalid_client' | 'unsupported_grant_type' | 'invalid_scope';

  constructor(code: OauthError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
