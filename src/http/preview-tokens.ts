// Tokens of previews: what somebody was shown of an act before it is done, sealed for that person and that act.
import type { Credential } from '../domain/model/caller.ts';
import { queryDigest } from '../scim/cursor.ts';
import type { CursorSeal } from '../scim/cursor-seal.ts';
import { cursorHolderOf } from './cursor-holder.ts';

/** Seconds for which a preview can be confirmed. */
const lifetime = 900;

/** One act of one caller: whether a token that came with it confirms what is seen now, and the token of a new preview. */
export interface Previewing {
  /** Undefined where no token came. */
  readonly confirms: ((seen: string) => boolean) | undefined;
  readonly issue: (seen: string) => { readonly token: string; readonly expiresAt: string };
}

/** `act` tells one act from every other, with all that was asked for. A token that was given for anything else confirms nothing. */
export function beginPreview(seal: CursorSeal, credential: Credential, act: readonly string[], token: string | undefined): Previewing {
  const holder = `preview ${cursorHolderOf(credential)}`;
  const digest = queryDigest(act);
  const text = token === undefined ? undefined : seal.open(token, holder);
  return {
    confirms: token === undefined ? undefined : (seen) => isGood(text, digest, queryDigest([seen])),
    issue: (seen) => {
      const expires = Math.floor(Date.now() / 1000) + lifetime;
      return { token: seal.seal(JSON.stringify([digest, queryDigest([seen]), expires]), holder), expiresAt: new Date(expires * 1000).toISOString() };
    },
  };
}

function isGood(text: string | undefined, act: string, seen: string): boolean {
  if (text === undefined) return false;
  const [ofAct, ofSeen, expires] = JSON.parse(text) as [string, string, number];
  return ofAct === act && ofSeen === seen && Date.now() < expires * 1000;
}
