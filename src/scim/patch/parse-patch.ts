// The front of the PATCH engine: from a request body to strict operations.
import { normaliseOperations } from '../dialect/dialects.ts';
import type { Operation } from '../dialect/operation.ts';
import { badRequest } from '../errors.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { readEnvelope } from './read-envelope.ts';
import type { StrictOperation } from './strict-operation.ts';
import { toStrict } from './to-strict.ts';

/** Most characters of all paths with a filter together; a thousand members that are each selected by their id take a quarter of it. */
const maxFilterText = 262_144;

/**
 * Reads a PATCH body of any client for a resource type: envelope, dialect chain, then each operation resolved and its value checked. The
 * list may be empty when all that was sent is nothing to act on (a password, an echoed `meta`). Refuses with invalidValue more than
 * 262,144 characters in paths with filters. Throws nothing but `ScimError`, always 400. https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 */
export function parsePatch(type: ResourceType, body: unknown): StrictOperation[] {
  const operations = normaliseOperations(type, readEnvelope(body));
  checkFilterText(operations);
  return operations.flatMap((operation) => toStrict(type, operation) ?? []);
}

/** Each path is short enough by itself, but a thousand long filters take longer to read than a refused request may. */
function checkFilterText(operations: readonly Operation[]): void {
  let length = 0;
  for (const { path } of operations) if (path?.includes('[') === true) length += path.length;
  if (length <= maxFilterText) return;
  throw badRequest('invalidValue', `The paths with filters have ${length} characters together; at most ${maxFilterText} are accepted. Send the operations in several requests.`);
}
