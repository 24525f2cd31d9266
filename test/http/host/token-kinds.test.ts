// Tokens of one kind are never taken for another, even if our own key has signed them: type, kind and tenant have to fit together.
import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { AuthFailure } from '../../../src/http/auth/auth-failure.ts';
import { importSigningKeys, type SigningKeys } from '../../../src/http/auth/signing-keys.ts';
import { createVerifier, type Verify } from '../../../src/http/auth/verify-token.ts';

const nil = '00000000-0000-0000-0000-000000000000';
const [workspace, organization, id, subject, account] = [randomUUID(), randomUUID(), randomUUID(), randomUUID(), randomUUID()];

let keys: SigningKeys;
let verify: Verify;

beforeAll(async () => {
  const { generateKeyPair, exportJWK } = await import('jose');
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const { x = '', d = '' } = await exportJWK(privateKey);
  keys = await importSigningKeys([{ kty: 'OKP', crv: 'Ed25519', x, d }]);
  verify = createVerifier({ keys, issuer: 'usher', audience: 'usher' });
});

async function signed(typ: string, claims: Readonly<Record<string, unknown>>, expires = true): Promise<string> {
  const token = new SignJWT({ organization, ...claims }).setProtectedHeader({ alg: keys.signing.alg, kid: keys.signing.kid, typ }).setIssuer('usher').setAudience('usher').setJti(id).setIssuedAt();
  return await (expires ? token.setExpirationTime('1h') : token).sign(keys.signing.privateKey);
}

const host = { kind: 'host', sub: subject, tenant: nil, scope: 'host.read' };
const session = { kind: 'person', sub: subject, tenant: workspace, scope: 'admin.read', epoch: 1, account };
const home = { kind: 'account', sub: account, tenant: nil, scope: 'account.read' };

describe('a token', () => {
  it.each([
    ['of a host', 'at+jwt', host, { kind: 'host', clientId: subject, tokenId: id }],
    ['of a session in a workspace', 'session+jwt', session, { kind: 'person', membershipId: subject, tokenId: id, session: { accountId: account } }],
    ['of a session at account home', 'session+jwt', home, { kind: 'account', accountId: account, sessionId: id }],
  ])('%s is known', async (_what, typ, claims, credential) => {
    expect(await verify(await signed(typ, claims))).toMatchObject({ ...credential, tenant: { workspaceId: claims.tenant, organizationId: organization } });
  });

  it.each([
    ['a host’s as a session', 'session+jwt', host],
    ['account home’s as an access token', 'at+jwt', home],
    ['a connection’s as a session', 'session+jwt', { kind: 'connection', sub: subject, tenant: workspace, scope: 'scim.read' }],
    ['a host with a workspace', 'at+jwt', { ...host, tenant: workspace }],
    ['account home with a workspace', 'session+jwt', { ...home, tenant: workspace }],
    ['a session without its account', 'session+jwt', { ...session, account: undefined }],
    ['a session without an epoch', 'session+jwt', { ...session, epoch: undefined }],
    ['a session with an epoch that is none', 'session+jwt', { ...session, epoch: '1' }],
    ['a scope that nobody knows', 'at+jwt', { ...host, scope: 'host.everything' }],
    ['an unknown kind', 'at+jwt', { ...host, kind: 'operator' }],
    ['the server itself', 'at+jwt', { ...host, kind: 'system' }],
    ['another type', 'jwt', host],
  ])('is refused: %s', async (_what, typ, claims) => {
    await expect(verify(await signed(typ, claims))).rejects.toThrow(AuthFailure);
  });

  it.each([['at+jwt', host], ['session+jwt', session], ['session+jwt', home]])('is refused without an end: %s', async (typ, claims) => {
    await expect(verify(await signed(typ, claims, false))).rejects.toThrow(AuthFailure);
  });
});
