// Signs the end of an audit log, so that whoever keeps it can prove later what the log was; verified with the keys that the server publishes.
import { CompactSign } from 'jose';
import type { AuditHead } from '../../domain/records.ts';
import type { SigningKeys } from './signing-keys.ts';

/** A compact JWS over the head with the moment and the issuer. The type keeps it from being taken for a token. */
export async function signAuditHead({ signing }: Pick<SigningKeys, 'signing'>, issuer: string, { workspaceId, seq, hash }: AuditHead, now = new Date()): Promise<string> {
  const claims = { iss: issuer, workspaceId, seq, hash: hash ?? null, at: now.toISOString() };
  const header = { alg: signing.alg, kid: signing.kid, typ: 'usher-audit-head+json' };
  return await new CompactSign(new TextEncoder().encode(JSON.stringify(claims))).setProtectedHeader(header).sign(signing.privateKey);
}
