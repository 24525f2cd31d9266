// Opens a session for somebody whom the host application has authenticated: the sign-in gate.
import { keyOf } from '../model/keys.ts';
import type { Call, Scope } from '../model/caller.ts';
import type { RoleKey } from '../model/role.ts';
import type { SessionRecord, SignInMatch } from '../model/session.ts';
import type { CommandStore, Decision, Ground } from '../ports.ts';
import { succeed, type Outcome } from '../refusals.ts';
import { judgeSignIn } from '../rules/sign-in.ts';
import { commit, decideAs, deny } from './decide.ts';
import { plainLocks, runCommand } from './run-command.ts';

/** Who signs in and to what. `email` is one that the host has verified; `home` asks for account home instead of the workspace of the call. */
export interface SignInRequest {
  readonly subject: string;
  readonly email: string | undefined;
  readonly connectionId: string | undefined;
  readonly home: boolean;
  readonly expiresAt: Date;
}

/** An open session with what the host shows of it. */
export interface OpenedSession {
  readonly session: SessionRecord;
  readonly workspace: { readonly id: string; readonly slug: string; readonly name: string } | undefined;
  readonly member: { readonly id: string; readonly userName: string; readonly role: RoleKey; readonly permissions: readonly string[] } | undefined;
}

const homeScopes: readonly Scope[] = ['account.read', 'account.write'];
const workspaceScopes: readonly Scope[] = ['admin.read', 'admin.write'];

/**
 * Opens the session. The member stays locked until it is written, so that no deactivation can pass it by. Refuses what `judgeSignIn`
 * refuses; each refusal is audited.
 */
export async function openSession(store: CommandStore, call: Call, request: SignInRequest): Promise<Outcome<OpenedSession>> {
  const { subject, email, connectionId } = request;
  const ask = { subject, emailKey: email === undefined ? undefined : keyOf(email), connectionId };
  const done = await runCommand(store, call, plainLocks, () => '', async (held) =>
    await store.onRecord(call, held, { of: 'signIn', ask }, (ground, { match, connectionHere }) =>
      decideAs(ground, (actor): Decision<OpenedSession> => {
        const workspace = request.home ? undefined : ground.workspace;
        const refusal = judgeSignIn({ workspace, match, connection: connectionId === undefined ? undefined : { here: connectionHere } });
        if (refusal !== undefined) return deny(actor, refusal, 'session_open', match?.member?.id ?? match?.accountId);
        if (match === undefined || actor.kind !== 'host') throw new Error('a sign-in that may go on has an account and a host');
        const opened = sessionOf(ground, request, match, actor.id, ask.emailKey);
        const link = match.by === 'subject' ? undefined : { subject, accountId: match.accountId, connectionId };
        return commit(ground, actor, [{ kind: 'sessionOpened', session: opened.session, link }], opened);
      }),
    ),
  );
  return done.ok ? succeed(done.value.result) : done;
}

function sessionOf(ground: Ground, request: SignInRequest, match: SignInMatch, clientId: string, verifiedEmailKey: string | undefined): OpenedSession {
  const { home, connectionId, expiresAt } = request;
  const member = home ? undefined : match.member;
  // What one identity provider vouched for never reaches the person's other workspaces, which account home would open.
  const scopes = member === undefined ? homeScopes : connectionId === undefined ? [...workspaceScopes, ...homeScopes] : workspaceScopes;
  const session: SessionRecord = {
    id: ground.newId(),
    accountId: match.accountId,
    member: member && { id: member.id, epoch: member.epoch },
    clientId,
    connectionId,
    verifiedEmailKey,
    scopes,
    expiresAt,
  };
  if (member === undefined) return { session, workspace: undefined, member: undefined };
  const { id, slug, name } = ground.workspace;
  const permissions = [...(ground.workspace.roles.get(member.role)?.permissions ?? [])];
  return { session, workspace: { id, slug, name }, member: { id: member.id, userName: member.userName, role: member.role, permissions } };
}
