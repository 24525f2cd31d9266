// Entra sets the manager with its bare id, as if the attribute were a text.
import { findAttribute } from '../schema/resolve.ts';
import { locate } from './locate.ts';
import type { Dialect } from './operation.ts';

/**
 * in  `{"op": "add", "path": "urn:…:User:manager", "value": "7"}` · out `{…, "value": {"value": "7"}}`, for complex attributes that have
 * one value with a sub-attribute `value`. An empty text stays: it unassigns. https://www.rfc-editor.org/rfc/rfc7643#section-4.3
 */
export const plainTextValue: Dialect = (operation, type) => {
  const { path, value } = operation;
  if (path === undefined || operation.op === 'remove' || typeof value !== 'string' || value === '') return [operation];
  const located = locate(type, path);
  if (located === undefined || located.filtered || located.found.sub !== undefined) return [operation];
  const { attribute } = located.found;
  if (attribute.multiValued || findAttribute(attribute.subAttributes ?? [], 'value') === undefined) return [operation];
  return [{ ...operation, value: { value } }];
};
