// Runs units of work of which some have to wait for others; knows nothing of what they do.

/** What a unit waits for, as places of earlier units in the list. */
interface Waiting {
  readonly after: readonly number[];
}

/**
 * Starts each unit once those it waits for are done, the earliest first, never more than `atOnce` together, and resolves when all are
 * done. `work` must not reject.
 */
export async function runInOrder<U extends Waiting>(units: readonly U[], atOnce: number, work: (unit: U) => Promise<void>): Promise<void> {
  const left = units.map(({ after }) => after.length);
  const followers: number[][] = units.map(() => []);
  for (const [place, { after }] of units.entries()) for (const earlier of after) followers[earlier]?.push(place);
  const ready = left.flatMap((count, place) => (count === 0 ? [place] : []));
  const running = new Set<Promise<void>>();
  for (;;) {
    while (running.size < atOnce && ready.length > 0) {
      const place = takeEarliest(ready);
      const unit = units[place];
      if (unit === undefined) continue;
      const done: Promise<void> = work(unit).finally(() => {
        running.delete(done);
        for (const follower of followers[place] ?? []) {
          left[follower] = (left[follower] ?? 0) - 1;
          if (left[follower] === 0) ready.push(follower);
        }
      });
      running.add(done);
    }
    if (running.size === 0) return;
    await Promise.race(running);
  }
}

function takeEarliest(places: number[]): number {
  const earliest = Math.min(...places);
  places.splice(places.indexOf(earliest), 1);
  return earliest;
}

/** Lends at most `places` at a time, to whoever came first. */
export function createGate(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  const queue: (() => void)[] = [];
  let free = places;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
