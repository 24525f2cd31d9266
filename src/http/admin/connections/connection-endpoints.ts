// Connections to identity providers: the list, one, the acts on one, and its tokens.
import type { Context } from 'hono';
import type { ConnectionReads } from '../../../domain/areas/connection-reads.ts';
import type { TokenRecord } from '../../../domain/areas/connections.ts';
import { changeConnection, createConnection, deleteConnection, releaseBreaker } from '../../../domain/commands/connections.ts';
import { createConnectionToken, revokeToken, setConnectionPaused } from '../../../domain/commands/credentials.ts';
import type { Call, Tenant } from '../../../domain/model/caller.ts';
import type { CommandStore } from '../../../domain/ports.ts';
import type { Outcome } from '../../../domain/refusals.ts';
import type { CursorSeal } from '../../../scim/cursor-seal.ts';
import type { CallEnv } from '../../request-frame.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson, answerNothing } from '../answer.ts';
import { idOf } from '../given.ts';
import { endpointAt, operation, type AdminEndpoint, type Operation, type Told } from '../operation.ts';
import { reasonFields } from '../shapes.ts';
import { connectionChange, connectionShape, connectionsShape, mintedShape, newConnection, newToken } from './shapes.ts';
import { showConnection } from './show-connection.ts';

/** What the endpoints work with. `signToken` makes the token of a record; `droppedRequests` counts what the log of requests could not take. */
export interface ConnectionContext {
  readonly store: CommandStore;
  readonly connections: ConnectionReads;
  readonly signToken: (tenant: Tenant, record: TokenRecord) => Promise<string>;
  readonly droppedRequests: () => number;
  readonly seal: CursorSeal;
  readonly limitBytes: number;
}

const path = `${adminPath}/connections`;
const shown = { 200: { description: 'The connection as it is now.', shape: connectionShape } };
const what = { kind: 'connection', hint: 'List the connections.' };
const anIdOfOne = ([id]: readonly string[]) => idOf(what, id);

/** All of them but the log of requests and what was refused. */
export function connectionEndpoints(context: ConnectionContext): AdminEndpoint[] {
  return [
    endpointAt(path, { GET: list(context), POST: create(context) }),
    endpointAt(`${path}/:id`, { GET: read(context), PATCH: change(context), DELETE: remove(context) }),
    endpointAt(`${path}/:id/pause`, { POST: setPaused(context, true) }),
    endpointAt(`${path}/:id/resume`, { POST: setPaused(context, false) }),
    endpointAt(`${path}/:id/breaker/release`, { POST: release(context) }),
    endpointAt(`${path}/:id/tokens`, { POST: mint(context) }),
    endpointAt(`${path}/:id/tokens/:tokenId`, { DELETE: revoke(context) }),
  ];
}

function about(id: string, summary: string, answers: Told['answers'], problems: Told['problems'] = []): Told {
  return { id, tag: 'Connections', summary, answers, problems: ['permission-denied', ...problems] };
}

function list({ connections, droppedRequests }: ConnectionContext): Operation {
  return operation(about('listConnections', 'List the connections', { 200: { description: 'All connections by their labels.', shape: connectionsShape } }), async ({ c, call }) => {
    const found = await connections.all(call);
    return found.ok ? answerJson({ items: found.value.map(showConnection), droppedRequests: droppedRequests() }) : c.get('fail')(found.refusal);
  });
}

function create(context: ConnectionContext): Operation {
  const told = about('createConnection', 'Create a connection', { 201: { description: 'The connection; it has no token yet.', shape: connectionShape } }, ['duplicate', 'invalid-value', 'role-not-manageable']);
  return operation({ ...told, body: { shape: newConnection, limitBytes: context.limitBytes } }, async ({ c, call, body }) => {
    const made = await createConnection(context.store, call, body);
    return made.ok ? await answer(context, c, call, made.value, 201) : c.get('fail')(made.refusal);
  });
}

function read(context: ConnectionContext): Operation {
  const told = about('readConnection', 'Read one connection', shown, ['not-found']);
  return operation({ ...told, before: anIdOfOne }, async ({ c, call, ids: [id] }) => await answer(context, c, call, idOf(what, id)));
}

