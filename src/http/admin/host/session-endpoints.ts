// The sign-in gate and what goes with it: sessions opened and ended, and what a token is worth, asked by the host application.
import { decodeJwt } from 'jose';
import { endSession } from '../../../domain/commands/end-session.ts';
import { openSession } from '../../../domain/commands/open-session.ts';
import type { HostReads } from '../../../domain/host-ports.ts';
import { atWorkspace, type Call, type Credential } from '../../../domain/model/caller.ts';
import type { SessionRecord } from '../../../domain/model/session.ts';
import type { CommandStore } from '../../../domain/ports.ts';
import { AuthFailure } from '../../auth/auth-failure.ts';
import type { Verify } from '../../auth/verify-token.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson, answerNothing } from '../answer.ts';
import { idOf } from '../given.ts';
import { endpointAt, operation, type AdminEndpoint, type Operation, type Told } from '../operation.ts';
import { introspectionFields, introspectionShape, openedShape, sessionFields } from './shapes.ts';

/** What the endpoints work with. `signSession` makes the token of a session, which lasts `sessionSeconds`; `inspect` checks any token of ours. */
export interface SessionContext {
  readonly store: CommandStore;
  readonly hostReads: HostReads;
  readonly inspect: Verify;
  readonly signSession: (session: SessionRecord, call: Call) => Promise<string>;
  readonly sessionSeconds: number;
  readonly limitBytes: number;
}

const sessions = `${adminPath}/sessions`;
const what = { kind: 'session', hint: 'The answer that opened it names its id.' };

/** The gate, the ends of sessions, and introspection. */
export function sessionEndpoints(context: SessionContext): AdminEndpoint[] {
  return [
    endpointAt(sessions, { POST: open(context) }),
    endpointAt(`${sessions}/current`, { DELETE: endOwn(context) }),
    endpointAt(`${sessions}/:id`, { DELETE: endById(context) }),
    endpointAt(`${adminPath}/introspect`, { POST: introspect(context) }),
  ];
}

function about(id: string, summary: string, answers: Told['answers'], problems: Told['problems'] = []): Told {
  return { id, tag: 'Host application', summary, answers, problems };
}

function open({ store, hostReads, signSession, sessionSeconds, limitBytes }: SessionContext): Operation {
  const told = about('openSession', 'Open a session for a person whom the host has authenticated, or say why not', { 201: { description: 'The session is open.', shape: openedShape } }, ['membership-deactivated', 'no-membership', 'connection-elsewhere', 'not-found']);
  return operation({ ...told, doors: ['host'], body: { shape: sessionFields, limitBytes } }, async ({ c, call, body }) => {
    const { workspace, subject, connection } = body;
    const found = await hostReads.workspace(call, workspace?.toLowerCase());
    if (!found.ok) return c.get('fail')(found.refusal);
    const aimed = atWorkspace(call, found.value);
    const opened = await openSession(store, aimed, {
      subject: subject.id,
      email: subject.emailVerified === true ? subject.email : undefined,
      connectionId: connection,
      home: workspace === undefined,
      expiresAt: new Date(Date.now() + sessionSeconds * 1000),
    });
    if (!opened.ok) return c.get('fail')(opened.refusal);
    const { session, workspace: place, member } = opened.value;
    const { id, accountId, expiresAt } = session;
    const sessionToken = await signSession(session, aimed);
    return answerJson({ sessionToken, sessionId: id, accountId, workspace: place ?? null, member: member ?? null, expiresAt: expiresAt.toISOString() }, {}, 201);
  });
}

function endOwn({ store, hostReads }: SessionContext): Operation {
  const told = about('endOwnSession', 'Sign out: end the session that asks', { 204: { description: 'The session has ended.' } }, ['not-found']);
  return operation({ ...told, doors: ['admin', 'account'] }, async ({ c, call }) => {
    const id = sessionIdOf(call.credential);
    if (id === undefined) return c.get('fail')(notASession());
    const place = await placeOf(hostReads, call);
    if (!place.ok) return c.get('fail')(place.refusal);
    const done = await endSession(store, place.value, id);
    return done.ok ? answerNothing() : c.get('fail')(done.refusal);
  });
}

/** What concerns no workspace stands in the log of the organization's oldest one. */
async function placeOf(hostReads: HostReads, call: Call): Promise<{ ok: true; value: Call } | Extract<Awaited<ReturnType<HostReads['workspace']>>, { ok: false }>> {
  if (call.credential.kind === 'person') return { ok: true, value: call };
  const home = await hostReads.workspace(call, undefined);
  return home.ok ? { ok: true, value: atWorkspace(call, home.value) } : home;
}

function sessionIdOf(credential: Credential): string | undefined {
  if (credential.kind === 'account') return credential.sessionId;
  return credential.kind === 'person' && credential.session !== undefined ? credential.tokenId : undefined;
}

function notASession(): AuthFailure {
  return new AuthFailure('insufficient_scope', 'The token is not that of a session. Only a session can be signed out of here.');
}

function endById({ store, hostReads }: SessionContext): Operation {
  const told = about('endSession', 'End a session of a person', { 204: { description: 'The session has ended.' } }, ['not-found']);
  return operation({ ...told, doors: ['host'], before: ([id]) => idOf(what, id) }, async ({ c, call, ids: [id] }) => {
    const place = await placeOf(hostReads, call);
    if (!place.ok) return c.get('fail')(place.refusal);
    const done = await endSession(store, place.value, idOf(what, id));
    return done.ok ? answerNothing() : c.get('fail')(done.refusal);
  });
}

function introspect({ hostReads, inspect, limitBytes }: SessionContext): Operation {
  const told = about('introspectToken', 'Ask what a token is worth now', { 200: { description: 'What it is worth. Nothing of a token that is worth nothing, nor of one of another organization.', shape: introspectionShape } });
  return operation({ ...told, doors: ['host'], onlyAsks: true, body: { shape: introspectionFields, limitBytes, form: true } }, async ({ c, call, body: { token } }) => {
    const found = await hostReads.introspect(call, await heldBy(inspect, token));
    if (!found.ok) return c.get('fail')(found.refusal);
    if (found.value === undefined) return answerJson({ active: false });
    const { kind, sub, tokenId, accountId, workspaceId = null, userName, role = null, permissions, scopes } = found.value;
    const { iat, exp } = decodeJwt(token);
    const known = { kind, sub, jti: tokenId, account: accountId, workspace: workspaceId, ...(userName === undefined ? {} : { username: userName }) };
    return answerJson({ active: true, ...known, role, permissions, scope: scopes.join(' '), iat, exp });
  });
}

/** The credential of a token whose signature and claims hold. */
async function heldBy(inspect: Verify, token: string): Promise<Credential | undefined> {
  try {
    return await inspect(token);
  } catch (error) {
    if (error instanceof AuthFailure) return undefined;
    throw error;
  }
}
