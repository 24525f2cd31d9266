// Guard 2: nobody removes or deactivates themselves.
import type { Blocker } from '../refusals.ts';
import type { GuardedAct } from './guarded-act.ts';

/** Refuses a person's own removal or deactivation; connections and operators have no self. */
export function selfRemoval({ actor, act, target }: GuardedAct): Blocker | undefined {
  if (actor.kind !== 'person' || actor.id !== target.id) return undefined;
  if (act.kind !== 'remove' && act.kind !== 'deactivate') return undefined;
  const detail = `You can't ${act.kind} yourself. Ask another admin, or transfer ownership and let them ${act.kind} you.`;
  return { rule: 'self-removal', detail, memberId: target.id };
}
