// What the events of endpoints come to.
import type { Change } from '../changes.ts';
import type { EffectTable } from '../effect.ts';
import type { WebhookEvent } from './webhooks.ts';

/** The effect of each event. The audit names fields, never the address: it may hold a key of its own. */
export const webhookEffects: EffectTable<WebhookEvent> = {
  webhookCreated: ({ id, type, particulars, sealedSecret }) => ({
    changes: [{ kind: 'webhook.insert', id, type, particulars, sealedSecret }],
    audit: { action: 'webhook_create', targetId: id, metadata: { kind: type, topics: particulars.topics } },
  }),
  webhookChanged: ({ id, particulars, status, fields }) => ({
    changes: [
      ...(particulars === undefined ? [] : [{ kind: 'webhook.update' as const, id, particulars }]),
      ...(status === undefined ? [] : [{ kind: 'webhook.status' as const, id, status }]),
    ] satisfies Change[],
    audit: { action: 'webhook_update', targetId: id, metadata: { fields, ...(status === undefined ? {} : { status }) } },
  }),
  webhookDisabled: ({ id, why, notices }) => ({
    changes: [
      { kind: 'webhook.status', id, status: 'disabled' },
      ...notices.map((notice) => ({ kind: 'mail.queue' as const, id: notice.id, mail: { template: 'webhook_disabled' as const, recipientId: notice.recipientId } })),
    ],
    audit: { action: 'webhook_disable', targetId: id, metadata: { why } },
  }),
  webhookSecretRotated: ({ id, sealedSecret }) => ({ changes: [{ kind: 'webhook.secret', id, sealedSecret }], audit: { action: 'webhook_rotate_secret', targetId: id } }),
  webhookReplayed: ({ id, events, count }) => ({
    changes: [{ kind: 'webhook.replay', id, events }],
    audit: {
      action: 'webhook_replay',
      targetId: id,
      metadata: 'eventId' in events ? { count, event: events.eventId } : { count, from: events.from.toISOString(), to: events.to.toISOString() },
    },
  }),
  webhookDeleted: ({ id }) => ({ changes: [{ kind: 'webhook.delete', id }], audit: { action: 'webhook_delete', targetId: id } }),
};
