// A consent as it is recorded: what it says is filed elsewhere, the audit log keeps a digest of the reference that can be checked against it.
import { createHash } from 'node:crypto';
import type { Consent } from '../../../domain/areas/erasure.ts';

/** The record of a consent; `givenAt` is ISO 8601. */
export function consentOf({ reference, givenAt }: { readonly reference: string; readonly givenAt: string }): Consent {
  return { digest: createHash('sha256').update(reference.normalize('NFC')).digest('hex'), givenAt: new Date(givenAt).toISOString() };
}
