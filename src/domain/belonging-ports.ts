// Reads of what members own and of their API keys: what the domain asks of storage for them. Every read checks the credential in the same exchange.
import type { ApiKeyView } from './model/api-key.ts';
import type { OwnedResourceView } from './model/belonging.ts';
import type { Call } from './model/caller.ts';
import type { Page, PageCut } from './ports.ts';
import type { Outcome } from './refusals.ts';

/** Which resources are listed; what is undefined restricts nothing, and `system` stands for those without an owner. */
export interface ResourceFilter {
  /** The id of a member, or `system`. */
  readonly ownerId?: string | undefined;
  readonly createdBy?: string | undefined;
  readonly kind?: string | undefined;
  /** Those that one departure has moved, whatever became of them since. */
  readonly handoverId?: string | undefined;
}

/** A caller without `members.read` finds what it owns itself. */
export interface BelongingReads {
  resource(call: Call, place: { readonly kind: string; readonly externalRef: string }): Promise<Outcome<OwnedResourceView>>;
  resources(call: Call, filter: ResourceFilter, cut: PageCut): Promise<Outcome<Page<OwnedResourceView>>>;
}

/** Which keys are listed; what is undefined restricts nothing. `leftBehind`: those that still work although their creator was removed. */
export interface KeyFilter {
  readonly creatorId?: string | undefined;
  readonly status?: ApiKeyView['status'] | undefined;
  readonly leftBehind?: boolean | undefined;
}

/** A caller without `keys.revoke` finds its own keys, and is refused `permission-denied` for those of anybody else. */
export interface KeyReads {
  key(call: Call, id: string): Promise<Outcome<ApiKeyView>>;
  keys(call: Call, filter: KeyFilter, cut: PageCut): Promise<Outcome<Page<ApiKeyView>>>;
}
