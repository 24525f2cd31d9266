// Hands out everything that is kept of a person; that it was handed out stands in the audit log before anything is read.
import type { AccountAsk, Consent } from '../areas/erasure.ts';
import type { PersonalData, PersonalDataReads } from '../erasure-ports.ts';
import { scopeFor, type Call } from '../model/caller.ts';
import type { CommandStore } from '../ports.ts';
import type { Outcome } from '../refusals.ts';
import { accountUnknown, mayDisposeOf } from '../rules/erasure.ts';
import { commit, decideAs, deny } from './decide.ts';
import { plainLocks, runCommand } from './run-command.ts';

/** Exports the account, with the consent of its person where somebody else asks. Refuses `permission-denied`, and `not-found` for no account of the organization and an erased one. */
export async function exportAccount(store: CommandStore, reads: PersonalDataReads, call: Call, of: AccountAsk, consent: Consent | undefined): Promise<Outcome<PersonalData>> {
  const done = await runCommand<string>(store, call, plainLocks, () => '', async (held) =>
    await store.onRecord(call, held, { of: 'account', ask: of }, (ground, accountId) =>
      decideAs(
        ground,
        (actor) => {
          const refused = mayDisposeOf(actor, accountId, ground.workspace.organization);
          if (refused !== undefined) return deny(actor, refused, 'user_account_export', 'accountId' in of ? of.accountId : of.memberId);
          if (accountId === undefined) return { kind: 'refuse', refusal: accountUnknown };
          return commit(ground, actor, [{ kind: 'accountExported', accountId, consent }], accountId);
        },
        scopeFor(call, 'read'),
      ),
    ),
  );
  return done.ok ? await reads.everythingOf(call, done.value.result) : done;
}
