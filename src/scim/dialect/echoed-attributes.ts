// Clients that send back what they read repeat attributes which the server alone keeps.
import { locate } from './locate.ts';
import type { Dialect } from './operation.ts';

const kept: readonly string[] = ['schemas', 'meta', 'groups'];

/**
 * in  `{"op": "replace", "path": "schemas", …}` taken from a value without path, likewise `meta` and a read-only `groups` · out nothing.
 * `id` stays: the engine lets an equal one pass and refuses another. https://www.rfc-editor.org/rfc/rfc7643#section-3.1
 */
export const echoedAttributes: Dialect = (operation, type) => {
  if (operation.source === 'path' || operation.path === undefined) return [operation];
  const found = locate(type, operation.path)?.found;
  if (found === undefined || found.extension !== undefined || !kept.includes(found.attribute.name)) return [operation];
  return found.attribute.mutability === 'readOnly' || found.attribute.stored === 'schemas' ? [] : [operation];
};
