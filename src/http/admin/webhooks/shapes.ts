// What the operations on endpoints of events read and answer.
import { z } from 'zod';
import { pageParameters } from '../paging.ts';
import { idShape, lineOf, momentShape } from '../shapes.ts';

const kinds = ['webhook', 'push', 'poll'] as const;
const statuses = ['active', 'paused', 'disabled'] as const;
const deliveryStatuses = ['pending', 'delivered', 'failed'] as const;
const mostTopics = 50;
const mostPolled = 100;
const mostSaid = 1_000;

const topics = z
  .array(z.string('must be a topic').regex(/^audit\.[a-z_]{1,60}\*?$|^(audit\.)?\*$/u, 'must be a topic such as audit.team_membership_remove, or the beginning of topics with a * at its end'), 'must be a list of topics')
  .min(1, 'must name at least one topic')
  .max(mostTopics, `must name at most ${mostTopics} topics`)
  .transform((given) => [...new Set(given)]);
const url = z.string('must be an address').trim().min(1, 'must be an address').max(2_048, 'must have at most 2048 characters');
const audience = lineOf(500);
const description = lineOf(200);

/** The body that makes an endpoint. */
export const newEndpointFields = z.strictObject({
  kind: z.enum(kinds, `must be one of ${kinds.join(', ')}`).default('webhook'),
  url: url.optional(),
  audience: audience.optional(),
  description: description.optional(),
  topics: topics.default(['audit.*']),
});

/** The body that changes one. */
export const endpointFields = z.strictObject({
  url: url.optional(),
  audience: audience.optional(),
  description: description.optional(),
  topics: topics.optional(),
  status: z.enum(['active', 'paused'], 'must be active or paused').optional(),
});

/** The body that has events delivered once more: one, or those of a time. */
export const replayFields = z.strictObject({
  eventId: idShape('an event').optional(),
  from: momentShape.transform((moment) => new Date(moment)).optional(),
  to: momentShape.transform((moment) => new Date(moment)).optional(),
});

/** What a receiver that polls sends. https://www.rfc-editor.org/rfc/rfc8936#section-2.4 */
export const pollFields = z.strictObject({
  maxEvents: z.int('must be a whole number').min(0, 'must not be negative').transform((most) => Math.min(most, mostPolled)).default(mostPolled),
  returnImmediately: z.boolean('must be true or false').default(false),
  ack: z.array(z.string('must be a jti').max(100, 'must be a jti'), 'must be a list of jti').max(mostSaid, `must have at most ${mostSaid} elements`).default([]),
  setErrs: z
    .record(z.string(), z.object({ err: z.string('must be an error code').max(100, 'must be an error code'), description: z.string('must be a text').max(500, 'must have at most 500 characters').optional() }), 'must be an object of errors by jti')
    .refine((errors) => Object.keys(errors).length <= mostSaid, `must have at most ${mostSaid} members`)
    .default({}),
});

/** What it gets. https://www.rfc-editor.org/rfc/rfc8936#section-2.5 */
export const polledShape = z.object({ sets: z.record(z.string(), z.string()), moreAvailable: z.boolean() });

/** The parameters of the list of deliveries. */
export const deliveryParameters = z.strictObject({ status: z.enum(deliveryStatuses, `must be one of ${deliveryStatuses.join(', ')}`).optional(), ...pageParameters });

/** The parameters of the list of endpoints. */
export const endpointParameters = z.strictObject({ ...pageParameters });

const time = z.iso.datetime();

/** An endpoint as answers show it. */
export const endpointShape = z
  .object({
    id: z.guid(),
    kind: z.enum(kinds),
    status: z.enum(statuses),
    url: z.string().nullable(),
    audience: z.string().nullable(),
    description: z.string().nullable(),
    topics: z.array(z.string()),
    pending: z.int().min(0),
    failingSince: time.nullable(),
    formerSecretUntil: time.nullable(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'EventEndpoint' });

/** The same with its secret, which is shown this once. */
export const endpointWithSecretShape = endpointShape.extend({ secret: z.string().nullable() }).meta({ id: 'EventEndpointWithSecret' });

/** One delivery as answers show it. */
export const deliveryShape = z
  .object({
    id: z.guid(),
    eventId: z.guid(),
    topic: z.string(),
    aggregateId: z.guid(),
    status: z.enum(deliveryStatuses),
    attempts: z.int().min(0),
    createdAt: time,
    lastAttemptAt: time.nullable(),
    nextAttemptAt: time.nullable(),
    responseStatus: z.int().nullable(),
    response: z.string().nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: 'EventDelivery' });

/** How a repeat or a test went. */
export const replayedShape = z.object({ events: z.int().min(0) });
export const pingedShape = z.object({ delivered: z.boolean(), responseStatus: z.int().nullable(), response: z.string().nullable(), error: z.string().nullable() });
