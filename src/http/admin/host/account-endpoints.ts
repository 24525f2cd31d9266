// Account home: what a person sees of itself in all workspaces of the organization, even when it is a member of none.
import { signOutEverywhere } from '../../../domain/commands/end-session.ts';
import type { AccountReads, OwnMembership } from '../../../domain/host-ports.ts';
import type { CommandStore } from '../../../domain/ports.ts';
import { adminPath } from '../admin-path.ts';
import { answerJson, answerNothing } from '../answer.ts';
import { endpointAt, operation, type AdminEndpoint, type Operation, type Told } from '../operation.ts';
import { accountShape, ownInvitationShape, ownMembershipShape, ownSessionShape, wholeList } from './shapes.ts';

/** What the endpoints work with. */
export interface AccountContext {
  readonly store: CommandStore;
  readonly accounts: AccountReads;
}

const account = `${adminPath}/account`;

/** The account, its memberships, its invitations and its sessions. */
export function accountEndpoints(context: AccountContext): AdminEndpoint[] {
  return [
    endpointAt(account, { GET: who(context) }),
    endpointAt(`${account}/memberships`, { GET: memberships(context) }),
    endpointAt(`${account}/invitations`, { GET: invitations(context) }),
    endpointAt(`${account}/sessions`, { GET: sessions(context), DELETE: signOut(context) }),
  ];
}

function about(id: string, summary: string, answers: Told['answers']): Told & { readonly doors: readonly ['account'] } {
  return { id, tag: 'Account home', doors: ['account'], summary, answers };
}

function who({ accounts }: AccountContext): Operation {
  return operation(about('readAccount', 'Read who one is', { 200: { description: 'The account.', shape: accountShape } }), async ({ c, call }) => {
    const found = await accounts.account(call);
    if (!found.ok) return c.get('fail')(found.refusal);
    const { id, email = null, verifiedEmail = null, organization, createdAt } = found.value;
    return answerJson({ id, email, verifiedEmail, organization, createdAt: createdAt.toISOString() });
  });
}

function memberships({ accounts }: AccountContext): Operation {
  const told = about('listOwnMemberships', 'List the own memberships', { 200: { description: 'All live memberships, invitations included.', shape: wholeList(ownMembershipShape) } });
  return operation(told, async ({ c, call }) => {
    const found = await accounts.memberships(call);
    return found.ok ? answerList(found.value, showMembership) : c.get('fail')(found.refusal);
  });
}

function showMembership({ membershipId, workspace, userName, status, role, createdAt, lastLoginAt }: OwnMembership): object {
  return { id: membershipId, workspace, userName, status, role, createdAt: createdAt.toISOString(), lastLoginAt: lastLoginAt?.toISOString() ?? null };
}

/** An account is invited by its e-mail; whoever did not sign in with that e-mail, verified, is shown nothing that it could accept. */
function invitations({ accounts }: AccountContext): Operation {
  const told = about('listOwnInvitations', 'List the own invitations', { 200: { description: 'Invitations that wait for the verified e-mail of this session.', shape: wholeList(ownInvitationShape) } });
  return operation(told, async ({ c, call }) => {
    const [me, found] = [await accounts.account(call), await accounts.memberships(call)];
    if (!me.ok) return c.get('fail')(me.refusal);
    if (!found.ok) return c.get('fail')(found.refusal);
    const isVerified = me.value.email !== undefined && me.value.email === me.value.verifiedEmail;
    const pending = isVerified ? found.value.filter(({ status, invitation }) => status === 'invited' && invitation !== undefined) : [];
    return answerList(pending, ({ workspace, membershipId, role, invitation }) => ({ id: invitation?.id, workspace, membershipId, role, expiresAt: invitation?.expiresAt.toISOString() }));
  });
}

function sessions({ accounts }: AccountContext): Operation {
  const told = about('listOwnSessions', 'List the own sessions', { 200: { description: 'Live sessions, the newest 200.', shape: wholeList(ownSessionShape) } });
  return operation(told, async ({ c, call }) => {
    const found = await accounts.sessions(call);
    if (!found.ok) return c.get('fail')(found.refusal);
    return answerList(found.value, ({ id, workspaceId = null, createdAt, expiresAt, current }) => ({ id, workspaceId, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString(), current }));
  });
}

function signOut({ store, accounts }: AccountContext): Operation {
  const told = about('signOutEverywhere', 'Sign out everywhere', { 204: { description: 'All sessions and personal tokens have ended, in every workspace of the organization.' } });
  return operation(told, async ({ c, call }) => {
    const done = await signOutEverywhere(store, accounts, call);
    return done.ok ? answerNothing() : c.get('fail')(done.refusal);
  });
}

function answerList<T>(rows: readonly T[], show: (row: T) => object): Response {
  return answerJson({ total: rows.length, items: rows.map(show) });
}
