// Looks ahead: a store whose commands tell what they are about to do to members, and do only what was confirmed.
import { scopeFor } from '../model/caller.ts';
import type { Preview } from '../model/preview.ts';
import type { CommandStore, Witness } from '../ports.ts';
import { previewOf } from '../preview-of.ts';
import { refuse } from '../refusals.ts';
import { admit } from '../rules/admit.ts';
import { otherWorkspaces } from '../rules/other-workspaces.ts';

/** What a command was about to do, and a text of all that it rests on: the same text for the same act on the same situation. */
export interface Foreseen {
  readonly preview: Preview;
  readonly seen: string;
}

/** `foreseen` answers what the last command of the store was about to do to members; undefined where it decided nothing. */
export interface Foresight {
  readonly store: CommandStore;
  readonly foreseen: () => Foreseen | undefined;
}

const stale = refuse('preview-stale', 'The situation has changed since the preview, or the preview was of something else. Nothing was changed. Ask for a new preview.');

/** Puts a witness beside every command on members. With `confirms` a command is refused `preview-stale` unless it says yes to what is seen. */
export function foresee(store: CommandStore, confirms?: (seen: string) => boolean): Foresight {
  let last: Foreseen | undefined;
  const witness: Witness = (ground, situations, decision) => {
    const { call, standing, workspace } = ground;
    const admitted = admit(call.credential, standing, scopeFor(call, 'write'));
    const preview = previewOf(workspace, situations, decision.changes, (elsewhere) => (admitted.ok ? otherWorkspaces(admitted.value, workspace, elsewhere) : []));
    // Sign-ins come and go while somebody looks at a preview, and keys are used; neither changes anything of what is decided.
    const told = preview.members.map((member) => ({ ...member, ends: { ...member.ends, access: [] }, belongings: member.belongings.map(({ kind, count, becomes }) => ({ kind, count, becomes })) }));
    const restsOn = situations.map((situation) => ({ ...situation, access: [], belongings: [] }));
    last = { preview, seen: JSON.stringify([told, restsOn]) };
    return confirms === undefined || confirms(last.seen) ? decision : { kind: 'refuse', refusal: stale };
  };
  return {
    store: {
      ...store,
      onMembers: async (call, locks, ids, decide) => await store.onMembers(call, locks, ids, decide, witness),
      onRecord: async (call, locks, load, decide) => await store.onRecord(call, locks, load, decide, witness),
    },
    foreseen: () => last,
  };
}
