// Entra's documentation sets the manager with a list of one; others send a list of one for one selected value.
import { locate } from './locate.ts';
import type { Dialect } from './operation.ts';

/**
 * in  `{"op": "add", "path": "urn:…:User:manager", "value": [{"value": "7"}]}` · out `{…, "value": {"value": "7"}}`, for complex attributes
 * with one value and for a path that ends in a value filter. A list of more stays, and is refused.
 * https://www.rfc-editor.org/rfc/rfc7643#section-2.3.8
 */
export const oneElementList: Dialect = (operation, type) => {
  const { path, value } = operation;
  if (path === undefined || operation.op === 'remove' || !Array.isArray(value) || value.length !== 1) return [operation];
  const located = locate(type, path);
  if (located?.found.attribute.type !== 'complex' || located.found.sub !== undefined) return [operation];
  const takesOne = located.filtered ? path.endsWith(']') : !located.found.attribute.multiValued;
  return [takesOne ? { ...operation, value: value[0] as unknown } : operation];
};
