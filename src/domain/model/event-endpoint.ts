// Whoever is told of events: a webhook, or a receiver of security event tokens by push or by poll.

/** How an endpoint is told: by signed requests, by security event tokens in requests, or by tokens that it fetches. */
export type EndpointKind = 'webhook' | 'push' | 'poll';

/** `paused` keeps what is owed, `disabled` is owed nothing more until somebody makes it active again. */
export type EndpointStatus = 'active' | 'paused' | 'disabled';

/** What whoever makes or changes an endpoint says of it. `url` is undefined for `poll` only; `topics` are topics or beginnings of topics with a `*`. */
export interface EndpointParticulars {
  readonly url: string | undefined;
  /** The `aud` of its tokens; the url, or the endpoint's own address, where it is undefined. */
  readonly audience: string | undefined;
  readonly description: string | undefined;
  readonly topics: readonly string[];
}

/** An endpoint. Secrets are sealed and stay in storage. */
export interface EventEndpoint extends EndpointParticulars {
  readonly id: string;
  readonly kind: EndpointKind;
  readonly status: EndpointStatus;
}

/** Most endpoints of one workspace. */
export const mostEndpoints = 20;

/** Hours for which the former secret signs beside a new one. */
export const formerSecretHours = 24;

/** An endpoint as answers show it. Times are ISO 8601 in UTC with milliseconds. */
export interface EndpointView extends EventEndpoint {
  readonly pending: number;
  readonly failingSince: string | undefined;
  readonly formerSecretUntil: string | undefined;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** `failed` is over: it was given up, or the receiver refused it. */
export type DeliveryStatus = 'pending' | 'delivered' | 'failed';

/** What became of one event at one endpoint. `response` is the beginning of the last answer. */
export interface DeliveryView {
  readonly id: string;
  readonly eventId: string;
  readonly topic: string;
  readonly aggregateId: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly createdAt: string;
  readonly lastAttemptAt: string | undefined;
  readonly nextAttemptAt: string | undefined;
  readonly responseStatus: number | undefined;
  readonly response: string | undefined;
  readonly error: string | undefined;
}
