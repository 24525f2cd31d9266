// API keys of members: made and shown once, listed, and revoked.
import type { KeyFilter, KeyReads } from '../../../domain/belonging-ports.ts';
import { createKey, revokeKey } from '../../../domain/commands/api-keys.ts';
import type { ApiKeyRecord, ApiKeyView } from '../../../domain/model/api-key.ts';
import type { Tenant } from '../../../domain/model/caller.ts';
import type { CommandStore } from '../../../domain/ports.ts';
import type { CursorSeal } from '../../../scim/cursor-seal.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson, answerNothing } from '../answer.ts';
import { idOf } from '../given.ts';
import { endpointAt, operation, type AdminEndpoint, type Asked, type Operation, type Told } from '../operation.ts';
import { pageShape, readPaging } from '../paging.ts';
import { reasonFields } from '../shapes.ts';
import { keyFields, keyParameters, keyShape, keysOfParameters, newKeyShape } from './shapes.ts';

/** What the endpoints work with; bodies have at most `limitBytes`. */
export interface KeyContext {
  readonly store: CommandStore;
  readonly keyReads: KeyReads;
  readonly signKey: (tenant: Tenant, key: ApiKeyRecord) => Promise<string>;
  readonly seal: CursorSeal;
  readonly limitBytes: number;
}

const keys = `${adminPath}/team/keys`;
const what = { kind: 'API key', hint: 'List the keys to find it.' };
const who = { kind: 'member', hint: 'Look it up with ?q=.' };
const page = { 200: { description: 'One page of the keys, oldest first.', shape: pageShape(keyShape) } };

/** The keys of the workspace, one key, and the keys of one member. */
export function keyEndpoints(context: KeyContext): AdminEndpoint[] {
  return [
    endpointAt(keys, { GET: list(context), POST: create(context) }),
    endpointAt(`${keys}/:id`, { GET: read(context), DELETE: revoke(context) }),
    endpointAt(`${adminPath}/team/members/:id/keys`, { GET: listOf(context) }),
  ];
}

function about(id: string, summary: string, answers: Told['answers'], problems: Told['problems'] = []): Told {
  return { id, tag: 'API keys', summary, answers, problems };
}

function create({ store, signKey, limitBytes }: KeyContext): Operation {
  const told = about('createKey', 'Make an API key for yourself', { 201: { description: 'The key with its token, which is shown this once.', shape: newKeyShape } }, ['permission-denied', 'invalid-value']);
  return operation({ ...told, body: { shape: keyFields, limitBytes } }, async ({ c, call, body: { name, scopes, expiresAt } }) => {
    const made = await createKey(store, call, { name, scopes, expiresAt });
    if (!made.ok) return c.get('fail')(made.refusal);
    const token = await signKey(call.credential.tenant, made.value);
    return answerJson({ id: made.value.id, name, scopes, expiresAt: expiresAt?.toISOString() ?? null, token }, {}, 201);
  });
}

function list(context: KeyContext): Operation {
  return operation({ ...about('listKeys', 'List API keys', page, ['permission-denied']), query: keyParameters }, async ({ query, ...asked }) =>
    await listed(context, asked, query, { creatorId: query.creator, status: query.status, leftBehind: query.leftBehind }),
  );
}

function listOf(context: KeyContext): Operation {
  const told = about('listKeysOfMember', 'List the API keys of a member', page, ['permission-denied']);
  return operation({ ...told, query: keysOfParameters, before: ([id]) => idOf(who, id) }, async ({ query, ...asked }) => await listed(context, asked, query, { creatorId: idOf(who, asked.ids[0]) }));
}

async function listed({ keyReads, seal }: KeyContext, { c, call }: Pick<Asked<never, never>, 'c' | 'call'>, asked: { cursor?: string | undefined; limit: number }, filter: KeyFilter): Promise<Response> {
  const paging = readPaging(c, seal, asked, ['team/keys', filter.creatorId, filter.status, filter.leftBehind]);
  const found = await keyReads.keys(call, filter, paging.cut);
  return found.ok ? paging.answer(found.value, show) : c.get('fail')(found.refusal);
}

function read({ keyReads }: KeyContext): Operation {
  const told = about('readKey', 'Read one API key', { 200: { description: 'The key, without its token.', shape: keyShape } }, ['not-found']);
  return operation({ ...told, before: ([id]) => idOf(what, id) }, async ({ c, call, ids: [id] }) => {
    const found = await keyReads.key(call, idOf(what, id));
    return found.ok ? answerJson(show(found.value)) : c.get('fail')(found.refusal);
  });
}

function revoke({ store, limitBytes }: KeyContext): Operation {
  const told = about('revokeKey', 'Revoke an API key', { 204: { description: 'The very next request with the key fails.' } }, ['not-found', 'permission-denied', 'role-not-manageable']);
  return operation({ ...told, before: ([id]) => idOf(what, id), body: { shape: reasonFields, limitBytes } }, async ({ c, call, ids: [id], body: { reason } }) => {
    const done = await revokeKey(store, call, idOf(what, id), reason);
    return done.ok ? answerNothing() : c.get('fail')(done.refusal);
  });
}

function show({ expiresAt, lastUsedAt, ...key }: ApiKeyView): object {
  return { ...key, expiresAt: expiresAt ?? null, lastUsedAt: lastUsedAt ?? null };
}
