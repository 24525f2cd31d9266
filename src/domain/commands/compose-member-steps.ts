// Works out what a sequence of member steps comes to, without ever holding the whole list of a group unless the request names it.
import type { MemberStep } from '../model/group.ts';

/** The net effect of a request on a group's members. */
export interface MemberDelta {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Runs the steps in order over what is `present` and answers the difference. `present` holds the members among the ids that the steps
 * mention, or all members when a step replaces the list; `matched` holds what each filter step selects, in the order of those steps.
 */
export function composeMemberSteps(steps: readonly MemberStep[], present: ReadonlySet<string>, matched: readonly ReadonlySet<string>[]): MemberDelta {
  const added = new Set<string>();
  const removed = new Set<string>();
  const put = (id: string) => (present.has(id) ? removed.delete(id) : added.add(id));
  const take = (id: string) => (present.has(id) ? removed.add(id) : added.delete(id));
  const selections = matched.values();
  for (const step of steps) {
    if (step.kind === 'replace') {
      added.clear();
      present.forEach(take);
    }
    if (step.kind === 'remove') step.ids.forEach(take);
    else if (step.kind === 'removeMatching') selections.next().value?.forEach(take);
    else step.ids.forEach(put);
  }
  return { added: [...added], removed: removed.size === 0 ? [] : [...present].filter((id) => removed.has(id)) };
}
