// Decides whether a credential whose signature is right may still act now; the very first step of every read and every command.
import type { Actor, Credential, Scope, Standing } from '../model/caller.ts';
import { fail, refuse, succeed, type Outcome } from '../refusals.ts';

/**
 * Turns a credential and its standing into an actor. Refuses `credential-invalid` (unknown, revoked or expired token, ended epoch),
 * `membership-deactivated`, `connection-paused` and `permission-denied` (a scope is missing).
 */
export function admit(credential: Credential, standing: Standing, scope: Scope): Outcome<Actor> {
  if (credential.kind === 'operator' || credential.kind === 'system') return succeed({ kind: credential.kind });
  if (standing.kind === 'operator' || standing.kind === 'system' || !standing.tokenLive) {
    return fail(refuse('credential-invalid', 'The token was revoked or has expired. Create a new one and use it from now on.'));
  }
  const admitted = admitHolder(credential, standing);
  if (admitted.ok && credential.kind === 'connection' && !scope.startsWith('scim.')) {
    return fail(refuse('permission-denied', 'The token belongs to a connection of an identity provider, which speaks SCIM only. Use the token of a person.'));
  }
  if (admitted.ok && !credential.scopes.includes(scope)) {
    return fail(refuse('permission-denied', `The token lacks the scope ${scope}. ${whoHas(scope)}`));
  }
  return admitted;
}

/** Scopes of the host and of account home cannot be had by making another token of the same kind. */
function whoHas(scope: Scope): string {
  if (scope.startsWith('host.')) return 'This is for the host application: use the access token of its client.';
  if (scope.startsWith('account.')) return 'This is for account home: use a session that the host application opened.';
  return 'Create a token that carries it.';
}

/** Whether a credential still holds at all, whatever it may do: for those who ask about somebody else's. */
export function stillHolds(credential: Credential, standing: Standing): boolean {
  if (standing.kind === 'operator' || standing.kind === 'system') return true;
  if (isKey(credential)) return standing.tokenLive;
  return standing.tokenLive && admitHolder(credential, standing).ok;
}

function admitHolder(credential: Credential, standing: Exclude<Standing, { kind: 'operator' | 'system' }>): Outcome<Actor> {
  switch (standing.kind) {
    case 'connection':
      return admitConnection(standing);
    case 'person':
      return isKey(credential) ? admitKey(standing) : admitPerson(credential, standing);
    case 'account':
      if (standing.account === undefined) return fail(refuse('credential-invalid', 'The account of this session no longer exists.'));
      return atKnownWorkspace(standing, { kind: 'account', ...standing.account });
    case 'host':
      if (standing.client === undefined) return fail(refuse('credential-invalid', 'The client of this token was revoked. Create a new client.'));
      return atKnownWorkspace(standing, { kind: 'host', ...standing.client });
  }
}

function atKnownWorkspace({ workspaceKnown }: { readonly workspaceKnown: boolean }, actor: Actor): Outcome<Actor> {
  return workspaceKnown ? succeed(actor) : fail(noSuchWorkspace);
}

/** One sentence for a workspace that does not exist and one of another organization. */
export const noSuchWorkspace = refuse('not-found', 'There is no such workspace in your organization. Name it by its slug or its id.');

function admitConnection(standing: Extract<Standing, { kind: 'connection' }>): Outcome<Actor> {
  const { connection } = standing;
  if (connection === undefined) return fail(refuse('credential-invalid', 'The connection of this token no longer exists. Create a new token.'));
  if (connection.paused) {
    return fail(refuse('connection-paused', `The connection "${connection.label}" is paused. Resume it to let provisioning go on.`));
  }
  const { id, label, policy, departures, tripped } = connection;
  return succeed({ kind: 'connection', id, label, policy, departures, tripped });
}

function isKey(credential: Credential): boolean {
  return credential.kind === 'person' && credential.key === true;
}

/** At every door of this server a key acts for its creator; without one it keeps what it may do in the host application. */
function admitKey({ member }: Extract<Standing, { kind: 'person' }>): Outcome<Actor> {
  if (member?.active !== true) {
    return fail(refuse('permission-denied', 'The creator of this key is no active member of the workspace, and the key has lost its scopes admin.* and scim.* with that. Use a key of somebody who is.'));
  }
  return succeed({ kind: 'person', id: member.id, accountId: member.accountId, role: member.role, roles: member.roles });
}

function admitPerson(credential: Credential, standing: Extract<Standing, { kind: 'person' }>): Outcome<Actor> {
  const { member } = standing;
  if (member === undefined) return fail(refuse('credential-invalid', 'The person of this token is no longer a member of the workspace.'));
  if (!member.active) {
    return fail(refuse('membership-deactivated', 'The membership of this token is deactivated. After a reactivation create a new token.'));
  }
  if (credential.kind !== 'person' || credential.epoch !== member.epoch) {
    return fail(refuse('credential-invalid', 'The token was issued before the access of its person ended. Create a new one.'));
  }
  return succeed({ kind: 'person', id: member.id, accountId: member.accountId, role: member.role, roles: member.roles });
}
