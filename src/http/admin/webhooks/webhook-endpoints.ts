// Endpoints of events: made, read, changed, given another secret, tested, told once more, deleted; and what became of their deliveries.
import { randomBytes } from 'node:crypto';
import { changeWebhook, createWebhook, deleteWebhook, replayEvents, rotateWebhookSecret } from '../../../domain/commands/webhooks.ts';
import type { DeliveryView, EndpointView } from '../../../domain/model/event-endpoint.ts';
import { secretContext, type DeliveryTarget, type SecretBox, type WebhookReads } from '../../../domain/outgoing/ports.ts';
import type { CommandStore } from '../../../domain/ports.ts';
import type { CursorSeal } from '../../../scim/cursor-seal.ts';
import { badRequest } from '../../../scim/errors.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson, answerNothing } from '../answer.ts';
import { idOf } from '../given.ts';
import { endpointAt, operation, type AdminEndpoint, type Operation, type Told } from '../operation.ts';
import { pageShape, readPaging } from '../paging.ts';
import { poll, type PollContext } from './poll-endpoint.ts';
import {
  deliveryParameters,
  deliveryShape,
  endpointFields,
  endpointParameters,
  endpointShape,
  endpointWithSecretShape,
  newEndpointFields,
  pingedShape,
  replayedShape,
  replayFields,
} from './shapes.ts';

/** How a test went, as `send-event` says it. */
export type Pinged = { readonly kind: 'taken'; readonly status: number } | { readonly kind: 'refused'; readonly status: number | undefined; readonly response: string | undefined; readonly error: string };

/** What the endpoints work with. */
export interface WebhookContext extends PollContext {
  readonly store: CommandStore;
  readonly webhooks: WebhookReads;
  readonly seal: CursorSeal;
  readonly limitBytes: number;
  readonly box: SecretBox;
  readonly newId: () => string;
  /** Why an address is refused, as the end of a sentence. */
  readonly faultOfTarget: (url: string) => string | undefined;
  readonly ping: (target: DeliveryTarget) => Promise<Pinged>;
}

const webhooks = `${adminPath}/webhooks`;
const what = { kind: 'endpoint', hint: 'List them with GET /webhooks.' };
const shown = { 200: { description: 'The endpoint as it is now.', shape: endpointShape } };

/** The addresses. */
export function webhookEndpoints(context: WebhookContext): AdminEndpoint[] {
  return [
    endpointAt(webhooks, { GET: list(context), POST: create(context) }),
    endpointAt(`${webhooks}/:id`, { GET: read(context), PATCH: change(context), DELETE: remove(context) }),
    endpointAt(`${webhooks}/:id/rotate-secret`, { POST: rotate(context) }),
    endpointAt(`${webhooks}/:id/ping`, { POST: ping(context) }),
    endpointAt(`${webhooks}/:id/deliveries`, { GET: deliveries(context) }),
    endpointAt(`${webhooks}/:id/replay`, { POST: replay(context) }),
    endpointAt(`${webhooks}/:id/poll`, { POST: poll(context) }),
  ];
}

function about(id: string, summary: string, answers: Told['answers'], problems: Told['problems'] = []): Told {
  return { id, tag: 'Events', summary, answers, problems: ['permission-denied', ...problems] };
}

function list({ webhooks: reads, seal }: WebhookContext): Operation {
  const told = about('listWebhooks', 'List the endpoints of events', { 200: { description: 'One page of the endpoints.', shape: pageShape(endpointShape) } }, ['invalidCursor', 'expiredCursor']);
  return operation({ ...told, query: endpointParameters }, async ({ c, call, query }) => {
    const paging = readPaging(c, seal, query, ['webhooks']);
    const found = await reads.endpoints(call, paging.cut);
    return found.ok ? paging.answer(found.value, showEndpoint) : c.get('fail')(found.refusal);
  });
}

function create(context: WebhookContext): Operation {
  const { store, webhooks: reads, limitBytes, box, newId } = context;
  const told = about('createWebhook', 'Have an address told of events', { 201: { description: 'The endpoint with its secret, which is shown this once.', shape: endpointWithSecretShape } }, ['invalidValue']);
  return operation({ ...told, body: { shape: newEndpointFields, limitBytes } }, async ({ c, call, body: { kind, url, audience, description, topics } }) => {
    if ((kind === 'poll') !== (url === undefined)) throw badRequest('invalidValue', kind === 'poll' ? '"url" must be left out: the receiver of an endpoint of the kind poll comes by itself.' : '"url" must be an https address.');
    checkTarget(context, url);
    const id = newId();
    const secret = kind === 'webhook' ? newSecret() : undefined;
    const sealedSecret = secret === undefined ? undefined : box.seal(secret, secretContext(call.credential.tenant.workspaceId, id));
    const done = await createWebhook(store, call, { id, type: kind, particulars: { url, audience, description, topics }, sealedSecret });
    if (!done.ok) return c.get('fail')(done.refusal);
    const found = await reads.endpoint(call, id);
    return found.ok ? answerJson({ ...showEndpoint(found.value), secret: secret ?? null }, { Location: `${webhooks}/${id}` }, 201) : c.get('fail')(found.refusal);
  });
}

function read({ webhooks: reads }: WebhookContext): Operation {
  return operation({ ...about('readWebhook', 'Read one endpoint', shown, ['not-found']), before: ([id]) => idOf(what, id) }, async ({ c, call, ids: [id] }) => {
    const found = await reads.endpoint(call, idOf(what, id));
    return found.ok ? answerJson(showEndpoint(found.value)) : c.get('fail')(found.refusal);
  });
}

