// How each load of the domain is read; a load that the domain names and nobody reads does not compile.
import type { Loads } from '../../domain/loads.ts';
import { connectionLoad } from './connection-load.ts';
import type { RecordLoad } from './record-load.ts';

/** All of them by name. */
export const recordLoads: { readonly [K in keyof Loads]: RecordLoad<K> } = {
  connections: connectionLoad,
};
