// Signs security event tokens with the key that signs access tokens, told apart by their type.
import { SignJWT } from 'jose';
import type { SigningKeys } from './signing-keys.ts';

/** https://www.rfc-editor.org/rfc/rfc8417#section-2.3 */
const setType = 'secevent+jwt';

/** The token in compact form; the claims are taken as they are. */
export async function signSet(keys: SigningKeys, claims: Readonly<Record<string, unknown>>): Promise<string> {
  const { kid, alg, privateKey } = keys.signing;
  return await new SignJWT({ ...claims }).setProtectedHeader({ alg, kid, typ: setType }).sign(privateKey);
}
