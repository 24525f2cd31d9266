// What the events of accounts that are erased or exported come to.
import type { EffectTable } from '../effect.ts';
import type { Consent, ErasureEvent } from './erasure.ts';

/** The effect of each event: ids and a digest, no word of the person. */
export const erasureEffects: EffectTable<ErasureEvent> = {
  accountErased: ({ accountId, memberIds, consent, reason, everywhere }) => ({
    changes: [
      { kind: 'account.erase', accountId, memberIds },
      { kind: 'requests.forget' },
      ...(everywhere ? [{ kind: 'account.forget' as const, accountId }] : []),
    ],
    audit: { action: 'user_account_erase', targetId: memberIds.at(-1) ?? accountId, metadata: { account: accountId, members: memberIds, ...consented(consent) }, reason },
  }),
  accountExported: ({ accountId, consent }) => ({ changes: [], audit: { action: 'user_account_export', targetId: accountId, metadata: { account: accountId, ...consented(consent) } } }),
};

function consented(consent: Consent | undefined): Readonly<Record<string, string>> {
  return consent === undefined ? {} : { consent: consent.digest, consentGivenAt: consent.givenAt };
}
