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
  const now = new Set(present);
  const selections = matched.values();
  for (const step of steps) {
    if (step.kind === 'replace') now.clear();
    if (step.kind === 'remove') for (const id of step.ids) now.delete(id);
    else if (step.kind === 'removeMatching') for (const id of selections.next().value ?? []) now.delete(id);
    else for (const id of step.ids) now.add(id);
  }
  return { added: [...now].filter((id) => !present.has(id)), removed: [...present].filter((id) => !now.has(id)) };
}
