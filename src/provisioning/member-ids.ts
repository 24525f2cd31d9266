// Ids of group members as clients send them: in any case, repeated, and not always ids at all.
import type { MemberStep } from '../domain/model/group.ts';
import { fail, refuse, succeed, type Outcome } from '../domain/refusals.ts';
import type { MemberStep as PlannedStep } from '../scim/patch/plan-group-patch.ts';
import { readUuid, shorten } from './identifiers.ts';

const shownIds = 10;

/** Each id once, in its stored form. Refuses `invalid-value`, naming them, when some cannot be ids of members. */
export function readMemberIds(ids: Iterable<string>): Outcome<string[]> {
  const read = readEach(ids);
  return read.ok ? succeed([...new Set(read.value)]) : read;
}

/** The stored form of each, in their order. */
function readEach(ids: Iterable<string>): Outcome<string[]> {
  const found: string[] = [];
  const unknown = new Set<string>();
  for (const text of ids) {
    const id = readUuid(text);
    if (id === undefined) unknown.add(text);
    else found.push(id);
  }
  if (unknown.size === 0) return succeed(found);
  const shown = [...unknown].slice(0, shownIds).map((id) => `"${shorten(id)}"`).join(', ');
  const more = unknown.size > shownIds ? ` and ${unknown.size - shownIds} more` : '';
  const remedy = 'Create the members first, then add them. Nothing was changed.';
  return fail(refuse('invalid-value', `No user or group has the id ${shown}${more}: ids are UUIDs given by this server. ${remedy}`));
}

/** The steps of a PATCH as the domain takes them. An id that nobody can have is no member already, so removing it is no fault. */
export function readMemberSteps(planned: readonly PlannedStep[]): Outcome<MemberStep[]> {
  const steps: MemberStep[] = [];
  for (const step of planned) {
    switch (step.kind) {
      case 'removeAll':
        steps.push({ kind: 'replace', ids: [] });
        break;
      case 'removeMatching':
        steps.push({ kind: 'removeMatching', match: step.filter });
        break;
      case 'remove':
        steps.push({ kind: 'remove', ids: [...new Set(step.ids.flatMap((id) => readUuid(id) ?? []))] });
        break;
      default: {
        const ids = readEach(step.ids);
        if (!ids.ok) return ids;
        // The plan holds each text once; two texts are one id only where their case differs.
        const same = ids.value.every((id, index) => id === step.ids[index]);
        steps.push({ kind: step.kind, ids: same ? ids.value : [...new Set(ids.value)] });
      }
    }
  }
  return succeed(steps);
}
