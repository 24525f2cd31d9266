// Refusals: what the rules answer instead of doing something, as values without any notion of HTTP.

/** The rule that refused; also the last part of the address of its help page. */
export type RefusalRule =
  | 'credential-invalid'
  | 'connection-paused'
  | 'membership-deactivated'
  | 'permission-denied'
  | 'no-membership'
  | 'connection-elsewhere'
  | 'role-not-manageable'
  | 'self-removal'
  | 'last-owner'
  | 'account-owner-protected'
  | 'deactivate-first'
  | 'managed-by-idp'
  | 'bulk-blocked'
  | 'preview-stale'
  | 'mass-deprovision-hold'
  | 'role-in-use'
  | 'seat-limit-reached'
  | 'invitation-revoked'
  | 'invitation-expired'
  | 'invitation-used'
  | 'invitation-superseded'
  | 'not-found'
  | 'duplicate'
  | 'invalid-value'
  | 'version-mismatch'
  | 'idempotency-key-reused'
  | 'idempotency-key-in-use'
  | 'idempotency-answer-lost'
  | 'busy'
  | 'unavailable';

/** What sort of refusal it is; a door maps the kind and needs not know the rule. */
export type RefusalKind = 'unauthenticated' | 'forbidden' | 'protected' | 'no-seat' | 'not-found' | 'duplicate' | 'invalid' | 'stale' | 'gone' | 'throttled' | 'misused' | 'occupied' | 'retry-later';

/** A refusal. `detail` is one sentence that says what, who and the remedy: administrators of identity providers read it. */
export interface Refusal {
  readonly kind: RefusalKind;
  readonly rule: RefusalRule;
  readonly detail: string;
  readonly blockers: readonly Blocker[];
}

/** One reason why a command is refused; a refusal lists all of them, the first in guard order decides its kind. */
export interface Blocker {
  readonly rule: RefusalRule;
  readonly detail: string;
  readonly memberId: string | undefined;
}

const kinds: Readonly<Record<RefusalRule, RefusalKind>> = {
  'credential-invalid': 'unauthenticated',
  'membership-deactivated': 'unauthenticated',
  'connection-paused': 'forbidden',
  'permission-denied': 'forbidden',
  'no-membership': 'forbidden',
  'connection-elsewhere': 'forbidden',
  'role-not-manageable': 'forbidden',
  'self-removal': 'forbidden',
  'last-owner': 'protected',
  'account-owner-protected': 'protected',
  'deactivate-first': 'protected',
  'managed-by-idp': 'protected',
  'bulk-blocked': 'protected',
  'preview-stale': 'protected',
  'mass-deprovision-hold': 'throttled',
  'role-in-use': 'protected',
  'seat-limit-reached': 'no-seat',
  'invitation-revoked': 'gone',
  'invitation-expired': 'gone',
  'invitation-used': 'gone',
  'invitation-superseded': 'gone',
  'not-found': 'not-found',
  duplicate: 'duplicate',
  'invalid-value': 'invalid',
  'version-mismatch': 'stale',
  'idempotency-key-reused': 'misused',
  'idempotency-key-in-use': 'occupied',
  'idempotency-answer-lost': 'occupied',
  busy: 'retry-later',
  unavailable: 'retry-later',
};

/** All rules, for the help pages and the tables that must be complete. */
export const refusalRules = Object.keys(kinds) as readonly RefusalRule[];

/** A refusal for one reason. */
export function refuse(rule: RefusalRule, detail: string, memberId?: string): Refusal {
  return refuseAll([{ rule, detail, memberId }]);
}

/** A refusal for several reasons in guard order; there must be at least one. */
export function refuseAll(blockers: readonly Blocker[]): Refusal {
  const first = blockers[0];
  if (first === undefined) throw new Error('a refusal needs a reason');
  return { kind: kinds[first.rule], rule: first.rule, detail: first.detail, blockers };
}

/** Carries a refusal out of the middle of a step to the one place that returns it; never leaves the room that threw it. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}

/** A result or a refusal. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

/** The good outcome. */
export function succeed<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

/** The bad outcome. */
export function fail(refusal: Refusal): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal };
}
