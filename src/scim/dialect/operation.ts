// One PATCH operation on its way through the dialect chain; member names are settled, nothing else has been checked.
import type { ResourceType } from '../schema/attribute.ts';

/**
 * An operation of https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2 before it is strict. `value` is undefined when the client sent
 * none. `source` tells whether the client wrote `path` itself or whether it was a key of the value of an operation without path.
 */
export interface Operation {
  readonly op: string;
  readonly path: string | undefined;
  readonly value: unknown;
  readonly source: 'path' | 'value';
}

/** A quirk of some client, told as a rewrite: one operation in, those that say the same strictly out (none, one or several). */
export type Dialect = (operation: Operation, type: ResourceType) => readonly Operation[];
