// The job that writes down which invitations have run out and frees their seats; their links were dead already. Instances meet at the locks of the command, and the second finds nothing to do.
import { expireInvitation } from '../domain/commands/end-invitation.ts';
import type { Call, Tenant } from '../domain/model/caller.ts';
import type { CommandStore } from '../domain/ports.ts';
import { RefusalError } from '../domain/refusals.ts';
import type { Job } from './job.ts';

/** What the job works with. `due` names invitations of a workspace that have run out, the longest first. */
export interface ExpiryPorts {
  readonly store: CommandStore;
  readonly waiting: Job['waiting'];
  readonly due: (workspaceId: string, most: number) => Promise<{ readonly tenant: Tenant; readonly ids: readonly string[] } | undefined>;
  readonly newId: () => string;
}

/** The job. */
export function expireInvitations({ store, waiting, due, newId }: ExpiryPorts): Job {
  return {
    name: 'invitation-expiry',
    everyMs: 15_000,
    waiting,
    work: async (workspaceId, most, stopping) => {
      const found = await due(workspaceId, most);
      if (found === undefined) return 0;
      let did = 0;
      for (const id of found.ids) {
        if (stopping.aborted) break;
        const call: Call = { credential: { kind: 'system', tenant: found.tenant }, requestId: newId() };
        const done = await expireInvitation(store, call, id);
        if (!done.ok) throw new RefusalError(done.refusal);
        did += done.value ? 1 : 0;
      }
      return did;
    },
  };
}
