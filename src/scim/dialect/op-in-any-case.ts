// Entra writes the names of operations with a capital letter.
import type { Dialect } from './operation.ts';

/**
 * in  `{"op": "Replace", …}` · out `{"op": "replace", …}`.
 * https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
 */
export const opInAnyCase: Dialect = (operation) => [{ ...operation, op: operation.op.toLowerCase() }];