function change(context: ConnectionContext): Operation {
  const told = about('changeConnection', 'Rename a connection or change its policy', shown, ['not-found', 'duplicate', 'invalid-value', 'role-not-manageable']);
  return operation({ ...told, before: anIdOfOne, body: { shape: connectionChange, limitBytes: context.limitBytes } }, async ({ c, call, ids: [id], body }) =>
    await answerDone(context, c, call, idOf(what, id), await changeConnection(context.store, call, idOf(what, id), body)),
  );
}

function setPaused(context: ConnectionContext, paused: boolean): Operation {
  const told = paused
    ? about('pauseConnection', 'Refuse every request of a connection from now on', shown, ['not-found'])
    : about('resumeConnection', 'Serve a paused connection again', shown, ['not-found']);
  return operation({ ...told, before: anIdOfOne }, async ({ c, call, ids: [id] }) =>
    await answerDone(context, c, call, idOf(what, id), await setConnectionPaused(context.store, call, { id: idOf(what, id) }, paused)),
  );
}

function release(context: ConnectionContext): Operation {
  const told = about('releaseBreaker', 'Let a connection go on that has ended the access of too many', shown, ['not-found']);
  return operation({ ...told, before: anIdOfOne, body: { shape: reasonFields, limitBytes: context.limitBytes } }, async ({ c, call, ids: [id], body: { reason } }) =>
    await answerDone(context, c, call, idOf(what, id), await releaseBreaker(context.store, call, idOf(what, id), reason)),
  );
}

function remove({ store, limitBytes }: ConnectionContext): Operation {
  const told = about('deleteConnection', 'Delete a connection: its tokens end, its holds become those of the admins', { 204: { description: 'The connection is deleted.' } }, ['not-found']);
  return operation({ ...told, before: anIdOfOne, body: { shape: reasonFields, limitBytes } }, async ({ c, call, ids: [id], body: { reason } }) => {
    const done = await deleteConnection(store, call, idOf(what, id), reason);
    return done.ok ? answerNothing() : c.get('fail')(done.refusal);
  });
}

function mint({ store, signToken, limitBytes }: ConnectionContext): Operation {
  const told = about('createConnectionToken', 'Create a token, which is shown this once', { 201: { description: 'The token.', shape: mintedShape } }, ['not-found', 'duplicate', 'role-not-manageable']);
  return operation({ ...told, before: anIdOfOne, body: { shape: newToken, limitBytes } }, async ({ c, call, ids: [id], body: { expiresAt } }) => {
    const made = await createConnectionToken(store, call, { id: idOf(what, id) }, expiresAt === undefined ? undefined : new Date(expiresAt));
    if (!made.ok) return c.get('fail')(made.refusal);
    const token = await signToken(call.credential.tenant, made.value);
    return answerJson({ id: made.value.id, token, expiresAt: made.value.expiresAt?.toISOString() ?? null }, {}, 201);
  });
}

function revoke({ store }: ConnectionContext): Operation {
  const token = { kind: 'token', hint: 'The connection names its live tokens.' };
  const told = about('revokeConnectionToken', 'Revoke a token; the very next request with it fails', { 204: { description: 'The token is revoked.' } }, ['not-found']);
  const before = ([id, tokenId]: readonly string[]) => [idOf(what, id), idOf(token, tokenId)];
  return operation({ ...told, before }, async ({ c, call, ids: [id, tokenId] }) => {
    const done = await revokeToken(store, call, idOf(token, tokenId), idOf(what, id));
    return done.ok ? answerNothing() : c.get('fail')(done.refusal);
  });
}

async function answerDone(context: ConnectionContext, c: Context<CallEnv>, call: Call, id: string, done: Outcome<undefined>): Promise<Response> {
  return done.ok ? await answer(context, c, call, id) : c.get('fail')(done.refusal);
}

async function answer({ connections }: ConnectionContext, c: Context<CallEnv>, call: Call, id: string, status = 200): Promise<Response> {
  const found = await connections.one(call, id);
  return found.ok ? answerJson(showConnection(found.value), {}, status) : c.get('fail')(found.refusal);
}
