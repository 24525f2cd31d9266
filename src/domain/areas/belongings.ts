// What members own: what may happen to it, what storage is told, and what the audit calls it.
import type { OwnedResource } from '../model/belonging.ts';

/** A resource as it is registered. */
export type NewResource = Omit<OwnedResource, 'takings'>;

/** Everything of some kinds that a member owns goes to somebody else, or to the system. `id` names the handover. */
interface Handing {
  readonly id: string;
  readonly fromId: string;
  readonly toId: string | undefined;
  readonly kinds: readonly string[];
}

/** Decisions about resources. */
export type BelongingEvent =
  | { readonly kind: 'belongingRegistered'; readonly resource: NewResource }
  | { readonly kind: 'belongingChanged'; readonly id: string; readonly name: string | undefined; readonly owner: { readonly id: string | undefined } | undefined; readonly fields: readonly string[] }
  | { readonly kind: 'belongingUnregistered'; readonly id: string; readonly of: string }
  | ({ readonly kind: 'belongingsReattributed'; readonly count: number } & Handing)
  | { readonly kind: 'belongingsReturned'; readonly toId: string; readonly count: number };

/** What storage is told of them. A named owner ends whatever departures had moved. */
export type BelongingChange =
  | { readonly kind: 'belonging.insert'; readonly resource: NewResource }
  | { readonly kind: 'belonging.update'; readonly id: string; readonly name: string | undefined; readonly owner: { readonly id: string | undefined } | undefined }
  | { readonly kind: 'belonging.delete'; readonly id: string }
  | ({ readonly kind: 'belongings.take' } & Handing)
  | { readonly kind: 'belongings.return'; readonly toId: string; readonly count: number };

/** Audited actions of this area. */
export type BelongingAction = 'resource_register' | 'resource_change' | 'resource_unregister' | 'resource_reattribute' | 'resource_return';
