// The shape in which each area says what it writes.
import type { Tenant } from '../../domain/model/caller.ts';
import type { Statement } from '../database/batch.ts';

/** The statements of each kind of change, in order. */
export type StatementTable<C extends { readonly kind: string }> = {
  readonly [K in C['kind']]: (change: Extract<C, { readonly kind: K }>, tenant: Tenant) => Statement[];
};
