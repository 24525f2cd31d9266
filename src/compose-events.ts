// Puts the telling of events together: what the team API needs for endpoints, and the jobs that deliver; compose.ts and compose-jobs.ts use it.
import type { Pool } from 'pg';
import type { Settings } from '../config/settings.ts';
import { disableWebhook } from './domain/commands/webhooks.ts';
import type { CommandStore } from './domain/ports.ts';
import type { WebhookContext } from './http/admin/webhooks/webhook-endpoints.ts';
import { signSet } from './http/auth/sign-set.ts';
import type { SigningKeys } from './http/auth/signing-keys.ts';
import type { Job } from './jobs/job.ts';
import { deliveryJobs, type DeliveryPorts } from './jobs/outgoing/deliver-events.ts';
import { createPostSafely, type PostRules } from './jobs/outgoing/post-safely.ts';
import { sendPing, type Sending } from './jobs/outgoing/send-event.ts';
import { faultOfTarget } from './jobs/outgoing/target-url.ts';
import { uuidV7 } from './persistence/database/uuid-v7.ts';
import { createDeliveryQueue, dueEndpoints } from './persistence/outgoing/delivery-queue.ts';
import { fanOut, workspacesWithOutbox } from './persistence/outgoing/fan-out.ts';
import { createWebhookReads } from './persistence/reads/webhook-reads.ts';
import { createSecretBox } from './persistence/secret-box.ts';

/** What everything here is made of. `baseUrl` is the public address of the server root, which tokens name as their issuer unless a setting does. */
export interface EventParts {
  readonly settings: Settings;
  readonly pool: Pool;
  readonly keys: SigningKeys;
  readonly baseUrl: string;
}

/** What tests put in the place of the usual. */
export interface EventOverrides {
  readonly schedule?: DeliveryPorts['schedule'];
  readonly resolve?: PostRules['resolve'];
  readonly claimSeconds?: number;
  readonly everyMs?: number;
}

/** The box for secrets at rest, whose keys follow from the signing keys. */
export function secretBoxOf(keys: SigningKeys): ReturnType<typeof createSecretBox> {
  return createSecretBox(keys.derive('usher secrets at rest'));
}

/** What the endpoints of the team API work with beside what all have. */
export function webhookContext(parts: EventParts): Omit<WebhookContext, 'store' | 'seal' | 'limitBytes'> {
  const { settings, pool, baseUrl } = parts;
  const sending = sendingOf(parts);
  return {
    webhooks: createWebhookReads(pool),
    box: sending.box,
    signSet: sending.signSet,
    issuer: sending.issuer,
    baseUrl,
    newId: uuidV7,
    faultOfTarget: (url) => faultOfTarget(url, { loopback: settings.outgoingLoopback }),
    ping: async (target) => await sendPing(sending, target, uuidV7(), new Date()),
  };
}

/** The jobs; `announce` is that of their runner. */
export function eventJobs(parts: EventParts, store: CommandStore, announce: DeliveryPorts['announce'], { schedule, resolve, claimSeconds, everyMs }: EventOverrides = {}): readonly Job[] {
  const { pool } = parts;
  return deliveryJobs({
    ...sendingOf(parts, resolve),
    outbox: { waiting: async (most, beyond) => await workspacesWithOutbox(pool, most, beyond), fanOut: async (id, most) => await fanOut(pool, id, most) },
    due: async (most, beyond) => await dueEndpoints(pool, most, beyond),
    queue: createDeliveryQueue(pool, claimSeconds),
    announce,
    ...(schedule === undefined ? {} : { schedule }),
    ...(everyMs === undefined ? {} : { everyMs }),
    disable: async ({ workspaceId, organizationId, endpointId }, why) => {
      const done = await disableWebhook(store, { credential: { kind: 'system', tenant: { workspaceId, organizationId } }, requestId: uuidV7() }, endpointId, why);
      if (!done.ok && done.refusal.rule !== 'not-found') throw new Error(done.refusal.detail);
    },
  });
}

function sendingOf({ settings, keys, baseUrl }: EventParts, resolve?: PostRules['resolve']): Sending {
  const { post } = createPostSafely({ loopback: settings.outgoingLoopback, ...(resolve === undefined ? {} : { resolve }) });
  return { post, box: secretBoxOf(keys), issuer: settings.issuer ?? baseUrl, signSet: async (claims) => await signSet(keys, claims) };
}
