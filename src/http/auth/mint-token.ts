// Signs the token that stands for a token record; may assume that the record is committed or about to be.
import { SignJWT } from 'jose';
import type { TokenRecord } from '../../domain/areas/connections.ts';
import type { Tenant } from '../../domain/model/caller.ts';
import type { SigningKeys } from './signing-keys.ts';

/** The media type of an access token. https://www.rfc-editor.org/rfc/rfc9068#section-2.1 */
export const tokenType = 'at+jwt';

/** Who issues tokens and for whom: `iss` and `aud`. */
export interface TokenParties {
  readonly issuer: string;
  readonly audience: string;
}

/** The token in compact form. It is shown once and stored nowhere: whoever has it is the connection or the person. */
export async function mintToken(keys: SigningKeys, { issuer, audience }: TokenParties, tenant: Tenant, record: TokenRecord): Promise<string> {
  const { kid, alg, privateKey } = keys.signing;
  const token = new SignJWT({
    ...subjectOf(record),
    tenant: tenant.workspaceId,
    organization: tenant.organizationId,
    scope: record.scopes.join(' '),
  })
    .setProtectedHeader({ alg, kid, typ: tokenType })
    .setIssuer(issuer)
    .setAudience(audience)
    .setJti(record.id)
    .setIssuedAt();
  if (record.expiresAt !== undefined) token.setExpirationTime(record.expiresAt);
  return await token.sign(privateKey);
}

function subjectOf({ connectionId, membershipId, epoch, expiresAt }: TokenRecord): Readonly<Record<string, string | number>> {
  if (connectionId !== undefined && membershipId === undefined) return { kind: 'connection', sub: connectionId };
  if (connectionId === undefined && membershipId !== undefined && epoch !== undefined && expiresAt !== undefined) return { kind: 'person', sub: membershipId, epoch };
  throw new Error('a token belongs to one connection, or to one person with an epoch and an expiry');
}
