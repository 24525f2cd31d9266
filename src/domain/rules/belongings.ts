// Who may look at what members own, and one sentence for a resource that is not there.
import type { Actor } from '../model/caller.ts';
import { refuse, type Refusal } from '../refusals.ts';
import { mayDo } from './authority.ts';

/** Whose resources a caller may list: everybody's, or one member's own; nobody's for account home. */
export function resourcesSeenBy(actor: Actor): 'all' | { readonly memberId: string } | undefined {
  if (actor.kind === 'host' || mayDo(actor, 'members.read')) return 'all';
  return actor.kind === 'person' ? { memberId: actor.id } : undefined;
}

/** The refusal of a resource that was never registered or belongs to another tenant. */
export function resourceUnknown({ kind, externalRef }: { readonly kind: string; readonly externalRef: string }): Refusal {
  return refuse('not-found', `There is no ${kind} "${externalRef}" in this workspace. It was never registered, or it was taken out of the register.`);
}
