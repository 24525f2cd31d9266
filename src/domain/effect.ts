// What an event comes to: the shape that every effect has.
import type { MailRequest } from './areas/mail.ts';
import type { AuditAction, AuditEntry, Change } from './changes.ts';
import type { SeatEffect } from './rules/seats.ts';

/** Row changes of one event with its audit entry; `seat` and `mail` follow the audit row. */
export interface Effect {
  readonly changes: readonly Change[];
  readonly audit: {
    readonly action: AuditAction;
    readonly targetId: string | undefined;
    readonly outcome?: AuditEntry['outcome'];
    readonly metadata?: AuditEntry['metadata'];
    /** Instead of `metadata`: one audit row each, for events that name more ids than one row takes. */
    readonly pages?: readonly AuditEntry['metadata'][];
    readonly reason?: string | undefined;
  };
  readonly seat?: SeatEffect & { readonly accountId: string };
  readonly mail?: MailRequest | undefined;
}

/** One effect for each kind of event; `linkSpace` is the externalId space of the caller. */
export type EffectTable<E extends { readonly kind: string }> = {
  readonly [K in E['kind']]: (event: Extract<E, { readonly kind: K }>, linkSpace: string) => Effect;
};

/** The change of a claim on a seat that comes with an effect, if any. */
export function claimOf(accountId: string, seat: SeatEffect): Change[] {
  return seat.claim === 'none' ? [] : [{ kind: seat.claim === 'begin' ? 'seat.claim' : 'seat.release', accountId }];
}
