// Walks a list to its end on one snapshot, piece by piece; whoever opened it reads on or closes it.
import type { Boundary } from '../../domain/ports.ts';
import type { Row, Statement } from '../database/batch.ts';
import type { Snapshot } from '../database/snapshot.ts';

/** `page` asks for `length` rows from a place on and one more, each with the sort value and the id of its place. */
export interface Walk<T> {
  readonly length: number;
  readonly page: (from: Boundary | undefined) => Statement;
  readonly viewOf: (row: Row) => T;
}

/** Not a generator: closing one that was never begun would leave the snapshot open. */
export function piecesOf<T>(snapshot: Snapshot, { length, page, viewOf }: Walk<T>): AsyncIterableIterator<readonly T[]> {
  let from: Boundary | undefined;
  let ended = false;
  const finish = async (): Promise<IteratorReturnResult<undefined>> => {
    ended = true;
    await snapshot.end();
    return { done: true, value: undefined };
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      if (ended) return await finish();
      const rows = await snapshot.fetch(page(from));
      const piece = rows.slice(0, length);
      const last = piece.at(-1);
      if (last === undefined) return await finish();
      from = { direction: 'forward', inclusive: false, key: last['sort_key'] as string | null, id: last['id'] as string };
      ended = rows.length <= length;
      return { done: false, value: piece.map(viewOf) };
    },
    return: finish,
  };
}