function change(context: WebhookContext): Operation {
  const { store, webhooks: reads, limitBytes } = context;
  const told = about('changeWebhook', 'Change, pause or resume an endpoint', shown, ['not-found', 'invalidValue', 'invalid-value']);
  return operation({ ...told, before: ([id]) => idOf(what, id), body: { shape: endpointFields, limitBytes } }, async ({ c, call, ids: [id], body }) => {
    checkTarget(context, body.url);
    const done = await changeWebhook(store, call, idOf(what, id), body);
    if (!done.ok) return c.get('fail')(done.refusal);
    const found = await reads.endpoint(call, idOf(what, id));
    return found.ok ? answerJson(showEndpoint(found.value)) : c.get('fail')(found.refusal);
  });
}

function rotate({ store, webhooks: reads, box }: WebhookContext): Operation {
  const told = about('rotateWebhookSecret', 'Give an endpoint another secret; the former one signs beside it for 24 hours', { 200: { description: 'The endpoint with its new secret, which is shown this once.', shape: endpointWithSecretShape } }, ['not-found', 'invalid-value']);
  return operation({ ...told, before: ([id]) => idOf(what, id) }, async ({ c, call, ids: [given] }) => {
    const id = idOf(what, given);
    const secret = newSecret();
    const done = await rotateWebhookSecret(store, call, id, box.seal(secret, secretContext(call.credential.tenant.workspaceId, id)));
    if (!done.ok) return c.get('fail')(done.refusal);
    const found = await reads.endpoint(call, id);
    return found.ok ? answerJson({ ...showEndpoint(found.value), secret }) : c.get('fail')(found.refusal);
  });
}

function remove({ store }: WebhookContext): Operation {
  const told = about('deleteWebhook', 'Delete an endpoint with everything that it was owed', { 204: { description: 'The endpoint is deleted.' } }, ['not-found']);
  return operation({ ...told, before: ([id]) => idOf(what, id) }, async ({ c, call, ids: [id] }) => {
    const done = await deleteWebhook(store, call, idOf(what, id));
    return done.ok ? answerNothing() : c.get('fail')(done.refusal);
  });
}

function ping({ webhooks: reads, ping: send }: WebhookContext): Operation {
  const told = about('pingWebhook', 'Send a test to an endpoint and tell how it was answered', { 200: { description: 'How the test went.', shape: pingedShape } }, ['not-found', 'invalid-value']);
  return operation({ ...told, before: ([id]) => idOf(what, id) }, async ({ c, call, ids: [id] }) => {
    const target = await reads.target(call, idOf(what, id));
    if (!target.ok) return c.get('fail')(target.refusal);
    const sent = await send(target.value);
    if (sent.kind === 'taken') return answerJson({ delivered: true, responseStatus: sent.status, response: null, error: null });
    return answerJson({ delivered: false, responseStatus: sent.status ?? null, response: sent.response ?? null, error: sent.error });
  });
}

function deliveries({ webhooks: reads, seal }: WebhookContext): Operation {
  const told = about('listDeliveries', 'List what became of the events at an endpoint, newest first', { 200: { description: 'One page of the deliveries.', shape: pageShape(deliveryShape) } }, ['not-found', 'invalidCursor', 'expiredCursor']);
  return operation({ ...told, query: deliveryParameters, before: ([id]) => idOf(what, id) }, async ({ c, call, ids: [given], query }) => {
    const id = idOf(what, given);
    const paging = readPaging(c, seal, query, ['deliveries', id, query.status]);
    const found = await reads.deliveries(call, id, { status: query.status, ...paging.cut });
    return found.ok ? paging.answer(found.value, showDelivery) : c.get('fail')(found.refusal);
  });
}

function replay({ store, limitBytes }: WebhookContext): Operation {
  const told = about('replayEvents', 'Deliver one event, or those of a time, once more', { 202: { description: 'How many events are on their way.', shape: replayedShape } }, ['not-found', 'invalidValue', 'invalid-value']);
  return operation({ ...told, before: ([id]) => idOf(what, id), body: { shape: replayFields, limitBytes } }, async ({ c, call, ids: [id], body: { eventId, from, to = new Date() } }) => {
    if ((eventId === undefined) === (from === undefined)) throw badRequest('invalidValue', 'Name either "eventId", or "from" and perhaps "to".');
    const done = await replayEvents(store, call, idOf(what, id), eventId === undefined ? { from: from ?? to, to } : { eventId });
    return done.ok ? answerJson({ events: done.value }, {}, 202) : c.get('fail')(done.refusal);
  });
}

function checkTarget({ faultOfTarget }: WebhookContext, url: string | undefined): void {
  const fault = url === undefined ? undefined : faultOfTarget(url);
  if (fault !== undefined) throw badRequest('invalidValue', `"url" ${fault}.`);
}

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme */
function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

function showEndpoint({ url, audience, description, failingSince, formerSecretUntil, ...view }: EndpointView): object {
  const { id, kind, status, topics, pending, createdAt, updatedAt } = view;
  return {
    id,
    kind,
    status,
    url: url ?? null,
    audience: audience ?? null,
    description: description ?? null,
    topics,
    pending,
    failingSince: failingSince ?? null,
    formerSecretUntil: formerSecretUntil ?? null,
    createdAt,
    updatedAt,
  };
}

function showDelivery({ lastAttemptAt, nextAttemptAt, responseStatus, response, error, ...view }: DeliveryView): object {
  return { ...view, lastAttemptAt: lastAttemptAt ?? null, nextAttemptAt: nextAttemptAt ?? null, responseStatus: responseStatus ?? null, response: response ?? null, error: error ?? null };
}
