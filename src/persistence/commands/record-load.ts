// The shape in which each area says what it loads for its commands.
import type { Loads } from '../../domain/loads.ts';
import type { Call } from '../../domain/model/caller.ts';
import type { Row, Statement } from '../database/batch.ts';

/** The statements of a load, which lock what they read in the order of ids, and what their rows say. */
export interface RecordLoad<K extends keyof Loads> {
  readonly statements: (call: Call, ask: Loads[K]['ask']) => readonly Statement[];
  readonly found: (rows: readonly Row[][], call: Call, ask: Loads[K]['ask']) => Loads[K]['found'];
}
