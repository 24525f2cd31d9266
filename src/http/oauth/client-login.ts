// How a client says who it is: in the Authorization header or in the form, and never in both; may assume nothing of what was sent.
import { hashOfSecret } from './client-secret.ts';
import { readClientId, type NamedClient } from './client-id.ts';
import { OauthError } from './oauth-error.ts';

const longestSecret = 200;

/** The client with the hash of the secret that it sent. https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 */
export function readClientLogin(authorization: string | null, fields: ReadonlyMap<string, string>): NamedClient & { readonly secretHash: string } {
  const inForm = fields.get('client_secret') !== undefined;
  if (authorization !== null && inForm) throw new OauthError('invalid_request', 'The client authenticates twice. Use either the Authorization header or the form.');
  const { id, secret } = authorization === null ? { id: fields.get('client_id'), secret: fields.get('client_secret') } : readBasic(authorization);
  const client = id === undefined ? undefined : readClientId(id);
  if (client === undefined || secret === undefined || secret.length > longestSecret) throw new OauthError('invalid_client', 'The client did not say who it is: send client_id and client_secret.');
  const other = fields.get('client_id');
  if (other !== undefined && other !== id) throw new OauthError('invalid_request', 'The form names another client than the Authorization header.');
  return { ...client, secretHash: hashOfSecret(secret) };
}

function readBasic(authorization: string): { readonly id: string | undefined; readonly secret: string | undefined } {
  const [, encoded = ''] = /^basic +([A-Za-z0-9+/=_-]{1,1000})$/iu.exec(authorization) ?? [];
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? { id: undefined, secret: undefined } : { id: decodePart(text.slice(0, colon)), secret: decodePart(text.slice(colon + 1)) };
}

function decodePart(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
