// What connections asked for in vain, where their word is not in effect, and what they sent.
import type { DriftView, IntentView, LoggedRequest } from '../../../domain/areas/connection-reads.ts';
import { dismissIntent, finishIntent } from '../../../domain/commands/resolve-intent.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson } from '../answer.ts';
import { idOf } from '../given.ts';
import { endpointAt, operation, type AdminEndpoint, type Operation, type Told } from '../operation.ts';
import { pageShape, readPaging } from '../paging.ts';
import type { ConnectionContext } from './connection-endpoints.ts';
import { dismissFields, driftParameters, driftShape, finishFields, intentParameters, intentShape, requestParameters, requestShape } from './shapes.ts';

const path = `${adminPath}/connections`;
const connection = { kind: 'connection', hint: 'List the connections.' };
const intent = { kind: 'blocked intent', hint: 'List the blocked intents.' };
const request = { kind: 'request', hint: 'List the requests of the connection.' };

/** Blocked intents, drift, and the log of requests. */
export function insightEndpoints(context: ConnectionContext): AdminEndpoint[] {
  return [
    endpointAt(`${path}/blocked-intents`, { GET: listIntents(context) }),
    endpointAt(`${path}/blocked-intents/:id/dismiss`, { POST: dismiss(context) }),
    endpointAt(`${path}/blocked-intents/:id/finish`, { POST: finish(context) }),
    endpointAt(`${path}/:id/drift`, { GET: drift(context) }),
    endpointAt(`${path}/:id/requests`, { GET: listRequests(context) }),
    endpointAt(`${path}/:id/requests/:requestId`, { GET: readRequest(context) }),
  ];
}

function about(id: string, summary: string, answers: Told['answers'], problems: Told['problems'] = []): Told {
  return { id, tag: 'Connections', summary, answers, problems: ['permission-denied', ...problems] };
}

function listIntents({ connections, seal }: ConnectionContext): Operation {
  const told = about('listBlockedIntents', 'List what guards refused to connections', { 200: { description: 'One page, the latest first.', shape: pageShape(intentShape) } });
  return operation({ ...told, query: intentParameters }, async ({ c, call, query }) => {
    const { status, connection: connectionId } = query;
    const paging = readPaging(c, seal, query, ['connections/blocked-intents', status, connectionId]);
    const found = await connections.intents(call, { status, connectionId, ...paging.cut });
    return found.ok ? paging.answer(found.value, (view: IntentView) => view) : c.get('fail')(found.refusal);
  });
}

const ended = { 200: { description: 'The blocked intent as it is now.', shape: intentShape } };

function dismiss({ store, connections, limitBytes }: ConnectionContext): Operation {
  const told = about('dismissBlockedIntent', 'Dismiss what a guard refused', ended, ['not-found']);
  return operation({ ...told, before: ([id]) => idOf(intent, id), body: { shape: dismissFields, limitBytes } }, async ({ c, call, ids: [given], body: { reason } }) => {
    const id = idOf(intent, given);
    const found = await connections.intent(call, id);
    if (!found.ok) return c.get('fail')(found.refusal);
    const done = await dismissIntent(store, call, { id, memberId: found.value.member.id, reason });
    return done.ok ? answerJson({ ...found.value, status: 'dismissed' }) : c.get('fail')(done.refusal);
  });
}

function finish({ store, connections, limitBytes }: ConnectionContext): Operation {
  const told = about('finishBlockedIntent', 'Transfer the ownership and do what a guard refused, in one go', ended, ['not-found', 'last-owner', 'account-owner-protected', 'role-not-manageable', 'self-removal', 'invalid-value']);
  return operation({ ...told, before: ([id]) => idOf(intent, id), body: { shape: finishFields, limitBytes } }, async ({ c, call, ids: [given], body }) => {
    const id = idOf(intent, given);
    const found = await connections.intent(call, id);
    if (!found.ok) return c.get('fail')(found.refusal);
    const done = await finishIntent(store, call, { id, memberId: found.value.member.id, ...body });
    return done.ok ? answerJson({ ...found.value, status: 'finished' }) : c.get('fail')(done.refusal);
  });
}

function drift({ connections, seal }: ConnectionContext): Operation {
  const told = about('listDrift', 'List members for whom the last word of the identity provider is not in effect', { 200: { description: 'One page by userName.', shape: pageShape(driftShape) } }, ['not-found']);
  return operation({ ...told, query: driftParameters, before: ([id]) => idOf(connection, id) }, async ({ c, call, ids: [given], query }) => {
    const id = idOf(connection, given);
    const paging = readPaging(c, seal, query, ['connections/drift', id]);
    const found = await connections.drift(call, id, paging.cut);
    return found.ok ? paging.answer(found.value, (view: DriftView) => view) : c.get('fail')(found.refusal);
  });
}

function listRequests({ connections, seal }: ConnectionContext): Operation {
  const told = about('listRequests', 'List the requests of a connection', { 200: { description: 'One page, the latest first, without bodies.', shape: pageShape(requestShape) } }, ['not-found']);
  return operation({ ...told, query: requestParameters, before: ([id]) => idOf(connection, id) }, async ({ c, call, ids: [given], query }) => {
    const id = idOf(connection, given);
    const { status: text, path: template, method, since, until } = query;
    const isClass = text?.endsWith('xx') === true;
    const paging = readPaging(c, seal, query, ['connections/requests', id, text, template, method, since, until]);
    const filter = { status: isClass || text === undefined ? undefined : Number(text), statusClass: isClass ? Number(text[0]) : undefined, path: template, method, since, until };
    const found = await connections.requests(call, id, { ...filter, ...paging.cut });
    return found.ok ? paging.answer(found.value, (view: LoggedRequest) => view) : c.get('fail')(found.refusal);
  });
}

function readRequest({ connections }: ConnectionContext): Operation {
  const told = about('readRequest', 'Read one request with its answer', { 200: { description: 'The request; bodies are masked, and null unless the policy keeps them.', shape: requestShape } }, ['not-found']);
  const before = ([id, requestId]: readonly string[]) => [idOf(connection, id), idOf(request, requestId)];
  return operation({ ...told, before }, async ({ c, call, ids: [id, requestId] }) => {
    const found = await connections.request(call, idOf(connection, id), idOf(request, requestId));
    return found.ok ? answerJson(found.value) : c.get('fail')(found.refusal);
  });
}
