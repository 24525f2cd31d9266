// Reads the body of a PATCH request as far as its operations; assumes only that it came out of JSON.
import type { Operation } from '../dialect/operation.ts';
import { show } from '../filter/refuse.ts';
import { badRequest } from '../errors.ts';
import type { ScimObject } from '../schema/attribute.ts';
import { isObject, isUnassigned } from '../schema/check-value.ts';

const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** Most operations of one PATCH request. */
export const maxPatchOperations = 1_000;

/**
 * The operations as sent, names of members in any case. A request without `schemas` is taken for what it is. Refuses with invalidSyntax
 * `schemas` that do not name PatchOp, and a body or operation of another shape; with invalidPath a path that is no text; with
 * invalidValue more than 1,000 operations. https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 */
export function readEnvelope(body: unknown): Operation[] {
  if (!isObject(body)) throw badRequest('invalidSyntax', 'The body of a PATCH request must be a JSON object.');
  checkSchemas(member(body, 'schemas'));
  const operations = member(body, 'operations');
  if (!Array.isArray(operations) || operations.length === 0) {
    throw badRequest('invalidSyntax', 'The body needs "Operations", a list of at least one operation.');
  }
  if (operations.length > maxPatchOperations) {
    throw badRequest('invalidValue', `The request has ${operations.length} operations; at most ${maxPatchOperations} are accepted. Send it in parts.`);
  }
  return operations.map(readOperation);
}

function readOperation(operation: unknown, index: number): Operation {
  const place = `Operations[${index}]`;
  if (!isObject(operation)) throw badRequest('invalidSyntax', `${place} must be an object.`);
  const op = member(operation, 'op');
  if (typeof op !== 'string') throw badRequest('invalidSyntax', `${place} needs "op": "add", "remove" or "replace".`);
  const path = member(operation, 'path') ?? undefined;
  if (path !== undefined && typeof path !== 'string') throw badRequest('invalidPath', `The "path" of ${place} must be a string.`);
  return { op, path, value: member(operation, 'value'), source: 'path' };
}

function checkSchemas(schemas: unknown): void {
  if (isUnassigned(schemas)) return;
  const list: unknown[] = Array.isArray(schemas) ? schemas : [schemas];
  const named = list.some((schema) => typeof schema === 'string' && schema.toLowerCase() === patchOp.toLowerCase());
  if (!named) throw badRequest('invalidSyntax', `"schemas" of a PATCH request must be ["${patchOp}"].`);
}

/** A member by its lower-case name; names are compared without case, https://www.rfc-editor.org/rfc/rfc7643#section-2.1. */
function member(object: ScimObject, name: string): unknown {
  const keys = Object.keys(object).filter((key) => key.length === name.length && key.toLowerCase() === name);
  const [key] = keys;
  if (keys.length > 1) throw badRequest('invalidSyntax', `${show(name)} is given more than once.`);
  return key === undefined ? undefined : object[key];
}
