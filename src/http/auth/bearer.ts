// Takes the bearer token out of a request: from the one Authorization header and from nowhere else; may assume nothing of what was sent.
import { invalidToken, noCredentials } from './auth-failure.ts';

/** Longest token that is looked at (trust.md §1). */
export const longestTokenBytes = 8192;

/**
 * The token of `Authorization: Bearer <token>`. Throws an AuthFailure for none, for another scheme, and for anything that is not exactly one
 * token. https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 */
export function readBearer(headers: Headers): string {
  // Several headers arrive joined by a comma, which no token contains.
  const value = headers.get('authorization') ?? '';
  if (value === '') throw noCredentials('No token was sent. Send it in one header: "Authorization: Bearer <token>".');
  const space = value.indexOf(' ');
  const scheme = space === -1 ? value : value.slice(0, space);
  if (scheme.toLowerCase() !== 'bearer') {
    throw noCredentials('The Authorization header is not of the scheme Bearer. Send one header: "Authorization: Bearer <token>".');
  }
  const token = space === -1 ? '' : withoutLeadingBlanks(value.slice(space));
  if (token === '') throw invalidToken('The Authorization header names the scheme Bearer but holds no token.');
  if (token.length > longestTokenBytes) throw invalidToken(`The token is longer than ${longestTokenBytes} bytes.`);
  if (!/^[A-Za-z0-9._~+/-]+=*$/.test(token)) {
    throw invalidToken('The Authorization header must hold exactly one token, without commas, blanks or quotes.');
  }
  return token;
}

function withoutLeadingBlanks(text: string): string {
  let start = 0;
  while (text.charCodeAt(start) === 0x20) start += 1;
  return text.slice(start);
}
