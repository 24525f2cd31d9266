// A store with the exclusive lock taken away, to see that the races notice: commands believe that they hold what they asked for.
import type { CommandStore, Locks } from '../../src/domain/ports.ts';

export function withoutExclusiveLock(store: CommandStore): CommandStore {
  return {
    ...store,
    onMembers: async (call, locks, ids, decide) => await store.onMembers(call, weaken(locks), ids, (ground, targets) => decide({ ...ground, locks }, targets)),
    onRecord: async (call, locks, load, decide) => await store.onRecord(call, weaken(locks), load, (ground, found, targets) => decide({ ...ground, locks }, found, targets)),
  };
}

function weaken(locks: Locks): Locks {
  return { ...locks, organization: locks.organization === 'exclusive' ? 'shared' : locks.organization, workspace: 'shared' };
}
