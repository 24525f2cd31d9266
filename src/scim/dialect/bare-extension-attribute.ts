// Entra's documentation and several clients name extension attributes without their URN.
import { locate } from './locate.ts';
import type { Dialect } from './operation.ts';

/**
 * in  `{"op": "add", "path": "manager", …}` · out `{"op": "add", "path": "urn:…:enterprise:2.0:User:manager", …}`; a core attribute of
 * that name goes first. https://www.rfc-editor.org/rfc/rfc7644#section-3.10
 */
export const bareExtensionAttribute: Dialect = (operation, type) => {
  const located = operation.path === undefined ? undefined : locate(type, operation.path);
  return [located === undefined ? operation : { ...operation, path: located.path }];
};
