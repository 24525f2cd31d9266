// Some clients send an empty path where they mean the resource itself.
import type { Dialect } from './operation.ts';

/**
 * in  `{"op": "replace", "path": "", "value": {…}}` · out `{"op": "replace", "value": {…}}`.
 * https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 */
export const emptyPath: Dialect = (operation) => [operation.path === '' ? { ...operation, path: undefined } : operation];
