// The front of the PATCH engine: from a request body to strict operations.
import { normaliseOperations } from '../dialect/dialects.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { readEnvelope } from './read-envelope.ts';
import type { StrictOperation } from './strict-operation.ts';
import { toStrict } from './to-strict.ts';

/**
 * Reads a PATCH body of any client for a resource type: envelope, dialect chain, then each operation resolved and its value checked. The
 * list may be empty when all that was sent is nothing to act on (a password, an echoed `meta`). Throws nothing but `ScimError`, always
 * 400. https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 */
export function parsePatch(type: ResourceType, body: unknown): StrictOperation[] {
  return normaliseOperations(type, readEnvelope(body)).flatMap((operation) => toStrict(type, operation) ?? []);
}
