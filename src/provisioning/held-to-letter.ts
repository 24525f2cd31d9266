// Which callers are held to the letter of the protocol instead of being forgiven the quirks of known clients.
import type { Actor } from '../domain/model/caller.ts';

/** A connection whose policy says so. Known only under the locks of a command: the policy is read with the standing of the connection. */
export function isHeldToLetter(actor: Actor): boolean {
  return actor.kind === 'connection' && actor.policy.dialect === 'strict';
}
