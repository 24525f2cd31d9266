// Endpoints that are told of events: made, changed, given another secret, told once more, disabled, deleted.
import type { AuditAction } from '../changes.ts';
import type { ReplayedEvents } from '../areas/webhooks.ts';
import type { Actor, Call } from '../model/caller.ts';
import { mostEndpoints, type EndpointKind, type EndpointParticulars, type EndpointStatus, type EventEndpoint } from '../model/event-endpoint.ts';
import type { CommandStore, Decision, Ground } from '../ports.ts';
import { refuse, refuseAll, succeed, type Outcome } from '../refusals.ts';
import { mayDo, permissionDenied } from '../rules/authority.ts';
import { commit, decideAs, deny } from './decide.ts';
import { plainLocks, runCommand } from './run-command.ts';

/** Most events that one request has delivered once more. */
export const mostReplayed = 10_000;

/** What of an endpoint is to change. */
type EndpointChange = { readonly [Name in keyof EndpointParticulars]?: EndpointParticulars[Name] | undefined } & { readonly status?: EndpointStatus | undefined };

/** Makes an endpoint with an id chosen by the caller, for which the secret is sealed. Refuses one beyond the most that a workspace may have. */
export async function createWebhook(
  store: CommandStore,
  call: Call,
  draft: { readonly id: string; readonly type: EndpointKind; readonly particulars: EndpointParticulars; readonly sealedSecret: string | undefined },
): Promise<Outcome<undefined>> {
  return await onWebhooks(store, call, 'webhook_create', undefined, (ground, actor, endpoints) =>
    endpoints.length < mostEndpoints
      ? commit(ground, actor, [{ kind: 'webhookCreated', ...draft }], undefined)
      : { kind: 'refuse', refusal: refuse('invalid-value', `A workspace has at most ${mostEndpoints} endpoints. Delete one that is no longer used, or widen the topics of another.`) },
  );
}

/** Changes an endpoint; what is undefined stays, and what is as it was writes nothing. Making it active has all that is owed tried at once. */
export async function changeWebhook(store: CommandStore, call: Call, id: string, change: EndpointChange): Promise<Outcome<undefined>> {
  return await onWebhook(store, call, 'webhook_update', id, (ground, actor, endpoint) => {
    const { status = endpoint.status, ...parts } = change;
    const given = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as Partial<EndpointParticulars>;
    if (given.url !== undefined && endpoint.kind === 'poll') return { kind: 'refuse', refusal: refuse('invalid-value', 'An endpoint of the kind poll has no url: its receiver comes by itself.') };
    const fields = (Object.keys(given) as (keyof EndpointParticulars)[]).filter((name) => JSON.stringify(given[name]) !== JSON.stringify(endpoint[name]));
    const { url, audience, description, topics } = { ...endpoint, ...given };
    const restatus = status === endpoint.status ? undefined : status;
    if (fields.length === 0 && restatus === undefined) return commit(ground, actor, [], undefined);
    const particulars = fields.length === 0 ? undefined : { url, audience, description, topics };
    return commit(ground, actor, [{ kind: 'webhookChanged', id, particulars, status: restatus, fields: restatus === undefined ? fields : [...fields, 'status'] }], undefined);
  });
}

/** Ends deliveries to an endpoint that has failed for long, or that said it is gone, and tells the owners by mail; one that is not active any more is left as it is. */
export async function disableWebhook(store: CommandStore, call: Call, id: string, why: 'failing' | 'gone'): Promise<Outcome<undefined>> {
  return await onWebhook(store, call, 'webhook_disable', id, (ground, actor, endpoint, ownerIds) => {
    const notices = ownerIds.map((recipientId) => ({ id: ground.newId(), recipientId }));
    return commit(ground, actor, endpoint.status === 'active' ? [{ kind: 'webhookDisabled', id, why, notices }] : [], undefined);
  });
}

/** Gives an endpoint another secret; the former one signs beside it for a day. Refuses kinds that have none. */
export async function rotateWebhookSecret(store: CommandStore, call: Call, id: string, sealedSecret: string): Promise<Outcome<undefined>> {
  return await onWebhook(store, call, 'webhook_rotate_secret', id, (ground, actor, endpoint) =>
    endpoint.kind === 'webhook'
      ? commit(ground, actor, [{ kind: 'webhookSecretRotated', id, sealedSecret }], undefined)
      : { kind: 'refuse', refusal: refuse('invalid-value', 'Security event tokens are signed with the key of the server, which /.well-known/jwks.json shows: the endpoint has no secret of its own.') },
  );
}

/** Deletes an endpoint with everything that it was owed. */
export async function deleteWebhook(store: CommandStore, call: Call, id: string): Promise<Outcome<undefined>> {
  return await onWebhook(store, call, 'webhook_delete', id, (ground, actor) => commit(ground, actor, [{ kind: 'webhookDeleted', id }], undefined));
}

/** Has events delivered once more, under the ids that they had; answers how many. Refuses an event that is none of the endpoint's topics, and too many at once. */
export async function replayEvents(store: CommandStore, call: Call, id: string, events: ReplayedEvents): Promise<Outcome<number>> {
  return await onWebhooks(store, call, 'webhook_replay', { id, events }, (ground, actor, endpoints, count) => {
    if (!endpoints.some((endpoint) => endpoint.id === id)) return notFound(id);
    if (count > mostReplayed) return { kind: 'refuse', refusal: refuse('invalid-value', `These are more than ${mostReplayed} events. Choose a shorter time.`) };
    if (count === 0 && 'eventId' in events) return { kind: 'refuse', refusal: refuse('not-found', `There is no event ${events.eventId} for this endpoint: it is of another topic, or of another workspace.`) };
    return commit(ground, actor, count === 0 ? [] : [{ kind: 'webhookReplayed', id, events, count }], count);
  });
}

function notFound(id: string): Extract<Decision<never>, { kind: 'refuse' }> {
  return { kind: 'refuse', refusal: refuse('not-found', `There is no endpoint ${id} in this workspace. List them with GET /webhooks.`) };
}

async function onWebhook<R>(store: CommandStore, call: Call, action: AuditAction, id: string, decide: (ground: Ground, actor: Actor, endpoint: EventEndpoint, ownerIds: readonly string[]) => Decision<R>): Promise<Outcome<R>> {
  return await onWebhooks(store, call, action, undefined, (ground, actor, endpoints, _, ownerIds) => {
    const endpoint = endpoints.find((candidate) => candidate.id === id);
    return endpoint === undefined ? notFound(id) : decide(ground, actor, endpoint, ownerIds);
  }, id);
}

async function onWebhooks<R>(
  store: CommandStore,
  call: Call,
  action: AuditAction,
  replay: { readonly id: string; readonly events: ReplayedEvents } | undefined,
  decide: (ground: Ground, actor: Actor, endpoints: readonly EventEndpoint[], count: number, ownerIds: readonly string[]) => Decision<R>,
  targetId = replay?.id,
): Promise<Outcome<R>> {
  const done = await runCommand<R>(store, call, plainLocks, () => 'The endpoint exists already.', async (held) =>
    await store.onRecord(call, held, { of: 'webhooks', ask: replay }, (ground, { endpoints, replayed, ownerIds }) =>
      decideAs(
        ground,
        (actor) => (mayDo(actor, 'connections.write') ? decide(ground, actor, endpoints, replayed, ownerIds) : deny(actor, refuseAll([permissionDenied('connections.write')]), action, targetId)),
        'admin.write',
      ),
    ),
  );
  return done.ok ? succeed(done.value.result) : done;
}
