// Some clients address a whole schema by its URN as the path; RFC 7644 knows only paths to attributes.
import { findSchema } from './locate.ts';
import type { Dialect } from './operation.ts';

/**
 * in  `{"op": "add", "path": "urn:…:enterprise:2.0:User", "value": {"department": "R"}}`
 * out `{"op": "add", "value": {"urn:…:enterprise:2.0:User": {"department": "R"}}}`;
 * in  `{"op": "remove", "path": "urn:…:enterprise:2.0:User"}`
 * out `{"op": "replace", "value": {"urn:…:enterprise:2.0:User": null}}`.
 * The core schema likewise, but it cannot be removed. https://www.rfc-editor.org/rfc/rfc7644#section-3.10
 */
export const schemaPath: Dialect = (operation, type) => {
  const schema = operation.path === undefined ? undefined : findSchema(type, operation.path);
  if (schema === undefined) return [operation];
  if (operation.op === 'remove') {
    if (schema === type.schema) return [operation];
    return [{ op: 'replace', path: undefined, value: { [schema.id]: null }, source: 'path' }];
  }
  if (operation.value === undefined) return [operation];
  return [{ ...operation, path: undefined, value: { [schema.id]: operation.value } }];
};
