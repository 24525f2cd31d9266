// Whether a host application may open a session: the one place that decides it (domain.md §1, trust.md §1).
import type { SignInMatch, SignInMember } from '../model/session.ts';
import { refuse, type Refusal } from '../refusals.ts';

/** What is asked: a session in a workspace or, without one, at account home; perhaps vouched for by one connection. */
export interface SignIn {
  readonly workspace: { readonly slug: string } | undefined;
  readonly connection: { readonly here: boolean } | undefined;
  readonly match: SignInMatch | undefined;
}

/**
 * Undefined if the session may be opened, with the member where there is a workspace. Refuses `connection-elsewhere` (a connection opens its
 * own workspace only), `no-membership` and, as forbidden, `membership-deactivated`.
 */
export function judgeSignIn({ workspace, connection, match }: SignIn): Refusal | undefined {
  if (connection !== undefined && (workspace === undefined || !connection.here)) {
    return refuse('connection-elsewhere', 'A sign-in that a connection vouches for opens the workspace of this connection and nothing else. Sign the person in otherwise, or name that workspace.');
  }
  if (match === undefined) return noMembership(workspace, 'Nobody in this organization is known by this subject or by a verified e-mail.');
  if (match.by === 'email' && match.subjectTaken) {
    return noMembership(workspace, 'The account with this e-mail belongs to another subject of the host. An e-mail that changed hands makes nobody the person who had it before.');
  }
  // An identity provider's word for an e-mail reaches the people whom it has pushed itself, not whoever else has that e-mail.
  if (match.by === 'email' && connection !== undefined && match.member?.linked !== true) {
    return noMembership(workspace, 'The connection that vouches for the e-mail has not provisioned a member with it.');
  }
  return workspace === undefined ? undefined : judgeMember(workspace, match.member);
}

function judgeMember(workspace: { readonly slug: string }, member: SignInMember | undefined): Refusal | undefined {
  if (member === undefined) return noMembership(workspace, 'The person is not a member of it.');
  if (member.status === 'invited') return noMembership(workspace, 'The person is invited and has not accepted: open account home, where invitations are accepted.');
  if (member.status === 'active') return undefined;
  const held = member.holds.map((source) => (source.startsWith('idp:') ? 'an identity provider' : source === 'schedule' ? 'a schedule' : source === 'policy' ? 'a policy' : 'an admin'));
  const detail = `The membership is deactivated by ${[...new Set(held)].join(' and ')}. Nobody can sign in with it until it is reactivated.`;
  // A refused sign-in is no bad token: the host's own credential is right.
  return { ...refuse('membership-deactivated', detail, member.id), kind: 'forbidden' };
}

function noMembership(workspace: { readonly slug: string } | undefined, why: string): Refusal {
  return refuse('no-membership', workspace === undefined ? why : `There is no membership to sign in to in ${workspace.slug}. ${why}`);
}
