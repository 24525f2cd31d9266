// Reads the body of a search by POST; assumes only that it came out of JSON.
import { badRequest } from '../../scim/errors.ts';
import { isObject } from '../../scim/schema/check-value.ts';
import { listParametersOf, type ListParameters } from './list-request.ts';

const searchRequest = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/**
 * The parameters of a SearchRequest, names in any case. One without `schemas` is taken for what it is. Refuses with invalidSyntax a body
 * of another form. https://www.rfc-editor.org/rfc/rfc7644#section-3.4.3
 */
export function readSearchRequest(body: unknown): ListParameters {
  if (!isObject(body)) throw badRequest('invalidSyntax', 'The body of a search must be a JSON object.');
  const members = new Map<string, unknown>();
  for (const [name, value] of Object.entries(body)) {
    const lower = name.toLowerCase();
    if (members.has(lower)) throw badRequest('invalidSyntax', `The search names "${lower}" more than once.`.toWellFormed());
    members.set(lower, value);
  }
  checkSchemas(members.get('schemas'));
  return listParametersOf((name) => members.get(name.toLowerCase()) ?? undefined);
}

function checkSchemas(schemas: unknown): void {
  if (schemas === undefined || schemas === null) return;
  const list: readonly unknown[] = Array.isArray(schemas) ? schemas : [schemas];
  const named = list.some((schema) => typeof schema === 'string' && schema.toLowerCase() === searchRequest.toLowerCase());
  if (!named && list.length > 0) throw badRequest('invalidSyntax', `"schemas" of a search must be ["${searchRequest}"].`);
}
