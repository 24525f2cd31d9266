// Endpoints that are told of events: what may happen to them, what storage is told, and what the audit calls it.
import type { EndpointKind, EndpointParticulars, EndpointStatus } from '../model/event-endpoint.ts';

/** Which events are delivered once more: one, or those of a time. `setTopics` restricts those for endpoints that take security event tokens. */
export type ReplayedEvents = { readonly eventId: string } | { readonly from: Date; readonly to: Date };

/** Decisions about endpoints. Secrets are sealed already; `notices` are mails to the owners. */
export type WebhookEvent =
  | { readonly kind: 'webhookCreated'; readonly id: string; readonly type: EndpointKind; readonly particulars: EndpointParticulars; readonly sealedSecret: string | undefined }
  | { readonly kind: 'webhookChanged'; readonly id: string; readonly particulars: EndpointParticulars | undefined; readonly status: EndpointStatus | undefined; readonly fields: readonly string[] }
  | { readonly kind: 'webhookDisabled'; readonly id: string; readonly why: 'failing' | 'gone'; readonly notices: readonly { readonly id: string; readonly recipientId: string }[] }
  | { readonly kind: 'webhookSecretRotated'; readonly id: string; readonly sealedSecret: string }
  | { readonly kind: 'webhookReplayed'; readonly id: string; readonly events: ReplayedEvents; readonly count: number }
  | { readonly kind: 'webhookDeleted'; readonly id: string };

/** What storage is told of them. */
export type WebhookChange =
  | { readonly kind: 'webhook.insert'; readonly id: string; readonly type: EndpointKind; readonly particulars: EndpointParticulars; readonly sealedSecret: string | undefined }
  | { readonly kind: 'webhook.update'; readonly id: string; readonly particulars: EndpointParticulars }
  | { readonly kind: 'webhook.status'; readonly id: string; readonly status: EndpointStatus }
  | { readonly kind: 'webhook.secret'; readonly id: string; readonly sealedSecret: string }
  | { readonly kind: 'webhook.replay'; readonly id: string; readonly events: ReplayedEvents }
  | { readonly kind: 'webhook.delete'; readonly id: string };

/** Audited actions of this area. */
export type WebhookAction = 'webhook_create' | 'webhook_update' | 'webhook_disable' | 'webhook_rotate_secret' | 'webhook_replay' | 'webhook_delete';
