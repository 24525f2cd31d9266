// Reads the body of a bulk request; a fault of the whole is thrown, a fault of one operation becomes that operation's.
import { badRequest, ScimError } from '../errors.ts';
import { show } from '../filter/refuse.ts';
import { isObject, isUnassigned } from '../schema/check-value.ts';
import type { BulkMethod, BulkOperation, BulkPlace, BulkRequest } from './bulk-operation.ts';
import { checkMethod, readPlace, type KnownPlaces } from './read-place.ts';
import { findReferences, referenceOf } from './references.ts';

const bulkRequest = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const methods: readonly BulkMethod[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** Most operations of one request. https://www.rfc-editor.org/rfc/rfc7644#section-3.7.4 */
export const maxBulkOperations = 1_000;

/**
 * The operations with names and methods in any case. A request without `schemas` is taken for what it is. Refuses the whole request
 * with invalidSyntax for another form, with invalidValue for a `failOnErrors` that is no number from 1 and for a bulkId given twice,
 * with 413 for more than 1,000 operations. https://www.rfc-editor.org/rfc/rfc7644#section-3.7
 */
export function readBulkRequest(body: unknown, known: KnownPlaces): BulkRequest {
  if (!isObject(body)) throw badRequest('invalidSyntax', 'The body of a bulk request must be a JSON object.');
  const members = membersOf(body, 'The bulk request');
  checkSchemas(members.get('schemas'));
  const operations = members.get('operations');
  if (!Array.isArray(operations) || operations.length === 0) throw badRequest('invalidSyntax', 'A bulk request needs "Operations", a list of at least one operation.');
  if (operations.length > maxBulkOperations) {
    throw new ScimError(413, undefined, `The bulk request has ${operations.length} operations, which exceeds the maxOperations (${maxBulkOperations}). Send it in parts.`);
  }
  const failOnErrors = readFailOnErrors(members.get('failonerrors'));
  const all = operations.map((operation: unknown, index) => membersOfOperation(operation, index));
  checkUnique(all.map((sent) => readText(sent.get('bulkid'))));
  return { failOnErrors, operations: all.map((sent) => readOperation(sent, known)) };
}

function readFailOnErrors(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
  throw badRequest('invalidValue', '"failOnErrors" must be a whole number from 1. Leave it out to have every operation tried.');
}

function checkSchemas(schemas: unknown): void {
  if (isUnassigned(schemas)) return;
  const list: readonly unknown[] = Array.isArray(schemas) ? schemas : [schemas];
  const named = list.some((schema) => typeof schema === 'string' && schema.toLowerCase() === bulkRequest.toLowerCase());
  if (!named) throw badRequest('invalidSyntax', `"schemas" of a bulk request must be ["${bulkRequest}"].`);
}

function checkUnique(bulkIds: readonly (string | undefined)[]): void {
  const seen = new Set<string>();
  for (const bulkId of bulkIds) {
    if (bulkId === undefined) continue;
    if (seen.has(bulkId)) throw badRequest('invalidValue', `The bulkId ${show(bulkId)} is given to more than one operation. It must be unique within the request.`);
    seen.add(bulkId);
  }
}

function membersOfOperation(operation: unknown, index: number): Members {
  if (!isObject(operation)) throw badRequest('invalidSyntax', `Operations[${index}] must be an object.`);
  return membersOf(operation, `Operations[${index}]`);
}

function readOperation(members: Members, known: KnownPlaces): BulkOperation {
  const sent = members.get('method');
  const method = typeof sent === 'string' ? methods.find((one) => one === sent.toUpperCase()) : undefined;
  const bulkId = readText(members.get('bulkid'));
  let place: BulkPlace | undefined;
  try {
    if (method === undefined) throw badRequest('invalidValue', 'The operation needs "method": POST, PUT, PATCH or DELETE. Nothing can be read in a bulk request.');
    place = readPlace(members.get('path'), known);
    checkMethod(method, place);
    if (bulkId === undefined && (method === 'POST' || !isUnassigned(members.get('bulkid')))) {
      throw badRequest('invalidValue', 'The operation needs "bulkId", a text that is unique within the request; whoever creates a resource has to give one.');
    }
    const version = method === 'POST' ? undefined : readVersion(members.get('version'));
    const data = method === 'DELETE' ? undefined : readData(method, members.get('data'));
    const references = findReferences(data, method === 'PATCH');
    const target = place.id === undefined ? undefined : referenceOf(place.id);
    return { fault: undefined, method, bulkId, place, version, data, references: [...new Set(target === undefined ? references : [target, ...references])] };
  } catch (fault) {
    if (!(fault instanceof ScimError)) throw fault;
    return { fault, method: method ?? (typeof sent === 'string' && sent.length <= longestMethod ? sent : undefined), bulkId, place };
  }
}

/** A method nobody knows is repeated to whoever sent it, unless it is none at all. */
const longestMethod = 16;

/** About as much as a header may hold. */
const longestVersion = 16_384;

function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function readVersion(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value.length <= longestVersion) return value;
  throw badRequest('invalidValue', '"version" of an operation must be a text of at most 16384 characters: the ETag of the version that the operation is meant for.');
}

function readData(method: BulkMethod, data: unknown): unknown {
  if (isObject(data)) return data;
  throw badRequest('invalidSyntax', `A ${method} operation needs "data", an object: the body of the single request.`);
}

type Members = ReadonlyMap<string, unknown>;

/** The members of an object by their lower-case names; names are compared without case, https://www.rfc-editor.org/rfc/rfc7643#section-2.1. */
function membersOf(object: object, place: string): Members {
  const members = new Map<string, unknown>();
  for (const [name, value] of Object.entries(object)) {
    const lower = name.toLowerCase();
    if (members.has(lower)) throw badRequest('invalidSyntax', `${place} names ${show(lower)} more than once.`);
    members.set(lower, value);
  }
  return members;
}
