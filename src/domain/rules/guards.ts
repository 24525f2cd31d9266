// The guards of every command on a member, in the order in which they decide: every door runs exactly this list.
import { refuseAll, type Refusal } from '../refusals.ts';
import { accountOwner } from './account-owner.ts';
import { authority } from './authority.ts';
import { deactivateFirst } from './deactivate-first.ts';
import type { Guard, GuardedAct } from './guarded-act.ts';
import { lastOwner } from './last-owner.ts';
import { managedByIdp } from './managed-by-idp.ts';
import { selfRemoval } from './self-removal.ts';

const guards: readonly Guard[] = [authority, selfRemoval, lastOwner, accountOwner, deactivateFirst, managedByIdp];

/**
 * Runs all guards; undefined when nothing stands in the way, otherwise a refusal that lists every blocker in guard order.
 * An invisible target gives away nothing but `not-found`.
 */
export function guard(act: GuardedAct): Refusal | undefined {
  const blockers = guards.map((rule) => rule(act)).filter((blocker) => blocker !== undefined);
  const [first] = blockers;
  if (first === undefined) return undefined;
  return refuseAll(first.rule === 'not-found' ? [first] : blockers);
}
