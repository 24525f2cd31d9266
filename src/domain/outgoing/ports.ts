// What the delivery of events asks of storage and of the outside.
import type { Call } from '../model/caller.ts';
import type { DeliveryStatus, DeliveryView, EndpointKind, EndpointView } from '../model/event-endpoint.ts';
import type { Page, PageCut } from '../ports.ts';
import type { Outcome } from '../refusals.ts';
import type { OutgoingEvent } from './outgoing-event.ts';

/** Seals secrets for storage, each for one context, which must be named again to open it. */
export interface SecretBox {
  readonly seal: (secret: string, context: string) => string;
  /** The secret, or undefined for what was not sealed for this context or by none of the keys. */
  readonly open: (sealed: string, context: string) => string | undefined;
  /** Whether the newest key sealed it. */
  readonly isCurrent: (sealed: string) => boolean;
}

/** The context of an endpoint's secret. */
export function secretContext(workspaceId: string, endpointId: string): string {
  return `event endpoint ${workspaceId} ${endpointId}`;
}

/** An event that an endpoint is owed. */
export interface OwedEvent {
  readonly deliveryId: string;
  readonly event: OutgoingEvent;
}

/** One that was taken for delivery: nobody else takes it before its time is over. `attempt` counts from 1. */
export interface ClaimedEvent extends OwedEvent {
  readonly attempt: number;
  readonly firstTriedAt: Date;
}

/** Where the claimed events of one endpoint go. `secrets` are sealed, the present one first. */
export interface DeliveryTarget {
  readonly workspaceId: string;
  readonly organizationId: string;
  readonly endpointId: string;
  readonly kind: Exclude<EndpointKind, 'poll'>;
  readonly url: string;
  readonly audience: string;
  readonly secrets: readonly string[];
}

/** What became of an attempt. `released` gives an event back as if it had not been tried. */
export type Attempted =
  | { readonly kind: 'delivered'; readonly status: number }
  | { readonly kind: 'released' }
  | { readonly kind: 'failed'; readonly status: number | undefined; readonly response: string | undefined; readonly error: string; readonly nextAt: Date | undefined };

/** The queue of deliveries. An event is claimed only when nothing older of its aggregate is owed to the same endpoint. */
export interface DeliveryQueue {
  readonly claim: (workspaceId: string, endpointId: string, most: number) => Promise<{ readonly target: DeliveryTarget; readonly claimed: readonly ClaimedEvent[] } | undefined>;
  /** Answers since when the endpoint has taken nothing at all, undefined if it takes something. */
  readonly record: (target: DeliveryTarget, attempts: readonly { readonly claimed: ClaimedEvent; readonly attempted: Attempted }[]) => Promise<Date | undefined>;
}

/** One page of deliveries, newest first. */
export interface DeliveryQuery extends PageCut {
  readonly status: DeliveryStatus | undefined;
}

/** What a receiver that polls says and asks. https://www.rfc-editor.org/rfc/rfc8936#section-2.4 */
export interface Poll {
  readonly most: number;
  readonly acknowledged: readonly string[];
  readonly failed: readonly { readonly id: string; readonly error: string }[];
}

/** What it gets: the oldest events that it has not acknowledged. */
export interface Polled {
  readonly audience: string;
  readonly owed: readonly OwedEvent[];
  readonly more: boolean;
}

/** Reads of endpoints; each checks the credential in the same exchange and wants the permission `connections.write`. */
export interface WebhookReads {
  endpoints(call: Call, cut: PageCut): Promise<Outcome<Page<EndpointView>>>;
  endpoint(call: Call, id: string): Promise<Outcome<EndpointView>>;
  deliveries(call: Call, endpointId: string, query: DeliveryQuery): Promise<Outcome<Page<DeliveryView>>>;
  /** Where a test is sent; refuses endpoints that nobody calls. */
  target(call: Call, id: string): Promise<Outcome<DeliveryTarget>>;
  /** Takes acknowledgements, then answers what is owed. Refuses endpoints of another kind, and those that are not active. */
  poll(call: Call, endpointId: string, poll: Poll): Promise<Outcome<Polled>>;
}

