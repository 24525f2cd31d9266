// Signs the token that stands for a token record; may assume that the record is committed or about to be.
import { SignJWT } from 'jose';
import type { TokenRecord } from '../../domain/areas/connections.ts';
import type { ApiKeyRecord } from '../../domain/model/api-key.ts';
import type { Tenant } from '../../domain/model/caller.ts';
import type { SigningKeys } from './signing-keys.ts';

/** The media type of an access token. https://www.rfc-editor.org/rfc/rfc9068#section-2.1 */
export const tokenType = 'at+jwt';

/** Sessions are tokens of another type: none passes for an access token, nor the other way round. */
export const sessionType = 'session+jwt';

/** Who issues tokens and for whom: `iss` and `aud`. */
export interface TokenParties {
  readonly issuer: string;
  readonly audience: string;
}

/** The token in compact form. It is shown once and stored nowhere: whoever has it is the connection or the person. */
export async function mintToken(keys: SigningKeys, parties: TokenParties, tenant: Tenant, record: TokenRecord): Promise<string> {
  return await sign(keys, parties, tokenType, { id: record.id, tenant, scopes: record.scopes, expiresAt: record.expiresAt }, subjectOf(record));
}

/** The access token of a host application, for its organization. */
export async function mintHostToken(keys: SigningKeys, parties: TokenParties, record: Omit<Signed, 'expiresAt'> & { readonly clientId: string; readonly expiresAt: Date }): Promise<string> {
  return await sign(keys, parties, tokenType, record, { kind: 'host', sub: record.clientId });
}

/** The token that is an API key; without an expiry it lasts until it is revoked. */
export async function mintKey(keys: SigningKeys, parties: TokenParties, tenant: Tenant, { id, membershipId, scopes, expiresAt }: ApiKeyRecord): Promise<string> {
  return await sign(keys, parties, tokenType, { id, tenant, scopes, expiresAt }, { kind: 'key', sub: membershipId });
}

/** The token of a session: of a membership in a workspace, or of an account at account home. */
export async function mintSession(keys: SigningKeys, parties: TokenParties, record: SessionRecord): Promise<string> {
  const { member, accountId } = record;
  const subject = member === undefined ? { kind: 'account', sub: accountId } : { kind: 'person', sub: member.id, epoch: member.epoch, account: accountId };
  return await sign(keys, parties, sessionType, record, subject);
}

/** A session as its token says it. */
export interface SessionRecord extends Signed {
  readonly accountId: string;
  readonly member: { readonly id: string; readonly epoch: number } | undefined;
  readonly expiresAt: Date;
}

interface Signed {
  readonly id: string;
  readonly tenant: Tenant;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | undefined;
}

async function sign(keys: SigningKeys, { issuer, audience }: TokenParties, typ: string, { id, tenant, scopes, expiresAt }: Signed, subject: Readonly<Record<string, string | number>>): Promise<string> {
  const { kid, alg, privateKey } = keys.signing;
  const token = new SignJWT({ ...subject, tenant: tenant.workspaceId, organization: tenant.organizationId, scope: scopes.join(' ') })
    .setProtectedHeader({ alg, kid, typ })
    .setIssuer(issuer)
    .setAudience(audience)
    .setJti(id)
    .setIssuedAt();
  if (expiresAt !== undefined) token.setExpirationTime(expiresAt);
  return await token.sign(privateKey);
}

function subjectOf({ connectionId, membershipId, epoch, expiresAt }: TokenRecord): Readonly<Record<string, string | number>> {
  if (connectionId !== undefined && membershipId === undefined) return { kind: 'connection', sub: connectionId };
  if (connectionId === undefined && membershipId !== undefined && epoch !== undefined && expiresAt !== undefined) return { kind: 'person', sub: membershipId, epoch };
  throw new Error('a token belongs to one connection, or to one person with an epoch and an expiry');
}
