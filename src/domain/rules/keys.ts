// Who may look at which API keys, and one sentence for a key that is not there.
import type { Actor } from '../model/caller.ts';
import { refuse, type Refusal } from '../refusals.ts';
import { mayDo } from './authority.ts';

/** Whose keys a caller may list: everybody's with `keys.revoke`, else a person's own. */
export function keysSeenBy(actor: Actor): 'all' | { readonly memberId: string } | undefined {
  if (mayDo(actor, 'keys.revoke')) return 'all';
  return actor.kind === 'person' ? { memberId: actor.id } : undefined;
}

/** The refusal of a key that does not exist, is out of sight or belongs to another tenant. */
export function keyUnknown(id: string): Refusal {
  return refuse('not-found', `There is no API key ${id} in this workspace. List the keys to find its id.`);
}
